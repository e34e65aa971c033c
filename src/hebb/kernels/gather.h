// Attributes of operators that pick or place elements by index tensors, and of those that run along
// one dimension.
#pragma once

#include <cstdint>
#include <optional>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"
#include "hebb/tensor/dims.h"
#include "hebb/tensor/dtype.h"

namespace hebb {

struct AlongAttrs {
  int64_t dim = 0;
  HEBB_FIELDS(dim)
};
struct IndexAddAttrs {
  int64_t dim = 0;
  double alpha = 1;  // times the source
  HEBB_FIELDS(dim, alpha)
};
struct EmbeddingAttrs {
  std::optional<int64_t> padding_idx;  // this row gets no gradient
  bool scale_grad_by_freq = false;     // a row's gradient is divided by how often it is there
  HEBB_FIELDS(padding_idx, scale_grad_by_freq)
};
struct EmbeddingBackwardAttrs {
  int64_t num_embeddings = 0, padding_idx = -1;  // -1: none
  HEBB_FIELDS(num_embeddings, padding_idx)
};
struct ScanAttrs {
  int64_t dim = 0;
  std::optional<DType> dtype;  // integers and bool: i64
  HEBB_FIELDS(dim, dtype)
};
struct FlipAttrs {
  Dims dims;
  HEBB_FIELDS(dims)
};
struct SortAttrs {
  int64_t dim = -1;
  bool descending = false, stable = false;  // sorting is always stable
  HEBB_FIELDS(dim, descending, stable)
};
struct TopkAttrs {
  int64_t k = 1, dim = -1;
  bool largest = true, sorted = true;  // the answer is always sorted
  HEBB_FIELDS(k, dim, largest, sorted)
};

namespace kernel {
inline constexpr KernelId gather{"gather"};
inline constexpr KernelId scatter_add{"scatter_add"};
inline constexpr KernelId index_select{"index_select"};
inline constexpr KernelId index_add{"index_add"};
inline constexpr KernelId embedding{"embedding"};
inline constexpr KernelId embedding_backward{"embedding_backward"};
inline constexpr KernelId cumsum{"cumsum"};
inline constexpr KernelId flip{"flip"};
inline constexpr KernelId cat{"cat"};
inline constexpr KernelId sort{"sort"};
inline constexpr KernelId topk{"topk"};
}  // namespace kernel

}  // namespace hebb
