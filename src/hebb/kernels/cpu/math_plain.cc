// Plain functions of one number: exponentials, roots, trigonometry, rounding, errors of the normal
// distribution.

#include <cmath>
#include <numbers>

#include "hebb/kernels/cpu/complex_logarithms.h"
#include "hebb/kernels/cpu/elementwise.h"
#include "hebb/kernels/rounding.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu {
namespace {

#define FUNCTION(Name, expression) \
  struct Name {                    \
    template <class T>             \
    static T apply(T x) {          \
      return T(expression);        \
    }                              \
  };

FUNCTION(Exp, std::exp(x))
FUNCTION(Log, std::log(x))
FUNCTION(Log10, std::log10(x))
FUNCTION(Sqrt, std::sqrt(x))
FUNCTION(Rsqrt, T(1) / std::sqrt(x))
FUNCTION(Reciprocal, T(1) / x)
FUNCTION(Sin, std::sin(x))
FUNCTION(Cos, std::cos(x))
FUNCTION(Tan, std::tan(x))
FUNCTION(Asin, std::asin(x))
FUNCTION(Acos, std::acos(x))
FUNCTION(Atan, std::atan(x))
FUNCTION(Sinh, std::sinh(x))
FUNCTION(Cosh, std::cosh(x))
FUNCTION(Asinh, std::asinh(x))
FUNCTION(Acosh, std::acosh(x))
FUNCTION(Atanh, std::atanh(x))
FUNCTION(Erf, std::erf(x))
FUNCTION(Erfc, std::erfc(x))
FUNCTION(Frac, x - std::trunc(x))
#undef FUNCTION

// What std has for real numbers only.
template <class Real>
std::complex<Real> complex_expm1(std::complex<Real> z) {  // without loss near 0
  const Real half = std::sin(z.imag() / 2);
  return {std::expm1(z.real()) * std::cos(z.imag()) - 2 * half * half,
          std::exp(z.real()) * std::sin(z.imag())};
}
template <class Real>
std::complex<Real> complex_exp2(std::complex<Real> z) {
  return std::exp(z * std::numbers::ln2_v<Real>);
}
template <class Real>
std::complex<Real> complex_log2(std::complex<Real> z) {
  return {std::log2(std::abs(z)), std::arg(z) / std::numbers::ln2_v<Real>};
}
#define OF_COMPLEX_TOO(Name, function)       \
  struct Name {                              \
    template <class T>                       \
    static T apply(T x) {                    \
      if constexpr (is_complex(dtype_of<T>)) \
        return complex_##function(x);        \
      else                                   \
        return std::function(x);             \
    }                                        \
  };
OF_COMPLEX_TOO(Expm1, expm1)
OF_COMPLEX_TOO(Exp2, exp2)
OF_COMPLEX_TOO(Log1p, log1p)
OF_COMPLEX_TOO(Log2, log2)
#undef OF_COMPLEX_TOO

// Rounding leaves integers as they are.
#define ROUNDING(Name, function)                 \
  struct Name {                                  \
    template <class T>                           \
    static T apply(T x) {                        \
      if constexpr (std::is_floating_point_v<T>) \
        return function(x);                      \
      else                                       \
        return x;                                \
    }                                            \
  };
ROUNDING(Floor, std::floor)
ROUNDING(Ceil, std::ceil)
ROUNDING(Round, std::nearbyint)  // half to even
ROUNDING(Trunc, std::trunc)
#undef ROUNDING

// Rounds to a number of decimals by a power of ten and back, as PyTorch does. A value too large for
// that stays as it is.
struct RoundDecimals {
  using WithParameters = void;
  template <class T>
  static T apply(const double* p, T x) {
    const T power = T(p[0]);
    if (!std::isfinite(x))
      return x;
    if (p[1] < 0) {
      const T steps = std::nearbyint(x / power);
      return steps == 0 ? steps : steps * power;
    }
    const T rounded = std::nearbyint(x * power) / power;
    return std::isfinite(rounded) ? rounded : x;
  }
};
Inner pick_round(const Signature& s) {
  return s.attributes<RoundAttrs>().decimals == 0 ? pick<Round, 1, HEBB_INTEGERS, HEBB_FLOATS>(s)
                                                  : pick<RoundDecimals, 1, HEBB_FLOATS>(s);
}
Parameters round_parameters(const Signature& s) {
  const auto decimals = double(s.attributes<RoundAttrs>().decimals);
  return {std::pow(10.0, std::abs(decimals)), decimals};
}

struct Abs {
  template <class T>
  static T apply(T x) {
    if constexpr (std::is_unsigned_v<T>)
      return x;
    else if constexpr (std::is_integral_v<T>)
      return x < 0 ? T(std::make_unsigned_t<T>(0) - std::make_unsigned_t<T>(x)) : x;
    else
      return std::abs(x);
  }
};
struct Conj {
  template <class T>
  static T apply(T x) {
    if constexpr (is_complex(dtype_of<T>))
      return std::conj(x);
    else
      return x;
  }
};
struct Sign {
  template <class T>
  static T apply(T x) {
    if constexpr (std::is_floating_point_v<T>)
      return std::isnan(x) ? T(0) : T((x > 0) - (x < 0));
    else if constexpr (std::is_unsigned_v<T>)
      return T(x != 0);
    else
      return T((x > 0) - (x < 0));
  }
};
struct Sinc {  // sin(πx) / (πx)
  template <class T>
  static T apply(T x) {
    const T angle = x * T(3.14159265358979323846);
    return x == T(0) ? T(1) : std::sin(angle) / angle;
  }
};

// |z| of complex numbers is real.
template <class Real>
void complex_abs_loop(int64_t n, char* const* data, const int64_t* stride) {
  for (int64_t i = 0; i < n; ++i)
    *reinterpret_cast<Real*>(data[0] + i * stride[0]) =
        std::abs(*reinterpret_cast<const std::complex<Real>*>(data[1] + i * stride[1]));
}
Inner pick_abs(const Signature& s) {
  if (s.in[0].dtype == DType::c64)
    return complex_abs_loop<float>;
  if (s.in[0].dtype == DType::c128)
    return complex_abs_loop<double>;
  return pick<Abs, 1, HEBB_INTEGERS, HEBB_FLOATS>(s);
}

template <class F>
constexpr auto real = pick<F, 1, HEBB_FLOATS>;

}  // namespace

std::span<const ElementwiseRow> math_rows() {
  static constexpr ElementwiseRow rows[] = {
      {"exp", real_or_complex<Exp>},
      {"expm1", real_or_complex<Expm1>},
      {"exp2", real_or_complex<Exp2>},
      {"log", real_or_complex<Log>},
      {"log1p", real_or_complex<Log1p>},
      {"log2", real_or_complex<Log2>},
      {"log10", real_or_complex<Log10>},
      {"sqrt", real_or_complex<Sqrt>},
      {"rsqrt", real_or_complex<Rsqrt>},
      {"reciprocal", real_or_complex<Reciprocal>},
      {"abs", pick_abs},
      {"conj", pick<Conj, 1, bool, HEBB_INTEGERS, HEBB_FLOATS, HEBB_COMPLEX>},
      {"sign", pick<Sign, 1, bool, HEBB_INTEGERS, HEBB_FLOATS>},
      {"sin", real_or_complex<Sin>},
      {"cos", real_or_complex<Cos>},
      {"tan", real_or_complex<Tan>},
      {"asin", real_or_complex<Asin>},
      {"acos", real_or_complex<Acos>},
      {"atan", real_or_complex<Atan>},
      {"sinh", real_or_complex<Sinh>},
      {"cosh", real_or_complex<Cosh>},
      {"asinh", real_or_complex<Asinh>},
      {"acosh", real_or_complex<Acosh>},
      {"atanh", real_or_complex<Atanh>},
      {"erf", real<Erf>},
      {"erfc", real<Erfc>},
      {"sinc", real_or_complex<Sinc>},
      {"floor", any_real<Floor>},
      {"ceil", any_real<Ceil>},
      {"round", pick_round, round_parameters},
      {"trunc", any_real<Trunc>},
      {"frac", real<Frac>},
  };
  return rows;
}

}  // namespace hebb::cpu
