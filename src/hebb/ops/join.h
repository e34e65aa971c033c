// Joins, splits, repeats and reverses tensors.
#pragma once

#include <string>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Along an existing dimension; dtypes promote.
Tensor cat(const std::vector<Tensor>& tensors, int64_t dim = 0);
// Along a new dimension.
Tensor stack(const std::vector<Tensor>& tensors, int64_t dim = 0);
// Views; the last may be smaller.
std::vector<Tensor> split(const Tensor& tensor, int64_t split_size, int64_t dim = 0);
// Sections add up to the size.
std::vector<Tensor> split(const Tensor& tensor, const Dims& sections, int64_t dim);
// At most `chunks` equal views, the last may be smaller.
std::vector<Tensor> chunk(const Tensor& input, int64_t chunks, int64_t dim = 0);
Tensor flip(const Tensor& input, const Dims& dims);  // a copy in reverse order
// Elements that leave at the end come back at the front. No dims: of the flattened tensor.
Tensor roll(const Tensor& input, const Dims& shifts, const Dims& dims = {});
Tensor repeat(const Tensor& input, const Dims& repeats);  // copies side by side; more repeats than
                                                          // dimensions add dimensions in front
std::vector<Tensor> meshgrid(const std::vector<Tensor>& tensors,
                             const std::string& indexing = "ij");

struct SplitAttrs {
  Dims split_size_or_sections;  // one number: the size of every part; several: the size of each
  int64_t dim = 0;
  HEBB_FIELDS(split_size_or_sections, dim)
};
struct ChunkAttrs {
  int64_t chunks = 1, dim = 0;
  HEBB_FIELDS(chunks, dim)
};
struct RollAttrs {
  Dims shifts, dims;
  HEBB_FIELDS(shifts, dims)
};
struct RepeatAttrs {
  Dims repeats;
  HEBB_FIELDS(repeats)
};
struct MeshgridAttrs {
  std::string indexing = "ij";  // "xy": the first two dimensions swapped, as for pictures
  HEBB_FIELDS(indexing)
};

}  // namespace hebb
