// Placing elements by index tensors (integers). The result is a new tensor. Of several elements for
// one place the last one counts. An index out of range is an Error that names it.
#pragma once

#include <optional>
#include <string>

#include "hebb/kernels/gather.h"
#include "hebb/kernels/scatter.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// input, with src[i][j] at [index[i][j]][j] for dim 0. index reaches no further than input, but
// along dim, and no further than src. reduce: "add" or "multiply" with what is there.
Tensor scatter(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& src,
               const std::optional<std::string>& reduce = {});
// The same with one number for all places.
Tensor scatter_value(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& value);
// input, with the sum, prod, mean, amax or amin of all elements of src for a place; of what input
// has there, too, where include_self says so.
Tensor scatter_reduce(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& src,
                      const std::string& reduce, bool include_self = true);
// input, with the slices of source at the places of a dimension that index (one dimension) names.
Tensor index_copy(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& source);
Tensor index_fill(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& value);
// reduce: prod, mean, amax or amin.
Tensor index_reduce(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& source,
                    const std::string& reduce, bool include_self = true);
// input, with source at the row-major positions in index; negative ones count from the end.
Tensor put(const Tensor& input, const Tensor& index, const Tensor& source, bool accumulate = false);
// input, with the elements of source, one after the other, where mask (bool) holds.
Tensor masked_scatter(const Tensor& input, const Tensor& mask, const Tensor& source);
// input, with src in the place of one index, or of a slice, of a dimension.
Tensor select_scatter(const Tensor& input, const Tensor& src, int64_t dim, int64_t index);
Tensor slice_scatter(const Tensor& input, const Tensor& src, int64_t dim = 0, Slice range = {});

struct ScatterAttrs {
  int64_t dim = 0;
  std::optional<std::string> reduce;  // add, multiply
  HEBB_FIELDS(dim, reduce)
};
struct IndexReduceAttrs {
  int64_t dim = 0;
  std::string reduce;  // prod, mean, amax, amin
  bool include_self = true;
  HEBB_FIELDS(dim, reduce, include_self)
};
struct PutAttrs {
  bool accumulate = false;
  HEBB_FIELDS(accumulate)
};
struct SelectScatterAttrs {
  int64_t dim = 0, index = 0;
  HEBB_FIELDS(dim, index)
};
struct SliceScatterAttrs {
  int64_t dim = 0;
  std::optional<int64_t> start, end;
  int64_t step = 1;
  HEBB_FIELDS(dim, start, end, step)
};

}  // namespace hebb
