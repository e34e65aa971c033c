// The rows of cross-entropy in f32 vectors, where a row is dense; class_loss.h has the formulas.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/class_loss_simd.cc"
#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>
#include "hebb/kernels/cpu/simd_targets.h"

#include "hebb/kernels/cpu/row_simd-inl.h"

#include "hebb/kernels/cpu/class_loss.h"
#include "hebb/kernels/cpu/kernels.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

double log_sum_exp_row(const float* x, int64_t n, int64_t) {
  const float most = row_max(x, n);
  return double(most) + std::log(double(row_exp_sum(x, n, most, nullptr)));
}

void probabilities_row(const float* x, int64_t n, int64_t, double log_sum_exp, double scale, float* dx) {
  const RowTag d;
  const auto high = hn::Set(d, float(log_sum_exp)), times = hn::Set(d, float(scale));
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR { store(dx, hn::Mul(safe_exp(hn::Sub(load(x), high)), times)); });
}

ClassLossRows<float> class_loss_rows() { return {log_sum_exp_row, probabilities_row}; }

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(class_loss_rows);
namespace impl {

PreparedKernel class_loss_simd(const Signature& s) {
  const bool backward = s.op.ends_with("_backward");
  if (s.out[0].dtype != DType::f32 || s.op.starts_with("nll")) return nullptr;
  const ClassLossShape shape(s, backward);
  if (shape.inner != 1 || shape.classes == 0) return nullptr;
  return class_loss_kernel<float>(s, HWY_DYNAMIC_DISPATCH(class_loss_rows)(), "simd");
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
