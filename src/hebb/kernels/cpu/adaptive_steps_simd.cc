// The inner loops of Adagrad, Adadelta, Adamax, RAdam, Lion, Rprop and ASGD for f32 parameters: one
// pass over memory, which is what bounds them.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/adaptive_steps_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/row_simd-inl.h"

#include "hebb/kernels/cpu/adaptive_steps.h"
#include "hebb/kernels/cpu/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

const float* floats(const void* p) {
  return static_cast<const float*>(p);
}
float* floats(void* p) {
  return static_cast<float*>(p);
}

// A moving average: this part of the way from the old one to the value.
HWY_INLINE HWY_ATTR V towards(V part, V value, V old) {
  return hn::MulAdd(part, hn::Sub(value, old), old);
}

// The gradient with its sign as asked, and the decay as part of it.
HWY_INLINE HWY_ATTR V turned(V sign, V decay, V grad, V weight) {
  return hn::MulAdd(decay, weight, hn::Mul(sign, grad));
}

void adagrad_f32(const AdagradNumbers& s, int64_t n, const void* const* in, void* const* out, int) {
  const D d;
  const float *p = floats(in[0]), *grad = floats(in[1]), *sum = floats(in[2]);
  float *p_out = floats(out[0]), *sum_out = floats(out[1]);
  const auto sign = hn::Set(d, s.maximize ? -1.0f : 1.0f),
             decay = hn::Set(d, float(s.weight_decay));
  const auto lr = hn::Set(d, float(s.lr)), eps = hn::Set(d, float(s.eps));
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    const auto w = load(p), g = turned(sign, decay, load(grad), w);
    const auto all = hn::MulAdd(g, g, load(sum));
    store(sum_out, all);
    store(p_out, hn::NegMulAdd(lr, hn::Div(g, hn::Add(hn::Sqrt(all), eps)), w));
  });
}

void adadelta_f32(const AdadeltaNumbers& s, int64_t n, const void* const* in, void* const* out,
                  int) {
  const D d;
  const float *p = floats(in[0]), *grad = floats(in[1]), *squares = floats(in[2]),
              *deltas = floats(in[3]);
  float *p_out = floats(out[0]), *squares_out = floats(out[1]), *deltas_out = floats(out[2]);
  const auto sign = hn::Set(d, s.maximize ? -1.0f : 1.0f),
             decay = hn::Set(d, float(s.weight_decay));
  const auto lr = hn::Set(d, float(s.lr)), eps = hn::Set(d, float(s.eps));
  const auto old = hn::Set(d, float(s.rho)), part = hn::Set(d, float(1 - s.rho));
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    const auto w = load(p), g = turned(sign, decay, load(grad), w), moved = load(deltas);
    const auto square = hn::MulAdd(old, load(squares), hn::Mul(part, hn::Mul(g, g)));
    const auto delta =
        hn::Mul(hn::Div(hn::Sqrt(hn::Add(moved, eps)), hn::Sqrt(hn::Add(square, eps))), g);
    store(squares_out, square);
    store(deltas_out, hn::MulAdd(old, moved, hn::Mul(part, hn::Mul(delta, delta))));
    store(p_out, hn::NegMulAdd(lr, delta, w));
  });
}

void adamax_f32(const AdamaxNumbers& s, int64_t n, const void* const* in, void* const* out, int) {
  const D d;
  const float *p = floats(in[0]), *grad = floats(in[1]), *m = floats(in[2]), *most = floats(in[3]);
  float *p_out = floats(out[0]), *m_out = floats(out[1]), *most_out = floats(out[2]);
  const auto sign = hn::Set(d, s.maximize ? -1.0f : 1.0f),
             decay = hn::Set(d, float(s.weight_decay));
  const auto step = hn::Set(d, float(s.step_size)), eps = hn::Set(d, float(s.eps));
  const auto part = hn::Set(d, float(1 - s.beta1)), old2 = hn::Set(d, float(s.beta2));
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    const auto w = load(p), g = turned(sign, decay, load(grad), w),
               moment = towards(part, g, load(m));
    const auto size = hn::Add(hn::Abs(g), eps);
    auto largest = hn::Max(hn::Mul(old2, load(most)), size);
    largest = hn::IfThenElse(hn::IsNaN(size), size, largest);
    store(m_out, moment);
    store(most_out, largest);
    store(p_out, hn::NegMulAdd(step, hn::Div(moment, largest), w));
  });
}

void radam_f32(const RadamNumbers& s, int64_t n, const void* const* in, void* const* out, int) {
  const D d;
  const float *p = floats(in[0]), *grad = floats(in[1]), *m = floats(in[2]), *v = floats(in[3]);
  float *p_out = floats(out[0]), *m_out = floats(out[1]), *v_out = floats(out[2]);
  const auto sign = hn::Set(d, s.maximize ? -1.0f : 1.0f),
             decay = hn::Set(d, float(s.weight_decay));
  const auto step = hn::Set(d, float(s.step_size)), eps = hn::Set(d, float(s.eps)),
             shrink = hn::Set(d, float(s.shrink));
  const auto part = hn::Set(d, float(1 - s.beta1)), old2 = hn::Set(d, float(s.beta2)),
             new2 = hn::Set(d, float(1 - s.beta2));
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    const auto w = load(p), g = turned(sign, decay, load(grad), w),
               moment = towards(part, g, load(m));
    const auto second = hn::MulAdd(old2, load(v), hn::Mul(new2, hn::Mul(g, g)));
    store(m_out, moment);
    store(v_out, second);
    const auto move = s.adaptive ? hn::Div(moment, hn::Add(hn::Sqrt(second), eps)) : moment;
    store(p_out, hn::NegMulAdd(step, move, hn::Mul(w, shrink)));
  });
}

// 1, -1 or 0; NaN stays.
HWY_INLINE HWY_ATTR V signs(V x) {
  const D d;
  return hn::IfThenElse(hn::Or(hn::Eq(x, hn::Zero(d)), hn::IsNaN(x)), x,
                        hn::CopySign(hn::Set(d, 1.0f), x));
}

void lion_f32(const LionNumbers& s, int64_t n, const void* const* in, void* const* out, int) {
  const D d;
  const float *p = floats(in[0]), *grad = floats(in[1]), *m = floats(in[2]);
  float *p_out = floats(out[0]), *m_out = floats(out[1]);
  const auto side = hn::Set(d, s.maximize ? -1.0f : 1.0f);
  const auto lr = hn::Set(d, float(s.lr)), decay = hn::Set(d, float(s.weight_decay));
  const auto part = hn::Set(d, float(1 - s.for_momentum)),
             ahead_part = hn::Set(d, float(1 - s.for_sign));
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    const auto w = load(p), g = hn::Mul(side, load(grad)), old = load(m);
    const auto moment = towards(part, g, old),
               ahead = s.blend ? towards(ahead_part, g, old) : moment;
    store(m_out, moment);
    store(p_out, hn::NegMulAdd(lr, hn::MulAdd(decay, w, signs(ahead)), w));
  });
}

void rprop_f32(const RpropNumbers& s, int64_t n, const void* const* in, void* const* out, int) {
  const D d;
  const float *p = floats(in[0]), *grad = floats(in[1]), *before = floats(in[2]),
              *sizes = floats(in[3]);
  float *p_out = floats(out[0]), *before_out = floats(out[1]), *sizes_out = floats(out[2]);
  const auto side = hn::Set(d, s.maximize ? -1.0f : 1.0f), one = hn::Set(d, 1.0f),
             zero = hn::Zero(d);
  const auto longer = hn::Set(d, float(s.eta_plus)), shorter = hn::Set(d, float(s.eta_minus));
  const auto smallest = hn::Set(d, float(s.smallest)), largest = hn::Set(d, float(s.largest)),
             lr = hn::Set(d, float(s.lr));
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    const auto w = load(p), raw = hn::Mul(side, load(grad));
    // Signs, not the numbers: their product would vanish for small ones.
    const auto turn = s.first ? zero : hn::Mul(raw, signs(load(before)));
    const auto back = hn::Lt(turn, zero);
    auto factor = hn::IfThenElse(hn::Gt(turn, zero), longer, hn::IfThenElse(back, shorter, one));
    factor = hn::IfThenElse(hn::IsNaN(turn), turn, factor);
    const auto next = hn::Mul(s.first ? lr : load(sizes), factor);
    const auto step = hn::IfThenElse(hn::IsNaN(next), next, hn::Clamp(next, smallest, largest));
    // It has jumped over a minimum: no move, and none of its sign is kept.
    const auto g = hn::IfThenElse(back, zero, raw);
    store(before_out, g);
    store(sizes_out, step);
    store(p_out, hn::NegMulAdd(signs(g), step, w));
  });
}

void asgd_f32(const AsgdNumbers& s, int64_t n, const void* const* in, void* const* out, int) {
  const D d;
  const float *p = floats(in[0]), *grad = floats(in[1]), *mean = floats(in[2]);
  float *p_out = floats(out[0]), *mean_out = floats(out[1]);
  const auto sign = hn::Set(d, s.maximize ? -1.0f : 1.0f),
             decay = hn::Set(d, float(s.weight_decay));
  const auto eta = hn::Set(d, float(s.eta)), mu = hn::Set(d, float(s.mu)),
             lost = hn::Set(d, float(1 - s.shrink));  // tiny: 1 - lost would lose its digits
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    const auto old = load(p), g = turned(sign, decay, load(grad), old);
    const auto w = hn::NegMulAdd(eta, g, hn::NegMulAdd(lost, old, old));
    store(mean_out, s.mu == 1 ? w : towards(mu, w, load(mean)));
    store(p_out, w);
  });
}

}  // namespace

StepPiece<AdagradNumbers> adagrad_piece() {
  return adagrad_f32;
}
StepPiece<AdadeltaNumbers> adadelta_piece() {
  return adadelta_f32;
}
StepPiece<AdamaxNumbers> adamax_piece() {
  return adamax_f32;
}
StepPiece<RadamNumbers> radam_piece() {
  return radam_f32;
}
StepPiece<LionNumbers> lion_piece() {
  return lion_f32;
}
StepPiece<RpropNumbers> rprop_piece() {
  return rprop_f32;
}
StepPiece<AsgdNumbers> asgd_piece() {
  return asgd_f32;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(adagrad_piece);
HWY_EXPORT(adadelta_piece);
HWY_EXPORT(adamax_piece);
HWY_EXPORT(radam_piece);
HWY_EXPORT(lion_piece);
HWY_EXPORT(rprop_piece);
HWY_EXPORT(asgd_piece);
namespace impl {

PreparedKernel adagrad_simd(const Signature& s) {
  return step_kernel(s, HWY_DYNAMIC_DISPATCH(adagrad_piece)());
}
PreparedKernel adadelta_simd(const Signature& s) {
  return step_kernel(s, HWY_DYNAMIC_DISPATCH(adadelta_piece)());
}
PreparedKernel adamax_simd(const Signature& s) {
  return step_kernel(s, HWY_DYNAMIC_DISPATCH(adamax_piece)());
}
PreparedKernel radam_simd(const Signature& s) {
  return step_kernel(s, HWY_DYNAMIC_DISPATCH(radam_piece)());
}
PreparedKernel lion_simd(const Signature& s) {
  return step_kernel(s, HWY_DYNAMIC_DISPATCH(lion_piece)());
}
PreparedKernel rprop_simd(const Signature& s) {
  return step_kernel(s, HWY_DYNAMIC_DISPATCH(rprop_piece)());
}
PreparedKernel asgd_simd(const Signature& s) {
  return step_kernel(s, HWY_DYNAMIC_DISPATCH(asgd_piece)());
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
