// What stands at a place of the order of values. NaN counts as the largest.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "hebb/base/fields.h"
#include "hebb/kernels/extreme.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor msort(const Tensor& input);  // sorted along dimension 0
// Each gives values, indices (i64).
// The k-th smallest value along a dimension, counted from 1.
std::pair<Tensor, Tensor> kthvalue(const Tensor& input, int64_t k, int64_t dim = -1,
                                   bool keepdim = false);
// The lower one of two in the middle; NaN where there is one, or NaN left out.
std::pair<Tensor, Tensor> median(const Tensor& input, int64_t dim, bool keepdim = false);
std::pair<Tensor, Tensor> nanmedian(const Tensor& input, int64_t dim, bool keepdim = false);
// The most frequent value, the smallest of several; the index of its last occurrence.
std::pair<Tensor, Tensor> mode(const Tensor& input, int64_t dim = -1, bool keepdim = false);

Tensor median(const Tensor& input);  // of all elements
Tensor nanmedian(const Tensor& input);

struct QuantileAttrs {
  std::optional<int64_t> dim;  // none: of all elements
  bool keepdim = false;
  std::string interpolation = "linear";  // linear, lower, higher, midpoint, nearest
  HEBB_FIELDS(dim, keepdim, interpolation)
};
// The values below which a share q of the elements lies. q: a number, or one dimension, which comes
// first in the result. NaN where there is one, or NaN left out.
Tensor quantile(const Tensor& input, const Tensor& q, const QuantileAttrs& options = {});
Tensor nanquantile(const Tensor& input, const Tensor& q, const QuantileAttrs& options = {});

struct KthvalueAttrs {
  int64_t k = 1, dim = -1;
  bool keepdim = false;
  HEBB_FIELDS(k, dim, keepdim)
};
struct ModeAttrs {
  int64_t dim = -1;
  bool keepdim = false;
  HEBB_FIELDS(dim, keepdim)
};

}  // namespace hebb
