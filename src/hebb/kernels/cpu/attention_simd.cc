// The loops of attention, f32. Compiled once per instruction set.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/attention_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/attention_backward-inl.h"
#include "hebb/kernels/cpu/attention_forward-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

HWY_ATTR void attention_gradients(const AttentionGradients& a, float* scratch) {
  Gradients(a, scratch).run();
}

}  // namespace

const AttentionLoops* attention_loops_here() {
  static constexpr AttentionLoops loops{packed_size, pack_panels, attend_tile, attend_one,
                                        attention_gradients};
  return &loops;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {

HWY_EXPORT(attention_loops_here);

const AttentionLoops& attention_loops() {
  return *HWY_DYNAMIC_DISPATCH(attention_loops_here)();
}

}  // namespace hebb::cpu
#endif
