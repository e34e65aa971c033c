// The rows of cross-entropy in f32 vectors, along dense rows or across columns; class_loss.h has
// the formulas.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/class_loss_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/row_simd-inl.h"

#include "hebb/kernels/cpu/class_loss.h"
#include "hebb/kernels/cpu/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

double log_sum_exp_row(const float* x, int64_t n) {
  const float most = row_max(x, n);
  return double(most) + std::log(double(row_exp_sum(x, n, most, nullptr)));
}

// A vector of columns at a time.
void log_sum_exp_columns(const ClassLossBlock& block, const float* x, double* out) {
  const D d;
  HWY_ALIGN float high[hn::MaxLanes(d)], sums[hn::MaxLanes(d)];
  int64_t first = 0;
  for_each_vector(block.rows, [&](auto load, auto) HWY_ATTR {
    auto most = load(x), sum = hn::Zero(d);
    for (int64_t c = 1; c < block.classes; ++c)
      most = hn::Max(most, load(x + c * block.step));
    for (int64_t c = 0; c < block.classes; ++c)
      sum = hn::Add(sum, safe_exp(hn::Sub(load(x + c * block.step), most)));
    hn::Store(most, d, high);
    hn::Store(sum, d, sums);
    const int64_t here = std::min(int64_t(hn::Lanes(d)), block.rows - first);
    for (int64_t k = 0; k < here; ++k)
      out[first + k] = double(high[k]) + std::log(double(sums[k]));
    first += here;
  });
}

void log_sum_exp(const ClassLossBlock& block, const float* x, double* out) {
  if (block.step != 1)
    return log_sum_exp_columns(block, x, out);
  for (int64_t k = 0; k < block.rows; ++k)
    out[k] = log_sum_exp_row(x + k * block.next, block.classes);
}

// A double as a float and its rounding error, which is 0 for an infinite one.
struct TwoFloats {
  float high, low;
  explicit TwoFloats(double v)
      : high(float(v)), low(std::isfinite(high) ? float(v - double(high)) : 0) {}
};

void probabilities(const ClassLossBlock& block, const float* x, const double* log_sum_exp,
                   const double* scale, float* dx) {
  const D d;
  if (block.step == 1) {
    for (int64_t k = 0; k < block.rows; ++k, x += block.next, dx += block.next) {
      const TwoFloats exact(log_sum_exp[k]);
      const auto high = hn::Set(d, exact.high), low = hn::Set(d, exact.low),
                 times = hn::Set(d, float(scale[k]));
      for_each_vector(block.classes, [&](auto load, auto store) HWY_ATTR {
        store(dx, hn::Mul(safe_exp(hn::Sub(hn::Sub(load(x), high), low)), times));
      });
    }
    return;
  }
  float highs[ClassLossBlock::most_rows] = {}, lows[ClassLossBlock::most_rows] = {},
        scales[ClassLossBlock::most_rows] = {};
  for (int64_t k = 0; k < block.rows; ++k) {
    const TwoFloats exact(log_sum_exp[k]);
    highs[k] = exact.high;
    lows[k] = exact.low;
    scales[k] = float(scale[k]);
  }
  for_each_vector(block.rows, [&](auto load, auto store) HWY_ATTR {
    const auto high = load(highs), low = load(lows), times = load(scales);
    for (int64_t c = 0; c < block.classes; ++c) {
      const int64_t at = c * block.step;
      store(dx + at, hn::Mul(safe_exp(hn::Sub(hn::Sub(load(x + at), high), low)), times));
    }
  });
}

ClassLossLoops<float> class_loss_loops() {
  return {log_sum_exp, probabilities};
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(class_loss_loops);
namespace impl {
namespace {

PreparedKernel class_loss(const Signature& s, ClassLossForm form) {
  if (s.out[0].dtype != DType::f32 || ClassLossShape(s, form).classes == 0)
    return nullptr;
  return class_loss_kernel<float>(s, form, HWY_DYNAMIC_DISPATCH(class_loss_loops)(), "simd");
}

}  // namespace

PreparedKernel class_cross_entropy_simd(const Signature& s) {
  return class_loss(s, {});
}
PreparedKernel class_cross_entropy_backward_simd(const Signature& s) {
  return class_loss(s, {.backward = true});
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
