// Fast variances, deviations and norms of f32 and f64: along dense runs, and down dense columns.
// Everything is summed in f64: the distances from the mean, and their squares. The former give the
// mean's rounding error, which is taken out of the result. The order of additions depends on the
// shape and the width of the vectors, not on threads.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/spread_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include <algorithm>
#include <array>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/axes.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/squares.h"
#include "hebb/kernels/reduce.h"

#ifndef HEBB_SPREAD_SIMD_ONCE
#define HEBB_SPREAD_SIMD_ONCE
namespace hebb::cpu {

struct DistanceSums {  // of distances, and of their squares
  double distances, squares;
};

template <class T>
struct SpreadLoops {
  double (*sum_run)(const T* p, int64_t n);
  DistanceSums (*distances_run)(const T* p, int64_t n, double mean);
  // Down `columns` columns of rows that are `step` apart; adds to the sums.
  void (*sum_columns)(const T* p, int64_t rows, int64_t step, int64_t columns, double* sums);
  void (*distances_columns)(const T* p, int64_t rows, int64_t step, int64_t columns,
                            const double* means, double* distances, double* squares);
};

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using D64 = hn::ScalableTag<double>;
using V64 = hn::Vec<D64>;

HWY_INLINE HWY_ATTR V64 load_wide(const double* p) {
  return hn::LoadU(D64(), p);
}
HWY_INLINE HWY_ATTR V64 load_wide(const float* p) {
  return hn::PromoteTo(D64(), hn::LoadU(hn::Rebind<float, D64>(), p));
}
HWY_INLINE HWY_ATTR double total_of(V64 a, V64 b, V64 c, V64 d) {
  return hn::GetLane(hn::SumOfLanes(D64(), hn::Add(hn::Add(a, b), hn::Add(c, d))));
}

template <class T>
double spread_sum_run(const T* p, int64_t n) {
  const auto lanes = int64_t(hn::Lanes(D64()));
  V64 a = hn::Zero(D64()), b = a, c = a, e = a;
  int64_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    a = hn::Add(a, load_wide(p + i));
    b = hn::Add(b, load_wide(p + i + lanes));
    c = hn::Add(c, load_wide(p + i + 2 * lanes));
    e = hn::Add(e, load_wide(p + i + 3 * lanes));
  }
  for (; i + lanes <= n; i += lanes)
    a = hn::Add(a, load_wide(p + i));
  double sum = total_of(a, b, c, e);
  for (; i < n; ++i)
    sum += double(p[i]);
  return sum;
}

template <class T>
DistanceSums spread_distances_run(const T* p, int64_t n, double mean) {
  const auto lanes = int64_t(hn::Lanes(D64()));
  const V64 m = hn::Set(D64(), mean);
  V64 t0 = hn::Zero(D64()), t1 = t0, t2 = t0, t3 = t0, q0 = t0, q1 = t0, q2 = t0, q3 = t0;
  const auto take = [&](int64_t at, V64& t, V64& q) HWY_ATTR {
    const V64 distance = hn::Sub(load_wide(p + at), m);
    t = hn::Add(t, distance);
    q = hn::MulAdd(distance, distance, q);
  };
  int64_t i = 0;
  for (; i + 4 * lanes <= n; i += 4 * lanes) {
    take(i, t0, q0);
    take(i + lanes, t1, q1);
    take(i + 2 * lanes, t2, q2);
    take(i + 3 * lanes, t3, q3);
  }
  for (; i + lanes <= n; i += lanes)
    take(i, t0, q0);
  DistanceSums sums{total_of(t0, t1, t2, t3), total_of(q0, q1, q2, q3)};
  for (; i < n; ++i) {
    const double distance = double(p[i]) - mean;
    sums.distances += distance;
    sums.squares += distance * distance;
  }
  return sums;
}

template <class T>
void spread_sum_columns(const T* p, int64_t rows, int64_t step, int64_t columns, double* sums) {
  const auto lanes = int64_t(hn::Lanes(D64()));
  int64_t c = 0;
  for (; c + 4 * lanes <= columns; c += 4 * lanes) {
    V64 s0 = hn::Zero(D64()), s1 = s0, s2 = s0, s3 = s0;
    for (int64_t r = 0; r < rows; ++r) {
      const T* at = p + r * step + c;
      s0 = hn::Add(s0, load_wide(at));
      s1 = hn::Add(s1, load_wide(at + lanes));
      s2 = hn::Add(s2, load_wide(at + 2 * lanes));
      s3 = hn::Add(s3, load_wide(at + 3 * lanes));
    }
    int64_t k = c;
    for (const V64 s : {s0, s1, s2, s3}) {
      hn::StoreU(hn::Add(s, hn::LoadU(D64(), sums + k)), D64(), sums + k);
      k += lanes;
    }
  }
  for (; c < columns; ++c)
    for (int64_t r = 0; r < rows; ++r)
      sums[c] += double(p[r * step + c]);
}

template <class T>
void spread_distances_columns(const T* p, int64_t rows, int64_t step, int64_t columns,
                              const double* means, double* distances, double* squares) {
  const auto lanes = int64_t(hn::Lanes(D64()));
  int64_t c = 0;
  for (; c + 2 * lanes <= columns; c += 2 * lanes) {
    const V64 m0 = hn::LoadU(D64(), means + c), m1 = hn::LoadU(D64(), means + c + lanes);
    V64 t0 = hn::Zero(D64()), t1 = t0, q0 = t0, q1 = t0;
    for (int64_t r = 0; r < rows; ++r) {
      const T* at = p + r * step + c;
      const V64 d0 = hn::Sub(load_wide(at), m0), d1 = hn::Sub(load_wide(at + lanes), m1);
      t0 = hn::Add(t0, d0);
      t1 = hn::Add(t1, d1);
      q0 = hn::MulAdd(d0, d0, q0);
      q1 = hn::MulAdd(d1, d1, q1);
    }
    hn::StoreU(hn::Add(t0, hn::LoadU(D64(), distances + c)), D64(), distances + c);
    hn::StoreU(hn::Add(t1, hn::LoadU(D64(), distances + c + lanes)), D64(), distances + c + lanes);
    hn::StoreU(hn::Add(q0, hn::LoadU(D64(), squares + c)), D64(), squares + c);
    hn::StoreU(hn::Add(q1, hn::LoadU(D64(), squares + c + lanes)), D64(), squares + c + lanes);
  }
  for (; c < columns; ++c)
    for (int64_t r = 0; r < rows; ++r) {
      const double distance = double(p[r * step + c]) - means[c];
      distances[c] += distance;
      squares[c] += distance * distance;
    }
}

template <class T>
constexpr SpreadLoops<T> spread_loops{spread_sum_run<T>, spread_distances_run<T>,
                                      spread_sum_columns<T>, spread_distances_columns<T>};

}  // namespace

const SpreadLoops<float>* spread_loops_f32() {
  return &spread_loops<float>;
}
const SpreadLoops<double>* spread_loops_f64() {
  return &spread_loops<double>;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(spread_loops_f32);
HWY_EXPORT(spread_loops_f64);
namespace impl {
namespace {

template <class T>
const SpreadLoops<T>& loops_of() {
  if constexpr (std::is_same_v<T, float>)
    return *HWY_DYNAMIC_DISPATCH(spread_loops_f32)();
  else
    return *HWY_DYNAMIC_DISPATCH(spread_loops_f64)();
}

// The result from a group's sum of squares: sqrt(sum / divisor + eps), or without the root.
struct SpreadForm {
  Dims dim;
  bool centred;  // sums squares of the distances from the mean
  double divisor, eps;
  bool root;
};

// A group is a run of values that give one result; with columns, up to 64 columns side by side.
// Large groups are cut into pieces, which are summed for the means, then again around them.
template <class T, bool columns>
class SpreadSimd : public Kernel {
 public:
  SpreadSimd(const Signature& s, SpreadForm form, ReductionAxes axes, bool row_major)
      : form_(std::move(form)), axes_(std::move(axes)) {
    name = "simd";
    if (row_major)
      wants_in = {contiguous_strides(s.in[0].shape)};
    if (columns) {
      width_ = axes_.kept.shape.back();
      blocks_ = (width_ + block - 1) / block;
    }
    groups_ = axes_.kept.count / width_ * blocks_;
    per_piece_ = std::max<int64_t>(1, work / std::min(block, width_));
    pieces_ = (axes_.reduced.count + per_piece_ - 1) / per_piece_;
    scratch_bytes = pieces_ > 1 ? size_t(groups_ * pieces_) * sizeof(Sums) : 0;
  }

  void run(const Buffers& b) const override {
    const T* x = b.input<T>(0);
    T* out = b.output<T>(0);
    if (pieces_ == 1) {
      const int64_t size = axes_.reduced.count * std::min(block, width_);
      parallel_for(groups_, std::max<int64_t>(1, work / std::max<int64_t>(1, size)),
                   [&](int64_t begin, int64_t end) {
                     for (int64_t g = begin; g < end; ++g) {
                       Sums sums{};
                       find_sums(x, g, 0, sums);
                       find_means(sums);
                       find_distances(x, g, 0, sums);
                       finish(x, g, sums, out);
                     }
                   });
      return;
    }
    auto* partial = static_cast<Sums*>(b.scratch);
    each_piece([&](int64_t g, int64_t piece) {
      Sums& sums = partial[g * pieces_ + piece] = Sums{};
      find_sums(x, g, piece, sums);
    });
    for (int64_t g = 0; g < groups_; ++g) {
      Sums all{};
      for (int64_t p = 0; p < pieces_; ++p)
        for (size_t k = 0; k < all.means.size(); ++k)
          all.means[k] += partial[g * pieces_ + p].means[k];
      find_means(all);
      for (int64_t p = 0; p < pieces_; ++p)
        partial[g * pieces_ + p].means = all.means;
    }
    each_piece([&](int64_t g, int64_t piece) {
      find_distances(x, g, piece, partial[g * pieces_ + piece]);
    });
    for (int64_t g = 0; g < groups_; ++g) {
      Sums& all = partial[g * pieces_];
      for (int64_t p = 1; p < pieces_; ++p)
        for (size_t k = 0; k < all.means.size(); ++k) {
          all.distances[k] += partial[g * pieces_ + p].distances[k];
          all.squares[k] += partial[g * pieces_ + p].squares[k];
        }
      finish(x, g, all, out);
    }
  }

 private:
  static constexpr int64_t work = 1 << 14;  // elements per piece
  static constexpr int64_t block = 64;      // columns at a time: their sums stay in cache

  struct Sums {
    std::array<double, size_t(columns ? block : 1)> means, distances, squares;
  };

  template <class F>
  void each_piece(F&& f) const {
    parallel_for(groups_ * pieces_, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i)
        f(i / pieces_, i % pieces_);
    });
  }
  // The first result of a group, and its number of results.
  int64_t first(int64_t g) const { return g / blocks_ * width_ + g % blocks_ * block; }
  int64_t size(int64_t g) const { return std::min(block, width_ - g % blocks_ * block); }

  // Calls f(pointer, count) for the dense runs of a piece, or for its runs of rows.
  template <class F>
  void each_run(const T* x, int64_t g, int64_t piece, F&& f) const {
    const T* base = x + axes_.kept.offset(first(g));
    const int64_t row = axes_.reduced.shape.back(),
                  last = std::min(axes_.reduced.count, (piece + 1) * per_piece_);
    for (int64_t at = piece * per_piece_; at < last;) {
      const int64_t here = std::min(row - at % row, last - at);
      f(base + axes_.reduced.offset(at), here);
      at += here;
    }
  }
  void find_sums(const T* x, int64_t g, int64_t piece, Sums& sums) const {
    if (!form_.centred)
      return;
    const SpreadLoops<T>& loops = loops_of<T>();
    each_run(x, g, piece, [&](const T* p, int64_t n) {
      if constexpr (columns)
        loops.sum_columns(p, n, axes_.reduced.stride.back(), size(g), sums.means.data());
      else
        sums.means[0] += loops.sum_run(p, n);
    });
  }
  void find_means(Sums& sums) const {
    for (double& mean : sums.means)
      mean /= double(axes_.reduced.count);
  }
  void find_distances(const T* x, int64_t g, int64_t piece, Sums& sums) const {
    const SpreadLoops<T>& loops = loops_of<T>();
    each_run(x, g, piece, [&](const T* p, int64_t n) {
      if constexpr (columns) {
        loops.distances_columns(p, n, axes_.reduced.stride.back(), size(g), sums.means.data(),
                                sums.distances.data(), sums.squares.data());
      } else {
        const DistanceSums found = loops.distances_run(p, n, sums.means[0]);
        sums.distances[0] += found.distances;
        sums.squares[0] += found.squares;
      }
    });
  }
  void finish(const T* x, int64_t g, const Sums& sums, T* out) const {
    const auto count = double(axes_.reduced.count);
    for (int64_t k = 0; k < (columns ? size(g) : 1); ++k) {
      const auto i = size_t(k);
      Squares found{0, 0, sums.squares[i], 0};
      if (form_.centred)
        found = around_mean(sums.means[i], sums.distances[i], sums.squares[i], count);
      // Squares of f32 are always in range.
      if (std::is_same_v<T, double> && !in_range(found.sum)) {
        const T* group = x + axes_.kept.offset(first(g) + k);
        found = rescued(
            found, [&](auto&& f) { axes_.reduced.each([&](int64_t at) { f(double(group[at])); }); },
            count, form_.centred);
      }
      out[first(g) + k] =
          T(form_.root ? found.root(form_.divisor, form_.eps) : found.over(form_.divisor));
    }
  }

  SpreadForm form_;
  ReductionAxes axes_;
  int64_t width_ = 1, blocks_ = 1;  // of columns
  int64_t groups_, per_piece_, pieces_;
};

template <class T>
PreparedKernel for_type(const Signature& s, const SpreadForm& form) {
  Operand x = s.in[0];
  for (const bool copied : {false, true}) {  // made row-major where that helps
    if (copied)
      x.strides = contiguous_strides(x.shape);
    ReductionAxes axes(x, form.dim);
    if (axes.kept.count == 0 || axes.reduced.count < 2)
      return nullptr;
    if (axes.reduced.inner_is_dense() && axes.reduced.shape.back() >= 16)
      return make_kernel<SpreadSimd<T, false>>(s, form, std::move(axes), copied);
    if (axes.kept.inner_is_dense() && axes.kept.shape.back() >= 4)
      return make_kernel<SpreadSimd<T, true>>(s, form, std::move(axes), copied);
  }
  return nullptr;
}

PreparedKernel spread_simd(const Signature& s, const SpreadForm& form) {
  if (s.in[0].dtype == DType::f32)
    return for_type<float>(s, form);
  return s.in[0].dtype == DType::f64 ? for_type<double>(s, form) : nullptr;
}

double group_count(const Signature& s, const Dims& dim) {
  return double(ReductionAxes(s.in[0], dim).reduced.count);
}

}  // namespace

PreparedKernel deviation_simd(const Signature& s) {
  const auto& a = s.attributes<DeviationAttrs>();
  return spread_simd(s,
                     {a.dim, true, std::max(0.0, group_count(s, a.dim) - a.correction), 0, a.root});
}
PreparedKernel power_norm_simd(const Signature& s) {
  const auto& a = s.attributes<PowerNormAttrs>();
  if (a.p != 2)
    return nullptr;
  return spread_simd(s, {a.dim, false, a.mean ? group_count(s, a.dim) : 1, a.eps, true});
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
