// Picking and placing by several index tensors at once, as NumPy's advanced indexing does.
#pragma once

#include <optional>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// The elements at [indices[0][i...], indices[1][i...], ...]: index tensors of integers broadcast to
// one shape, which stands in the place of the dimensions that they index. Negative ones count from
// the end. A bool tensor stands for the positions where it holds, and indexes as many dimensions as
// it has. dims: the first dimension of each index tensor, rising; none: the leading ones. Where
// dimensions between them are not indexed, the new shape comes first.
Tensor index_tensors(const Tensor& input, const std::vector<Tensor>& indices,
                     const Dims& dims = {});
// input, with values, which broadcast, at the places that index_tensors() would pick; of several
// for one place the last one counts, or with accumulate their sum is added to what is there.
Tensor index_put(const Tensor& input, const std::vector<Tensor>& indices, const Tensor& values,
                 bool accumulate = false, const Dims& dims = {});
// gather along dim, where input and index broadcast in the other dimensions. No dim: of the
// flattened input.
Tensor take_along_dim(const Tensor& input, const Tensor& index, std::optional<int64_t> dim = {});
// Each element of a dimension so many times, one after the other. repeats: a number, or one integer
// for each element. No dim: of the flattened input. output_size: the sum of repeats, where it is
// known; else repeats is read.
Tensor repeat_interleave(const Tensor& input, const Tensor& repeats,
                         std::optional<int64_t> dim = {}, std::optional<int64_t> output_size = {});

struct IndexAttrs {
  Dims dims;  // none: the leading ones
  HEBB_FIELDS(dims)
};
struct IndexPutAttrs {
  bool accumulate = false;
  Dims dims;
  HEBB_FIELDS(accumulate, dims)
};
struct MaybeAlongAttrs {
  std::optional<int64_t> dim;
  HEBB_FIELDS(dim)
};
struct RepeatInterleaveAttrs {
  std::optional<int64_t> dim, output_size;
  HEBB_FIELDS(dim, output_size)
};

}  // namespace hebb
