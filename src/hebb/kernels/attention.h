// What the entries of attention and their kernels share.
#pragma once

#include <cstdint>

#include "hebb/base/fields.h"
#include "hebb/kernels/kernel_id.h"

namespace hebb {

// The query at row i has the position i + offset among the keys. It sees keys from `left` before
// that position to `right` behind it; -1: all of them.
struct AttentionAttrs {
  double scale = 1;  // of the products of queries and keys
  int64_t left = -1, right = -1, offset = 0;
  double dropout_p = 0;  // of the weights
  HEBB_FIELDS(scale, left, right, offset, dropout_p)
};

namespace kernel {
inline constexpr KernelId attention{"attention"};
inline constexpr KernelId attention_backward{"attention_backward"};
}  // namespace kernel

}  // namespace hebb
