// Picking and placing elements by index tensors (integers). An index out of range is an Error that
// names it and its position. As in PyTorch, 0-d operands count as vectors of one element.
#pragma once

#include <optional>

#include "hebb/kernels/gather.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// out[i][j] = input[index[i][j]][j] for dim 0. index has the result's shape, which is no larger
// than input's except along dim.
Tensor gather(const Tensor& input, int64_t dim, const Tensor& index);
// input, with src[i][j] added at [index[i][j]][j] for dim 0. Values for the same place are added in
// order.
Tensor scatter_add(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& src);
// index: a vector, or a number, which names one slice. Of a 0-d input: itself.
Tensor index_select(const Tensor& input, int64_t dim, const Tensor& index);
// input, with alpha times the slices of source added at the places that index names.
Tensor index_add(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& source,
                 double alpha = 1);
// Of all elements, row-major; negative counts from the end.
Tensor take(const Tensor& input, const Tensor& index);
// The rows of weight [n, d] at the indices in input: [...] -> [..., d]. padding_idx: a row without
// a gradient. scale_grad_by_freq: a row's gradient is divided by how often input names it.
Tensor embedding(const Tensor& input, const Tensor& weight, std::optional<int64_t> padding_idx = {},
                 bool scale_grad_by_freq = false);
// [...] -> i64 [..., classes]; -1: the largest value + 1.
Tensor one_hot(const Tensor& tensor, int64_t num_classes = -1);

struct OneHotAttrs {
  int64_t num_classes = -1;
  HEBB_FIELDS(num_classes)
};

}  // namespace hebb
