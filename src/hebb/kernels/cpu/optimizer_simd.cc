// The inner loops of SGD, Adam, RMSprop and NAdam for f32 parameters: one pass over memory, which
// is what bounds them.

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

// States as plain_rmsprop_rows() has them.
void rmsprop_f32(const RmspropNumbers& s, int64_t n, const void* const* in, void* const* out,
                 int states) {
  const D d;
  const bool moves = states > 1 + s.centered;
  const int mean_at = s.centered ? 2 : 1, buffer_at = moves ? states : 1;  // in `out`; in `in` one
                                                                           // more
  const float *p = f32_at(in[0]), *grad = f32_at(in[1]), *square = f32_at(in[2]),
              *mean = f32_at(in[mean_at + 1]), *buffer = f32_at(in[buffer_at + 1]);
  float *p_out = f32_at(out[0]), *square_out = f32_at(out[1]), *mean_out = f32_at(out[mean_at]),
        *buffer_out = f32_at(out[buffer_at]);
  const auto sign = hn::Set(d, s.maximize ? -1.0f : 1.0f),
             decay = hn::Set(d, float(s.weight_decay)), lr = hn::Set(d, float(s.lr));
  const auto old_part = hn::Set(d, float(s.alpha)), new_part = hn::Set(d, float(1 - s.alpha));
  const auto momentum = hn::Set(d, float(s.momentum)), eps = hn::Set(d, float(s.eps));
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    const auto w = load(p);
    const auto g = hn::MulAdd(decay, w, hn::Mul(sign, load(grad)));
    const auto squared = hn::MulAdd(old_part, load(square), hn::Mul(new_part, hn::Mul(g, g)));
    store(square_out, squared);
    auto variance = squared;
    if (s.centered) {
      const auto old = load(mean);
      const auto centre = hn::MulAdd(new_part, hn::Sub(g, old), old);
      store(mean_out, centre);
      variance = hn::NegMulAdd(centre, centre, squared);
    }
    auto move = hn::Div(g, hn::Add(hn::Sqrt(variance), eps));
    if (moves) {
      move = hn::MulAdd(momentum, load(buffer), move);
      store(buffer_out, move);
    }
    store(p_out, hn::NegMulAdd(lr, move, w));
  });
}

void nadam_f32(const NadamNumbers& s, int64_t n, const void* const* in, void* const* out, int) {
  const D d;
  const float *p = f32_at(in[0]), *grad = f32_at(in[1]), *m = f32_at(in[2]), *v = f32_at(in[3]);
  float *p_out = f32_at(out[0]), *m_out = f32_at(out[1]), *v_out = f32_at(out[2]);
  const auto sign = hn::Set(d, s.maximize ? -1.0f : 1.0f),
             decay = hn::Set(d, float(s.weight_decay)), shrink = hn::Set(d, float(s.shrink));
  const auto new1 = hn::Set(d, float(1 - s.beta1)), old2 = hn::Set(d, float(s.beta2)),
             new2 = hn::Set(d, float(1 - s.beta2));
  const auto of_gradient = hn::Set(d, float(s.of_gradient)),
             of_moment = hn::Set(d, float(s.of_moment));
  const auto scale = hn::Set(d, float(s.scale)), eps = hn::Set(d, float(s.eps));
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    const auto w = load(p);
    const auto g = hn::MulAdd(decay, w, hn::Mul(sign, load(grad)));
    const auto old = load(m);
    const auto moment = hn::MulAdd(new1, hn::Sub(g, old), old);
    const auto second = hn::MulAdd(old2, load(v), hn::Mul(new2, hn::Mul(g, g)));
    store(m_out, moment);
    store(v_out, second);
    const auto move = hn::MulAdd(of_gradient, g, hn::Mul(of_moment, moment));
    store(p_out,
          hn::Sub(hn::Mul(w, shrink), hn::Div(move, hn::MulAdd(hn::Sqrt(second), scale, eps))));
  });
}

StepPiece<SgdNumbers> sgd_piece() {
  return sgd_f32;
}
StepPiece<AdamNumbers> adam_piece() {
  return adam_f32;
}
StepPiece<RmspropNumbers> rmsprop_piece() {
  return rmsprop_f32;
}
StepPiece<NadamNumbers> nadam_piece() {
  return nadam_f32;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(sgd_piece);
HWY_EXPORT(adam_piece);
HWY_EXPORT(rmsprop_piece);
HWY_EXPORT(nadam_piece);
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
PreparedKernel rmsprop_simd(const Signature& s) {
  return rmsprop_kernel(s, with_fast(HWY_DYNAMIC_DISPATCH(rmsprop_piece)(), plain_rmsprop_rows()),
                        "simd");
}
PreparedKernel nadam_simd(const Signature& s) {
  return nadam_kernel(s, with_fast(HWY_DYNAMIC_DISPATCH(nadam_piece)(), plain_nadam_rows()),
                      "simd");
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
