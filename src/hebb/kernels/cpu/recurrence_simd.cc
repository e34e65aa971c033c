// The loops of recurrent layers, f32. Compiled once per instruction set.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/recurrence_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/recurrence_backward-inl.h"
#include "hebb/kernels/cpu/recurrence_forward-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

HWY_ATTR void scan_forward(const ScanMemory& m, const SequenceGroup& group, float* scratch) {
  ScanForward(m, group, scratch).run();
}
HWY_ATTR void scan_backward(const ScanBackMemory& m, const SequenceGroup& group, float* scratch) {
  ScanBackward(m, group, scratch).run();
}

}  // namespace

const ScanLoops* scan_loops_here() {
  static constexpr ScanLoops loops{packed_size, pack_panels, scan_forward, scan_backward};
  return &loops;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {

HWY_EXPORT(scan_loops_here);

const ScanLoops& scan_loops() {
  return *HWY_DYNAMIC_DISPATCH(scan_loops_here)();
}

}  // namespace hebb::cpu
#endif
