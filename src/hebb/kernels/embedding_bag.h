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
  HEBB_FIELDS(mode, include_last_offset, padding_idx)
};

namespace kernel {
inline constexpr KernelId embedding_bag{"embedding_bag"};
}  // namespace kernel

}  // namespace hebb
