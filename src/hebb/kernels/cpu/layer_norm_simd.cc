// Normalisation of rows of f32 and its gradient. Compiled once per instruction set.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/layer_norm_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/lanes-inl.h"

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/norm.h"

#ifndef HEBB_LAYER_NORM_SIMD_ONCE
#define HEBB_LAYER_NORM_SIMD_ONCE
namespace hebb::cpu {

struct RowStatistics {
  double mean;  // the rounding of an f32 would show in the gradient of a row far from zero
  float invstd;
};

inline RowStatistics normalize_in_double(const float* x, int64_t n, double eps, const float* w,
                                         const float* b, float* y) {
  const Squares row = squares_of(
      [&](auto&& f) {
        for (int64_t i = 0; i < n; ++i)
          f(double(x[i]));
      },
      double(n));
  const double invstd = 1 / row.root(double(n), eps);
  for (int64_t i = 0; i < n; ++i)
    y[i] = float(row.distance(x[i]) * invstd * (w ? w[i] : 1) + (b ? b[i] : 0));
  return {row.mean + row.rest, float(invstd)};
}

struct LayerNormLoops {  // over one row of n; w and b may be null: ones and zeros
  RowStatistics (*forward)(const float* x, int64_t n, double eps, const float* w, const float* b,
                           float* y);
  // dw and db grow.
  void (*backward)(const float* dy, const float* x, int64_t n, RowStatistics row, const float* w,
                   float* dx, float* dw, float* db);
};

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

RowStatistics forward(const float* x, int64_t n, double eps, const float* w, const float* b,
                      float* y) {
  const D d;
  double sum = 0, squares = 0, left = 0;  // left: the rounding error of the mean
  for (int64_t at = 0; at < n; at += sum_block) {
    V s = hn::Zero(d);
    for_each_lanes(std::min(sum_block, n - at),
                   [&](int64_t i, int64_t here, int64_t lanes)
                       HWY_ATTR { s = hn::Add(s, load(x + at + i, here, lanes)); });
    sum += double(total(s));
  }
  const auto mean = float(sum / double(n));
  const V m = hn::Set(d, mean);
  for (int64_t at = 0; at < n; at += sum_block) {
    V q = hn::Zero(d), rest = q;
    for_each_lanes(std::min(sum_block, n - at),
                   [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
                     V a = hn::Sub(load(x + at + i, here, lanes), m);
                     if (here < lanes)
                       a = hn::IfThenElseZero(hn::FirstN(d, size_t(here)), a);
                     rest = hn::Add(rest, a);
                     q = hn::MulAdd(a, a, q);
                   });
    squares += double(total(q));
    left += double(total(rest));
  }
  if (left_single(squares, double(n), eps))
    return normalize_in_double(x, n, eps, w, b, y);
  const auto missed = float(left / double(n));
  const auto invstd = float(1 / std::sqrt(squares / double(n) - double(missed) * missed + eps));
  const V scale = hn::Set(d, invstd), centre = hn::Set(d, missed);
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    V v = hn::Mul(hn::Sub(hn::Sub(load(x + i, here, lanes), m), centre), scale);
    if (w)
      v = hn::Mul(v, load(w + i, here, lanes));
    if (b)
      v = hn::Add(v, load(b + i, here, lanes));
    store(v, y + i, here, lanes);
  });
  return {double(mean) + double(missed), invstd};
}

void backward(const float* dy, const float* x, int64_t n, RowStatistics row, const float* w,
              float* dx, float* dw, float* db) {
  const D d;
  const auto mean = float(row.mean);
  const V m = hn::Set(d, mean), scale = hn::Set(d, row.invstd),
          missed = hn::Set(d, float((row.mean - mean) * row.invstd));
  double sum = 0, along = 0;
  for (int64_t at = 0; at < n; at += sum_block) {
    V s = hn::Zero(d), p = s;
    for_each_lanes(std::min(sum_block, n - at), [&](int64_t offset, int64_t here,
                                                    int64_t lanes) HWY_ATTR {
      const int64_t i = at + offset;
      const V raw = load(dy + i, here, lanes), g = w ? hn::Mul(raw, load(w + i, here, lanes)) : raw;
      const V normal = hn::MulSub(hn::Sub(load(x + i, here, lanes), m), scale, missed);
      s = hn::Add(s, g);
      p = hn::MulAdd(g, normal, p);
      store(hn::MulAdd(raw, normal, load(dw + i, here, lanes)), dw + i, here, lanes);
      store(hn::Add(raw, load(db + i, here, lanes)), db + i, here, lanes);
    });
    sum += double(total(s));
    along += double(total(p));
  }
  const V a = hn::Set(d, float(sum / double(n))), k = hn::Set(d, float(along / double(n)));
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    const V raw = load(dy + i, here, lanes), g = w ? hn::Mul(raw, load(w + i, here, lanes)) : raw;
    const V normal = hn::MulSub(hn::Sub(load(x + i, here, lanes), m), scale, missed);
    store(hn::Mul(scale, hn::NegMulAdd(normal, k, hn::Sub(g, a))), dx + i, here, lanes);
  });
}

}  // namespace

const LayerNormLoops* layer_norm_loops() {
  static constexpr LayerNormLoops loops{forward, backward};
  return &loops;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "hebb/base/parallel.h"

namespace hebb::cpu {
HWY_EXPORT(layer_norm_loops);
namespace {

class LayerNormSimd : public Kernel {
 public:
  explicit LayerNormSimd(const Signature& s)
      : rows_(s.out[1].shape[0]), size_(product(s.attributes<LayerNormAttrs>().normalized_shape)),
        eps_(s.attributes<LayerNormAttrs>().eps) {
    name = "simd";
    wants_in = row_major(s);
  }
  void run(const Buffers& b) const override {
    const LayerNormLoops& loops = *HWY_DYNAMIC_DISPATCH(layer_norm_loops)();
    parallel_for(rows_, std::max<int64_t>(1, 16384 / size_), [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        const RowStatistics row =
            loops.forward(b.input<float>(0) + r * size_, size_, eps_, b.input<float>(1),
                          b.input<float>(2), b.output<float>(0) + r * size_);
        b.output<double>(1)[r] = row.mean;
        b.output<float>(2)[r] = row.invstd;
      }
    });
  }

 private:
  int64_t rows_, size_;
  double eps_;
};

class LayerNormBackwardSimd : public Kernel {
 public:
  explicit LayerNormBackwardSimd(const Signature& s)
      : mean_(flat(s.in[3]), 0), rows_(s.in[3].shape[0]), size_(product(s.out[1].shape)) {
    name = "simd";
    wants_in = row_major(s);
    // The gradients of weight and bias are summed per piece of rows, then over at most some 256
    // pieces.
    rows_per_piece_ = std::max(std::max<int64_t>(1, 16384 / size_), (rows_ + 255) / 256);
    pieces_ = (rows_ + rows_per_piece_ - 1) / rows_per_piece_;
    scratch_bytes = size_t(pieces_ * 2 * size_) * (sizeof(double) + sizeof(float));
  }
  void run(const Buffers& b) const override {
    const LayerNormLoops& loops = *HWY_DYNAMIC_DISPATCH(layer_norm_loops)();
    auto* partial = static_cast<double*>(b.scratch);
    auto* blocks = reinterpret_cast<float*>(partial + pieces_ * 2 * size_);
    parallel_for(pieces_, 1, [&](int64_t begin, int64_t end) {
      for (int64_t p = begin; p < end; ++p) {
        double* sums = partial + p * 2 * size_;
        float *dw = blocks + p * 2 * size_, *db = dw + size_;
        std::fill(sums, sums + 2 * size_, 0.0);
        const int64_t last = std::min(rows_, (p + 1) * rows_per_piece_);
        for (int64_t first = p * rows_per_piece_; first < last; first += rows_in_f32) {
          std::fill(dw, dw + 2 * size_, 0.0f);
          for (int64_t r = first; r < std::min(last, first + rows_in_f32); ++r)
            loops.backward(b.input<float>(0) + r * size_, b.input<float>(1) + r * size_, size_,
                           {mean_.at(b.in[3], r), b.input<float>(4)[r]}, b.input<float>(2),
                           b.output<float>(0) + r * size_, dw, db);
          for (int64_t i = 0; i < 2 * size_; ++i)
            sums[i] += double(dw[i]);
        }
      }
    });
    parallel_for(2 * size_, std::max<int64_t>(1, 16384 / pieces_), [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        double sum = 0;
        for (int64_t p = 0; p < pieces_; ++p)
          sum += partial[p * 2 * size_ + i];
        b.output<float>(i < size_ ? 1 : 2)[i % size_] = float(sum);
      }
    });
  }

 private:
  // Of the weight's and the bias's gradient; longer sums are in f64.
  static constexpr int64_t rows_in_f32 = 256;
  Values mean_;
  int64_t rows_, size_, rows_per_piece_, pieces_;
};

bool layer_norm_suits(const Signature& s, const Operand& x) {
  for (size_t i = 0; i < s.in.size(); ++i)
    if (s.in[i].defined && s.in[i].dtype != DType::f32 && i != 3)  // 3: the mean, in f64
      return false;
  for (const Operand& o : s.out)
    if (s.out_fixed && !is_row_major(o))
      return false;
  return product(x.shape) > 0;
}

}  // namespace

namespace impl {

PreparedKernel layer_norm_simd(const Signature& s) {
  return layer_norm_suits(s, s.in[0]) ? make_kernel<LayerNormSimd>(s) : nullptr;
}
PreparedKernel layer_norm_backward_simd(const Signature& s) {
  return layer_norm_suits(s, s.in[1]) ? make_kernel<LayerNormBackwardSimd>(s) : nullptr;
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
