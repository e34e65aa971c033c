// Other shapes of the same elements, by the names that PyTorch has for them. Views where PyTorch's
// are, but for flatten and unflatten of what cannot be seen in one step, which copy.
#pragma once

#include <vector>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

Tensor broadcast_to(const Tensor& input, const Dims& shape);  // expand
// dim in the place of several, whose sizes are given; one of them may be -1 and is inferred.
Tensor unflatten(const Tensor& input, int64_t dim, const Dims& sizes);
Tensor movedim(const Tensor& input, const Dims& source, const Dims& destination);
Tensor movedim(const Tensor& input, int64_t source, int64_t destination);
// `length` elements of a dimension from `start` on, which counts from the end where negative.
Tensor narrow(const Tensor& input, int64_t dim, int64_t start, int64_t length);
// One view for each index of a dimension, which goes away. Error: its size is 0.
std::vector<Tensor> unbind(const Tensor& input, int64_t dim = 0);
// Copies side by side, so many along each of the last dimensions; more numbers than dimensions add
// dimensions in front.
Tensor tile(const Tensor& input, const Dims& dims);
// At least so many dimensions. Of two for atleast_3d, the new one comes last.
Tensor atleast_1d(const Tensor& input);
Tensor atleast_2d(const Tensor& input);
Tensor atleast_3d(const Tensor& input);
// Turned k times by a right angle, from the first of dims to the second.
Tensor rot90(const Tensor& input, int64_t k = 1, const Dims& dims = {0, 1});
Tensor fliplr(const Tensor& input);  // columns in reverse order
Tensor flipud(const Tensor& input);  // rows in reverse order

Tensor t(const Tensor& input);        // the transpose of a matrix; what has less dimensions stays
Tensor adjoint(const Tensor& input);  // the conjugates of matrices, transposed
// Views of all tensors in their common shape.
std::vector<Tensor> broadcast_tensors(const std::vector<Tensor>& tensors);
// The coordinates, in a tensor of the given shape, of row-major positions: one tensor a dimension.
std::vector<Tensor> unravel_index(const Tensor& indices, const Dims& shape);

struct UnravelAttrs {
  Dims shape;
  HEBB_FIELDS(shape)
};
struct BroadcastToAttrs {
  Dims shape;  // -1 keeps a size
  HEBB_FIELDS(shape)
};
struct FlattenAttrs {
  int64_t start_dim = 0, end_dim = -1;
  HEBB_FIELDS(start_dim, end_dim)
};
struct UnflattenAttrs {
  int64_t dim = 0;
  Dims sizes;
  HEBB_FIELDS(dim, sizes)
};
struct TransposeAttrs {
  int64_t dim0 = 0, dim1 = 1;
  HEBB_FIELDS(dim0, dim1)
};
struct SwapaxesAttrs {
  int64_t axis0 = 0, axis1 = 1;
  HEBB_FIELDS(axis0, axis1)
};
struct MovedimAttrs {
  Dims source, destination;
  HEBB_FIELDS(source, destination)
};
struct NarrowAttrs {
  int64_t dim = 0, start = 0, length = 0;
  HEBB_FIELDS(dim, start, length)
};
struct UnbindAttrs {
  int64_t dim = 0;
  HEBB_FIELDS(dim)
};
struct TileAttrs {
  Dims dims;
  HEBB_FIELDS(dims)
};
struct Rot90Attrs {
  int64_t k = 1;
  Dims dims = {0, 1};
  HEBB_FIELDS(k, dims)
};

}  // namespace hebb
