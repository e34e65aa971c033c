// What the entry of bags of embeddings and its kernel share.
#pragma once

#include <optional>
#include <string>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

struct EmbeddingBagAttrs {
  std::string mode = "mean";                // mean, sum, max
  bool include_last_offset = false;         // the last offset is the end of the last bag
  std::optional<int64_t> padding_idx = {};  // this row counts for nothing and gets no gradient
  bool scale_grad_by_freq = false;  // gradients of rows over how often indices name them; not max
  HEBB_FIELDS(mode, include_last_offset, padding_idx, scale_grad_by_freq)
};

namespace kernel {
inline constexpr KernelId embedding_bag{"embedding_bag"};
}  // namespace kernel

}  // namespace hebb
