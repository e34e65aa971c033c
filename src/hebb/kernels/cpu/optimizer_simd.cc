// The inner loops of SGD and Adam for f32 parameters: one pass over memory, which is what bounds
// them.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/optimizer_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/row_simd-inl.h"

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/optimizer.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

const float* f32_at(const void* p) {
  return static_cast<const float*>(p);
}
float* f32_at(void* p) {
  return static_cast<float*>(p);
}

void sgd_f32(const SgdNumbers& s, int64_t n, const void* const* in, void* const* out, int states) {
  const D d;
  const float *p = f32_at(in[0]), *grad = f32_at(in[1]), *buffer = f32_at(in[states ? 2 : 0]);
  float *p_out = f32_at(out[0]), *buffer_out = f32_at(out[states ? 1 : 0]);
  const auto sign = hn::Set(d, s.maximize ? -1.0f : 1.0f),
             decay = hn::Set(d, float(s.weight_decay)), lr = hn::Set(d, float(s.lr));
  const auto momentum = hn::Set(d, float(s.momentum)), keep = hn::Set(d, float(s.keep));
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    const auto w = load(p);
    auto g = hn::MulAdd(decay, w, hn::Mul(sign, load(grad)));
    if (states) {
      const auto moved = s.first ? g : hn::MulAdd(keep, g, hn::Mul(momentum, load(buffer)));
      store(buffer_out, moved);
      g = s.nesterov ? hn::MulAdd(momentum, moved, g) : moved;
    }
    store(p_out, hn::NegMulAdd(lr, g, w));
  });
}

void adam_f32(const AdamNumbers& s, int64_t n, const void* const* in, void* const* out,
              int states) {
  const D d;
  const float *p = f32_at(in[0]), *grad = f32_at(in[1]), *m = f32_at(in[2]), *v = f32_at(in[3]),
              *most = f32_at(in[states > 2 ? 4 : 3]);
  float *p_out = f32_at(out[0]), *m_out = f32_at(out[1]), *v_out = f32_at(out[2]),
        *most_out = f32_at(out[states > 2 ? 3 : 2]);
  const auto sign = hn::Set(d, s.maximize ? -1.0f : 1.0f),
             decay = hn::Set(d, float(s.weight_decay)), shrink = hn::Set(d, float(s.shrink));
  const auto new1 = hn::Set(d, float(1 - s.beta1)), old2 = hn::Set(d, float(s.beta2)),
             new2 = hn::Set(d, float(1 - s.beta2));
  const auto scale = hn::Set(d, float(s.scale)), eps = hn::Set(d, float(s.eps)),
             step = hn::Set(d, float(s.step_size));
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    const auto w = load(p);
    const auto g = hn::MulAdd(decay, w, hn::Mul(sign, load(grad)));
    const auto old = load(m);
    const auto moment = hn::MulAdd(new1, hn::Sub(g, old), old);
    auto second = hn::MulAdd(old2, load(v), hn::Mul(new2, hn::Mul(g, g)));
    store(m_out, moment);
    store(v_out, second);
    if (states > 2) {
      second = hn::IfThenElse(hn::IsNaN(second), second, hn::Max(second, load(most)));
      store(most_out, second);
    }
    store(p_out, hn::NegMulAdd(step, hn::Div(moment, hn::MulAdd(hn::Sqrt(second), scale, eps)),
                               hn::Mul(w, shrink)));
  });
}

StepPiece<SgdNumbers> sgd_piece() {
  return sgd_f32;
}
StepPiece<AdamNumbers> adam_piece() {
  return adam_f32;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(sgd_piece);
HWY_EXPORT(adam_piece);
namespace impl {
namespace {

template <class Numbers>
std::vector<StepRow<Numbers>> with_fast(StepPiece<Numbers> f32,
                                        std::span<const StepRow<Numbers>> plain) {
  std::vector<StepRow<Numbers>> rows{{DType::f32, f32}};
  rows.insert(rows.end(), plain.begin(), plain.end());
  return rows;
}

}  // namespace

PreparedKernel sgd_simd(const Signature& s) {
  return sgd_kernel(s, with_fast(HWY_DYNAMIC_DISPATCH(sgd_piece)(), plain_sgd_rows()), "simd");
}
PreparedKernel adam_simd(const Signature& s) {
  return adam_kernel(s, with_fast(HWY_DYNAMIC_DISPATCH(adam_piece)(), plain_adam_rows()), "simd");
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
