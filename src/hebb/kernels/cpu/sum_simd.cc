// Fast sums and means of f32: along dense runs, and down dense columns (a bias's gradient). Short
// blocks are added in f32 vectors, blocks in f64. The order of additions depends on the shape and
// the width of the vectors, not on threads.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/sum_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/axes.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/reduce.h"

#ifndef HEBB_SUM_SIMD_ONCE
#define HEBB_SUM_SIMD_ONCE
namespace hebb::cpu {

// For a block whose sum, or partial sum, is too large for f32.
inline double sum_in_double(const float* p, int64_t n, int64_t step) {
  double sum = 0;
  for (int64_t i = 0; i < n; ++i)
    sum += double(p[i * step]);
  return sum;
}

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The sum of n dense values.
double sum_run(const float* p, int64_t n) {
  const hn::ScalableTag<float> d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  double total = 0;
  while (n > 0) {
    const int64_t block = std::min<int64_t>(n, 1024);
    auto a = hn::Zero(d), b = a, c = a, e = a;
    int64_t i = 0;
    for (; i + 4 * lanes <= block; i += 4 * lanes) {
      a = hn::Add(a, hn::LoadU(d, p + i));
      b = hn::Add(b, hn::LoadU(d, p + i + lanes));
      c = hn::Add(c, hn::LoadU(d, p + i + 2 * lanes));
      e = hn::Add(e, hn::LoadU(d, p + i + 3 * lanes));
    }
    for (; i + lanes <= block; i += lanes)
      a = hn::Add(a, hn::LoadU(d, p + i));
    float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a, b), hn::Add(c, e))));
    for (; i < block; ++i)
      sum += p[i];
    total += std::isfinite(sum) ? double(sum) : sum_in_double(p, block, 1);
    p += block;
    n -= block;
  }
  return total;
}

// Adds `rows` rows of `columns` values (at most 64), `step` apart, to the columns' totals.
void sum_columns(const float* p, int64_t rows, int64_t step, int64_t columns, double* total) {
  const hn::ScalableTag<float> d;
  const int64_t lanes = int64_t(hn::Lanes(d));
  HWY_ALIGN float sums[64];
  for (int64_t row = 0; row < rows;) {
    const int64_t block = std::min<int64_t>(rows - row, 128);
    const float* q = p + row * step;
    int64_t c = 0;
    for (; c + 4 * lanes <= columns; c += 4 * lanes) {
      auto s0 = hn::Zero(d), s1 = s0, s2 = s0, s3 = s0;
      for (int64_t r = 0; r < block; ++r) {
        const float* at = q + r * step + c;
        s0 = hn::Add(s0, hn::LoadU(d, at));
        s1 = hn::Add(s1, hn::LoadU(d, at + lanes));
        s2 = hn::Add(s2, hn::LoadU(d, at + 2 * lanes));
        s3 = hn::Add(s3, hn::LoadU(d, at + 3 * lanes));
      }
      hn::StoreU(s0, d, sums + c);
      hn::StoreU(s1, d, sums + c + lanes);
      hn::StoreU(s2, d, sums + c + 2 * lanes);
      hn::StoreU(s3, d, sums + c + 3 * lanes);
    }
    for (; c + lanes <= columns; c += lanes) {
      auto s = hn::Zero(d);
      for (int64_t r = 0; r < block; ++r)
        s = hn::Add(s, hn::LoadU(d, q + r * step + c));
      hn::StoreU(s, d, sums + c);
    }
    if (c < columns) {
      std::fill(sums + c, sums + columns, 0.0f);
      for (int64_t r = 0; r < block; ++r)
        for (int64_t k = c; k < columns; ++k)
          sums[k] += q[r * step + k];
    }
    for (int64_t k = 0; k < columns; ++k)
      total[k] += std::isfinite(sums[k]) ? double(sums[k]) : sum_in_double(q + k, block, step);
    row += block;
  }
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(sum_run);
HWY_EXPORT(sum_columns);
namespace impl {
namespace {

constexpr int64_t work = 1 << 14;  // elements per piece

// Shared by both kernels: pieces of the reduced elements, partial sums in f64, the division of a
// mean.
class SumSimd : public Kernel {
 protected:
  SumSimd(ReductionAxes axes, bool mean) : axes_(std::move(axes)) {
    name = "simd";
    if (mean)
      divisor_ = double(axes_.reduced.count);
  }
  void cut(int64_t reduced_per_piece) {
    per_piece_ = reduced_per_piece;
    pieces_ = (axes_.reduced.count + per_piece_ - 1) / per_piece_;
    scratch_bytes = pieces_ > 1 ? size_t(axes_.kept.count * pieces_) * sizeof(double) : 0;
  }
  float finish(double sum) const { return float(divisor_ == 1 ? sum : sum / divisor_); }
  void combine(const double* partial, float* out) const {  // partial: [pieces, kept]
    parallel_for(axes_.kept.count, 4096, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        double sum = 0;
        for (int64_t p = 0; p < pieces_; ++p)
          sum += partial[p * axes_.kept.count + i];
        out[i] = finish(sum);
      }
    });
  }

  ReductionAxes axes_;
  double divisor_ = 1;
  int64_t per_piece_ = 1, pieces_ = 1;
};

class SumRuns : public SumSimd {
 public:
  SumRuns(ReductionAxes axes, bool mean) : SumSimd(std::move(axes), mean) { cut(work); }
  void run(const Buffers& b) const override {
    const float* in = b.input<float>(0);
    float* out = b.output<float>(0);
    auto* partial = static_cast<double*>(b.scratch);
    const int64_t length = std::min(work, axes_.reduced.count);
    const auto sum = HWY_DYNAMIC_DISPATCH(sum_run);
    parallel_for(axes_.kept.count * pieces_, std::max<int64_t>(1, work / length),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t i = begin; i < end; ++i) {
                     const int64_t kept = i % axes_.kept.count, piece = i / axes_.kept.count;
                     const float* base = in + axes_.kept.offset(kept);
                     const int64_t row = axes_.reduced.shape.back(),
                                   last = std::min(axes_.reduced.count, (piece + 1) * per_piece_);
                     double total = 0;
                     for (int64_t at = piece * per_piece_; at < last;) {
                       const int64_t length_here = std::min(row - at % row, last - at);
                       total += sum(base + axes_.reduced.offset(at), length_here);
                       at += length_here;
                     }
                     if (pieces_ == 1)
                       out[i] = finish(total);
                     else
                       partial[i] = total;
                   }
                 });
    if (pieces_ > 1)
      combine(partial, out);
  }
};

class SumColumns : public SumSimd {
 public:
  SumColumns(ReductionAxes axes, bool mean) : SumSimd(std::move(axes), mean) {
    columns_ = axes_.kept.shape.back();
    blocks_ = (columns_ + block - 1) / block;
    cut(std::max<int64_t>(1, work / std::min(block, columns_)));
  }
  void run(const Buffers& b) const override {
    const float* in = b.input<float>(0);
    float* out = b.output<float>(0);
    auto* partial = static_cast<double*>(b.scratch);
    const int64_t outer = axes_.kept.count / columns_,
                  rows = std::min(per_piece_, axes_.reduced.count);
    const auto sum = HWY_DYNAMIC_DISPATCH(sum_columns);
    parallel_for(
        outer * blocks_ * pieces_, std::max<int64_t>(1, work / (rows * std::min(block, columns_))),
        [&](int64_t begin, int64_t end) {
          for (int64_t i = begin; i < end; ++i) {
            const int64_t column = i % blocks_ * block, o = i / blocks_ % outer,
                          piece = i / blocks_ / outer;
            const int64_t width = std::min(block, columns_ - column), kept = o * columns_ + column;
            const float* base = in + axes_.kept.offset(kept);
            const int64_t row = axes_.reduced.shape.back(), step = axes_.reduced.stride.back(),
                          last = std::min(axes_.reduced.count, (piece + 1) * per_piece_);
            double total[block] = {};
            for (int64_t at = piece * per_piece_; at < last;) {
              const int64_t rows_here = std::min(row - at % row, last - at);
              sum(base + axes_.reduced.offset(at), rows_here, step, width, total);
              at += rows_here;
            }
            if (pieces_ == 1)
              for (int64_t k = 0; k < width; ++k)
                out[kept + k] = finish(total[k]);
            else
              std::copy(total, total + width, partial + piece * axes_.kept.count + kept);
          }
        });
    if (pieces_ > 1)
      combine(partial, out);
  }

 private:
  static constexpr int64_t block = 64;  // columns at a time: their sums stay in registers
  int64_t columns_, blocks_;
};

PreparedKernel reduction(const Signature& s, bool mean) {
  if (s.in[0].dtype != DType::f32 || s.out[0].dtype != DType::f32)
    return nullptr;
  ReductionAxes axes(s.in[0], s.attributes<ReduceAttrs>().dim);
  if (axes.kept.count == 0 || axes.reduced.count < 2)
    return nullptr;
  if (axes.reduced.inner_is_dense() && axes.reduced.shape.back() >= 16)
    return make_kernel<SumRuns>(std::move(axes), mean);
  if (axes.kept.inner_is_dense() && axes.kept.shape.back() >= 4)
    return make_kernel<SumColumns>(std::move(axes), mean);
  return nullptr;
}

}  // namespace

PreparedKernel sum_simd(const Signature& s) {
  return reduction(s, false);
}
PreparedKernel mean_simd(const Signature& s) {
  return reduction(s, true);
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
