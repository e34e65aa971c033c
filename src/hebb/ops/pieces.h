// Cutting and joining by NumPy's names, and all ways to choose from vectors.
#pragma once

#include <limits>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/kernels/search.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Views: so many, whose sizes differ by one at most; or cut before each of the given indices.
std::vector<Tensor> tensor_split(const Tensor& input, int64_t sections, int64_t dim = 0);
std::vector<Tensor> tensor_split(const Tensor& input, const Dims& indices, int64_t dim = 0);
// The same along dimension 1 (of a vector: 0), 0 and 2. Error: sections do not divide the size.
std::vector<Tensor> hsplit(const Tensor& input, int64_t sections);
std::vector<Tensor> vsplit(const Tensor& input, int64_t sections);
std::vector<Tensor> dsplit(const Tensor& input, int64_t sections);
Tensor hstack(const std::vector<Tensor>& tensors);        // along dimension 1, vectors along 0
Tensor vstack(const std::vector<Tensor>& tensors);        // as rows, along dimension 0
Tensor dstack(const std::vector<Tensor>& tensors);        // along dimension 2
Tensor column_stack(const std::vector<Tensor>& tensors);  // vectors as columns
// Every choice of one element from each vector, in order: [count, vectors].
Tensor cartesian_prod(const std::vector<Tensor>& tensors);
// Every choice of r elements of a vector, in order: [count, r].
Tensor combinations(const Tensor& input, int64_t r = 2, bool with_replacement = false);

// Marks {in_sections, n}: n sections, in JSON the number n. Other numbers say where to cut.
inline constexpr int64_t in_sections = std::numeric_limits<int64_t>::min();
struct TensorSplitAttrs {
  Dims indices_or_sections;
  int64_t dim = 0;
  HEBB_FIELDS(indices_or_sections, dim)
};
struct SplitAlongAttrs {
  Dims indices_or_sections;
  HEBB_FIELDS(indices_or_sections)
};
struct CombinationsAttrs {
  int64_t r = 2;
  bool with_replacement = false;
  HEBB_FIELDS(r, with_replacement)
};

}  // namespace hebb
