// Special functions, element by element, as torch and torch.special define them. Integers become
// f32. Computed in f64, and rounded once.
#pragma once

#include <optional>

#include "hebb/kernels/special.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor lgamma(const Tensor& input);   // log |gamma(x)|
Tensor digamma(const Tensor& input);  // the derivative of lgamma
// The n-th derivative of digamma. Error: n is negative.
Tensor polygamma(int64_t n, const Tensor& input);
// The logarithm of the multivariate gamma function of p dimensions. Error: p < 1. NaN where x is
// not above (p - 1) / 2.
Tensor mvlgamma(const Tensor& input, int64_t p);

// The regularised incomplete gamma functions: the share of the gamma distribution of concentration
// input that lies below other, and the rest. NaN of negative numbers.
Tensor special_gammainc(const Tensor& input, const Tensor& other);
Tensor special_gammaincc(const Tensor& input, const Tensor& other);

Tensor erfinv(const Tensor& input);            // NaN outside [-1, 1]
Tensor special_erfcx(const Tensor& input);     // e^(x^2) erfc(x)
Tensor special_ndtr(const Tensor& input);      // the standard normal distribution's share below x
Tensor special_ndtri(const Tensor& input);     // the inverse of that; NaN outside [0, 1]
Tensor special_log_ndtr(const Tensor& input);  // its logarithm, also far below 0
Tensor special_entr(const Tensor& input);      // -x log x; of 0: 0, of negative numbers: -inf

// Modified Bessel functions of the first kind, of order 0 and 1; with an e: times e^-|x|.
Tensor i0(const Tensor& input);
Tensor special_i0e(const Tensor& input);
Tensor special_i1(const Tensor& input);
Tensor special_i1e(const Tensor& input);

// log(x / (1 - x)); with eps, of x kept between eps and 1 - eps.
Tensor logit(const Tensor& input, std::optional<double> eps = {});
Tensor xlogy(const Tensor& input, const Tensor& other);            // x log y; 0 where x is 0
Tensor special_xlog1py(const Tensor& input, const Tensor& other);  // x log(1 + y); 0 where x is 0
// Hurwitz's zeta function, the sum of (other + k)^-input over k = 0, 1, ... Has a gradient by other
// only.
Tensor special_zeta(const Tensor& input, const Tensor& other);
Tensor logaddexp(const Tensor& input, const Tensor& other);   // log(e^x + e^y), without overflow
Tensor logaddexp2(const Tensor& input, const Tensor& other);  // log2(2^x + 2^y)

struct MvlgammaAttrs {
  int64_t p = 1;  // dimensions
  HEBB_FIELDS(p)
};

}  // namespace hebb
