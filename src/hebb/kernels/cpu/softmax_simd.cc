// Softmax and log-softmax of f32 and their gradients, in vectors: along dense rows, and across the
// columns when the dimension is not the last one.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/softmax_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/row_simd-inl.h"
#include "hebb/kernels/cpu/simd_math-inl.h"

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/softmax_form.h"
#include "hebb/kernels/softmax.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

// One dense row of n values.
void softmax_row(const float* x, int64_t n, float* y) {
  const float most = row_max(x, n);
  const float sum = row_exp_sum(x, n, most, y);
  const hn::ScalableTag<float> d;
  const auto scale = hn::Set(d, 1 / sum);
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR { store(y, hn::Mul(load(y), scale)); });
}
void log_softmax_row(const float* x, int64_t n, float* y) {
  const float most = row_max(x, n);
  const hn::ScalableTag<float> d;
  const auto high = hn::Set(d, most),
             log_sum = hn::Set(d, std::log(row_exp_sum(x, n, most, nullptr)));
  for_each_vector(n, [&](auto load, auto store)
                         HWY_ATTR { store(y, hn::Sub(hn::Sub(load(x), high), log_sum)); });
}
void softmax_backward_row(const float* dy, const float* y, int64_t n, float* dx) {
  const hn::ScalableTag<float> d;
  auto dots = hn::Zero(d);
  for_each_vector(n, [&](auto load, auto) HWY_ATTR { dots = hn::MulAdd(load(dy), load(y), dots); });
  const auto dot = hn::SumOfLanes(d, dots);
  for_each_vector(n, [&](auto load, auto store)
                         HWY_ATTR { store(dx, hn::Mul(load(y), hn::Sub(load(dy), dot))); });
}
void log_softmax_backward_row(const float* dy, const float* y, int64_t n, float* dx) {
  const hn::ScalableTag<float> d;
  auto sums = hn::Zero(d);
  for_each_vector(n, [&](auto load, auto) HWY_ATTR { sums = hn::Add(sums, load(dy)); });
  const auto sum = hn::SumOfLanes(d, sums);
  for_each_vector(n, [&](auto load, auto store) HWY_ATTR {
    store(dx, hn::Sub(load(dy), hn::Mul(safe_exp(load(y)), sum)));
  });
}

// n values in each of `width` neighbouring columns; rows are `step` apart.
void softmax_columns(const float* x, int64_t n, int64_t step, int64_t width, float* y, bool log) {
  const hn::ScalableTag<float> d;
  for_each_vector(width, [&](auto load, auto store) HWY_ATTR {
    auto most = load(x);
    for (int64_t i = 1; i < n; ++i)
      most = hn::Max(most, load(x + i * step));
    auto sum = hn::Zero(d);
    for (int64_t i = 0; i < n; ++i) {
      const auto e = safe_exp(hn::Sub(load(x + i * step), most));
      sum = hn::Add(sum, e);
      if (!log)
        store(y + i * step, e);
    }
    if (log) {
      most = hn::Add(most, log_lanes(sum));
      for (int64_t i = 0; i < n; ++i)
        store(y + i * step, hn::Sub(load(x + i * step), most));
    } else {
      const auto scale = hn::Div(hn::Set(d, 1.0f), sum);
      for (int64_t i = 0; i < n; ++i)
        store(y + i * step, hn::Mul(load(y + i * step), scale));
    }
  });
}
void softmax_backward_columns(const float* dy, const float* y, int64_t n, int64_t step,
                              int64_t width, float* dx, bool log) {
  const hn::ScalableTag<float> d;
  for_each_vector(width, [&](auto load, auto store) HWY_ATTR {
    auto sum = hn::Zero(d);
    for (int64_t i = 0; i < n; ++i)
      sum = log ? hn::Add(sum, load(dy + i * step))
                : hn::MulAdd(load(dy + i * step), load(y + i * step), sum);
    for (int64_t i = 0; i < n; ++i) {
      const auto g = load(dy + i * step), v = load(y + i * step);
      store(dx + i * step,
            log ? hn::Sub(g, hn::Mul(safe_exp(v), sum)) : hn::Mul(v, hn::Sub(g, sum)));
    }
  });
}

void softmax_rows(const float* x, int64_t rows, int64_t n, float* y, bool log) {
  for (int64_t r = 0; r < rows; ++r)
    (log ? log_softmax_row : softmax_row)(x + r * n, n, y + r * n);
}
void softmax_backward_rows(const float* dy, const float* y, int64_t rows, int64_t n, float* dx,
                           bool log) {
  for (int64_t r = 0; r < rows; ++r)
    (log ? log_softmax_backward_row : softmax_backward_row)(dy + r * n, y + r * n, n, dx + r * n);
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(softmax_rows);
HWY_EXPORT(softmax_columns);
HWY_EXPORT(softmax_backward_rows);
HWY_EXPORT(softmax_backward_columns);
namespace impl {
namespace {

class SoftmaxSimd : public Kernel {
 public:
  SoftmaxSimd(const Signature& s, SoftmaxForm form) : form_(form) {
    name = "simd";
    const Dims& shape = s.in[0].shape;
    const auto axis = size_t(wrap_dim(s.attributes<SoftmaxAttrs>().dim, int64_t(shape.size())));
    for (size_t i = 0; i < axis; ++i)
      outer_ *= shape[i];
    for (size_t i = axis + 1; i < shape.size(); ++i)
      inner_ *= shape[i];
    n_ = shape[axis];
    wants_in.assign(s.in.size(), contiguous_strides(shape));
    reuse = {0};
  }
  void run(const Buffers& b) const override {
    const float *x = b.input<float>(0), *y = form_.backward ? b.input<float>(1) : nullptr;
    float* out = b.output<float>(0);
    if (inner_ == 1) {
      parallel_for(outer_, std::max<int64_t>(1, grain / n_), [&](int64_t begin, int64_t end) {
        const int64_t at = begin * n_;
        if (form_.backward)
          HWY_DYNAMIC_DISPATCH(softmax_backward_rows)
        (x + at, y + at, end - begin, n_, out + at, form_.log);
        else HWY_DYNAMIC_DISPATCH(softmax_rows)(x + at, end - begin, n_, out + at, form_.log);
      });
      return;
    }
    const int64_t blocks = (inner_ + width - 1) / width;
    parallel_for(outer_ * blocks, std::max<int64_t>(1, grain / (n_ * width)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const int64_t column = i % blocks * width,
                                   at = i / blocks * n_ * inner_ + column,
                                   here = std::min(width, inner_ - column);
                     if (form_.backward)
                       HWY_DYNAMIC_DISPATCH(softmax_backward_columns)
                     (x + at, y + at, n_, inner_, here, out + at, form_.log);
                     else HWY_DYNAMIC_DISPATCH(softmax_columns)(x + at, n_, inner_, here, out + at,
                                                                form_.log);
                   }
                 });
  }

 private:
  static constexpr int64_t grain = 1 << 13, width = 64;
  SoftmaxForm form_;
  int64_t outer_ = 1, n_ = 1, inner_ = 1;
};

PreparedKernel prepare(const Signature& s, SoftmaxForm form) {
  if (s.in[0].dtype != DType::f32 || s.out[0].dtype != DType::f32 || s.in[0].shape.empty() ||
      product(s.in[0].shape) == 0)
    return nullptr;
  return make_kernel<SoftmaxSimd>(s, form);
}

}  // namespace

PreparedKernel softmax_simd(const Signature& s) {
  return prepare(s, {});
}
PreparedKernel softmax_backward_simd(const Signature& s) {
  return prepare(s, {.backward = true});
}
PreparedKernel log_softmax_simd(const Signature& s) {
  return prepare(s, {.log = true});
}
PreparedKernel log_softmax_backward_simd(const Signature& s) {
  return prepare(s, {.log = true, .backward = true});
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
