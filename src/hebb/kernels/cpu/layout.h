// Layouts of tensors with channels: [N, C, spatial...], in memory with the spatial axes innermost
// (row-major) or with the channels innermost (channels-last), which is what convolutions run
// fastest on and give their results in.
#pragma once

#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

// The strides of channels-last memory.
inline Dims channels_last_strides(const Dims& shape) {
  Dims strides(shape.size(), 1);
  int64_t step = shape[1];
  for (size_t i = shape.size(); i-- > 2;) {
    strides[i] = step;
    step *= shape[i];
  }
  strides[0] = step;
  return strides;
}

// Whether both describe the same memory. The stride of an axis of size 1 does not matter.
inline bool same_layout(const Dims& shape, const Dims& a, const Dims& b) {
  for (size_t i = 0; i < shape.size(); ++i)
    if (shape[i] != 1 && a[i] != b[i])
      return false;
  return true;
}

inline bool is_channels_last(const Operand& o) {
  return same_layout(o.shape, o.strides, channels_last_strides(o.shape));
}
inline bool is_row_major(const Operand& o) {
  return same_layout(o.shape, o.strides, contiguous_strides(o.shape));
}

// For Kernel::wants_in: nothing when the operand has these strides already.
inline std::optional<Dims> unless_so(const Operand& o, const Dims& strides) {
  return same_layout(o.shape, o.strides, strides) ? std::nullopt : std::optional<Dims>(strides);
}

// The layout that a kernel wants for operands that it reads row-major.
inline std::vector<std::optional<Layout>> row_major(const Signature& s) {
  std::vector<std::optional<Layout>> wants;
  for (const Operand& o : s.in)
    wants.push_back(o.defined ? unless_so(o, contiguous_strides(o.shape)) : std::nullopt);
  return wants;
}

inline constexpr size_t scratch_alignment = 64;
inline size_t align_up(size_t bytes) {
  return (bytes + scratch_alignment - 1) / scratch_alignment * scratch_alignment;
}

}  // namespace hebb::cpu
