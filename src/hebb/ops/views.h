// Views: other windows on the same memory. Values are copied only when the layout forces it
// (reshape of a strided tensor).
#pragma once

#include <optional>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor reshape(const Tensor& input, const Dims& shape);  // one size may be -1 and is inferred
Tensor flatten(const Tensor& input, int64_t start_dim = 0, int64_t end_dim = -1);
Tensor permute(const Tensor& input, const Dims& dims);
Tensor transpose(const Tensor& input, int64_t dim0, int64_t dim1);
Tensor expand(const Tensor& input, const Dims& shape);  // sizes of 1 repeat; -1 keeps a size
Tensor slice(const Tensor& input, int64_t dim, Slice range);
Tensor select(const Tensor& input, int64_t dim, int64_t index);
Tensor unsqueeze(const Tensor& input, int64_t dim);
Tensor squeeze(const Tensor& input);               // drops every dimension of size 1
Tensor squeeze(const Tensor& input, int64_t dim);  // drops this one when its size is 1
// Drops those of these whose size is 1; of none, Dims(), it drops none.
Tensor squeeze(const Tensor& input, const Dims& dims);
// The reverse of broadcasting from shape: sums over the dimensions that it repeats.
Tensor sum_to(const Tensor& input, const Dims& shape);

struct ReshapeAttrs {
  Dims shape;
  HEBB_FIELDS(shape)
};
struct PermuteAttrs {
  Dims dims;
  HEBB_FIELDS(dims)
};
struct SliceAttrs {
  int64_t dim = 0, start = 0, stop = 0, step = 1;  // 0 <= start <= stop <= size, step >= 1
  HEBB_FIELDS(dim, start, stop, step)
};
struct SelectAttrs {
  int64_t dim = 0, index = 0;
  HEBB_FIELDS(dim, index)
};
struct DimAttrs {
  int64_t dim = 0;
  HEBB_FIELDS(dim)
};
struct SqueezeAttrs {
  std::optional<Dims> dim;  // left out: all
  HEBB_FIELDS(dim)
};
// Which dimensions go. Error: no such dimension, or one named twice.
std::vector<bool> squeezed(const Dims& shape, const SqueezeAttrs& attrs);

}  // namespace hebb
