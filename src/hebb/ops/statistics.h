// Reductions beyond sum and mean, and running sums. No dim: all dimensions.
#pragma once

#include <optional>

#include "hebb/kernels/gather.h"
#include "hebb/kernels/reduce.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Variance and standard deviation in two passes. correction: subtracted from the count (1: sample,
// 0: population).
Tensor var(const Tensor& input, const DimOrDims& dim = {}, double correction = 1,
           bool keepdim = false);
Tensor std(const Tensor& input, const DimOrDims& dim = {}, double correction = 1,
           bool keepdim = false);
Tensor logsumexp(const Tensor& input, const DimOrDims& dim,
                 bool keepdim = false);  // without overflow
// p: 0, infinity or any number.
Tensor norm(const Tensor& input, double p = 2, const DimOrDims& dim = {}, bool keepdim = false);
Tensor prod(const Tensor& input);  // integers and bool give i64
Tensor prod(const Tensor& input, int64_t dim, bool keepdim = false);
Tensor any(const Tensor& input, const DimOrDims& dim = {}, bool keepdim = false);  // bool
Tensor all(const Tensor& input, const DimOrDims& dim = {}, bool keepdim = false);  // bool
Tensor count_nonzero(const Tensor& input, const DimOrDims& dim = {});              // i64
Tensor cumsum(const Tensor& input, int64_t dim);  // integers and bool give i64

struct VarAttrs {
  Dims dim;
  std::optional<double> correction;  // none: 1, or 0 with unbiased = false
  bool unbiased = true, keepdim = false;
  HEBB_FIELDS(dim, correction, unbiased, keepdim)
};
struct DimsAttrs {
  Dims dim;
  bool keepdim = false;
  HEBB_FIELDS(dim, keepdim)
};
struct NormAttrs {
  double p = 2;
  Dims dim;
  bool keepdim = false;
  HEBB_FIELDS(p, dim, keepdim)
};
struct ProdAttrs {
  std::optional<int64_t> dim;
  bool keepdim = false;
  std::optional<DType> dtype;
  HEBB_FIELDS(dim, keepdim, dtype)
};

}  // namespace hebb
