// Batch normalisation of f32, in channels-last and in row-major layout. Statistics are computed
// over pieces that stay in cache: two passes each, of which the second corrects the mean. The
// pieces are joined in f64 and depend on the shape alone. Compiled once per instruction set.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/batch_norm_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/lanes-inl.h"

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/norm.h"

#ifndef HEBB_BATCH_NORM_SIMD_ONCE
#define HEBB_BATCH_NORM_SIMD_ONCE
namespace hebb::cpu {

// For rows x channels with channels innermost, or a run of n values of one channel. Per channel or
// for the run:
struct BatchNormLoops {
  // The mean is mean + rest.
  void (*moments_rows)(const float* x, int64_t rows, int64_t channels, float* mean, float* rest,
                       float* m2);
  void (*sums_rows)(const float* dy, const float* x, int64_t rows, int64_t channels,
                    const float* mean, float* sum, float* along);
  void (*apply_rows)(const float* x, int64_t rows, int64_t channels, const float* mean,
                     const float* scale, const float* shift, float* y);
  // dx = scale (dy - a - (x - mean) k)
  void (*back_rows)(const float* dy, const float* x, int64_t rows, int64_t channels,
                    const float* mean, const float* scale, const float* a, const float* k,
                    float* dx);
  void (*moments_run)(const float* x, int64_t n, float* mean, float* rest, float* m2);
  void (*sums_run)(const float* dy, const float* x, int64_t n, float mean, float* sum,
                   float* along);
  void (*apply_run)(const float* x, int64_t n, float mean, float scale, float shift, float* y);
  void (*back_run)(const float* dy, const float* x, int64_t n, float mean, float scale, float a,
                   float k, float* dx);
};

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// The mean is rounded. The sum of the distances from it gives its rounding error (rest), which is
// also taken out of m2.
void moments_rows(const float* x, int64_t rows, int64_t channels, float* mean, float* rest,
                  float* m2) {
  for_each_lanes(channels, [&](int64_t c, int64_t n, int64_t lanes) HWY_ATTR {
    const D d;
    V s0 = hn::Zero(d), s1 = s0;
    int64_t r = 0;
    for (; r + 2 <= rows; r += 2) {
      s0 = hn::Add(s0, load(x + r * channels + c, n, lanes));
      s1 = hn::Add(s1, load(x + (r + 1) * channels + c, n, lanes));
    }
    if (r < rows)
      s0 = hn::Add(s0, load(x + r * channels + c, n, lanes));
    const V share = hn::Set(d, 1.0f / float(rows)), m = hn::Mul(hn::Add(s0, s1), share);
    V q0 = hn::Zero(d), q1 = q0, t0 = q0, t1 = q0;
    for (r = 0; r + 2 <= rows; r += 2) {
      const V a = hn::Sub(load(x + r * channels + c, n, lanes), m),
              b = hn::Sub(load(x + (r + 1) * channels + c, n, lanes), m);
      q0 = hn::MulAdd(a, a, q0);
      q1 = hn::MulAdd(b, b, q1);
      t0 = hn::Add(t0, a);
      t1 = hn::Add(t1, b);
    }
    if (r < rows) {
      const V a = hn::Sub(load(x + r * channels + c, n, lanes), m);
      q0 = hn::MulAdd(a, a, q0);
      t0 = hn::Add(t0, a);
    }
    const V t = hn::Add(t0, t1), left = hn::Mul(t, share);
    store(m, mean + c, n, lanes);
    store(left, rest + c, n, lanes);
    store(hn::Max(hn::NegMulAdd(t, left, hn::Add(q0, q1)), hn::Zero(d)), m2 + c, n, lanes);
  });
}

void sums_rows(const float* dy, const float* x, int64_t rows, int64_t channels, const float* mean,
               float* sum, float* along) {
  for_each_lanes(channels, [&](int64_t c, int64_t n, int64_t lanes) HWY_ATTR {
    const D d;
    const V m = load(mean + c, n, lanes);
    V s0 = hn::Zero(d), s1 = s0, p0 = s0, p1 = s0;
    int64_t r = 0;
    for (; r + 2 <= rows; r += 2) {
      const V a = load(dy + r * channels + c, n, lanes),
              b = load(dy + (r + 1) * channels + c, n, lanes);
      s0 = hn::Add(s0, a);
      s1 = hn::Add(s1, b);
      p0 = hn::MulAdd(a, hn::Sub(load(x + r * channels + c, n, lanes), m), p0);
      p1 = hn::MulAdd(b, hn::Sub(load(x + (r + 1) * channels + c, n, lanes), m), p1);
    }
    if (r < rows) {
      const V a = load(dy + r * channels + c, n, lanes);
      s0 = hn::Add(s0, a);
      p0 = hn::MulAdd(a, hn::Sub(load(x + r * channels + c, n, lanes), m), p0);
    }
    store(hn::Add(s0, s1), sum + c, n, lanes);
    store(hn::Add(p0, p1), along + c, n, lanes);
  });
}

void apply_rows(const float* x, int64_t rows, int64_t channels, const float* mean,
                const float* scale, const float* shift, float* y) {
  for (int64_t r = 0; r < rows; ++r, x += channels, y += channels)
    for_each_lanes(channels, [&](int64_t c, int64_t n, int64_t lanes) HWY_ATTR {
      const V centred = hn::Sub(load(x + c, n, lanes), load(mean + c, n, lanes));
      store(hn::MulAdd(centred, load(scale + c, n, lanes), load(shift + c, n, lanes)), y + c, n,
            lanes);
    });
}

void back_rows(const float* dy, const float* x, int64_t rows, int64_t channels, const float* mean,
               const float* scale, const float* a, const float* k, float* dx) {
  for (int64_t r = 0; r < rows; ++r, x += channels, dy += channels, dx += channels)
    for_each_lanes(channels, [&](int64_t c, int64_t n, int64_t lanes) HWY_ATTR {
      const V centred = hn::Sub(load(x + c, n, lanes), load(mean + c, n, lanes));
      const V rest = hn::NegMulAdd(centred, load(k + c, n, lanes),
                                   hn::Sub(load(dy + c, n, lanes), load(a + c, n, lanes)));
      store(hn::Mul(rest, load(scale + c, n, lanes)), dx + c, n, lanes);
    });
}

void moments_run(const float* x, int64_t n, float* mean, float* rest, float* m2) {
  const D d;
  double sum = 0, distances = 0, squares = 0;
  for (int64_t at = 0; at < n; at += sum_block) {
    V s = hn::Zero(d);
    for_each_lanes(std::min(sum_block, n - at),
                   [&](int64_t i, int64_t here, int64_t lanes)
                       HWY_ATTR { s = hn::Add(s, load(x + at + i, here, lanes)); });
    sum += double(total(s));
  }
  *mean = float(sum / double(n));
  const V m = hn::Set(d, *mean);
  for (int64_t at = 0; at < n; at += sum_block) {
    V t = hn::Zero(d), q = t;
    for_each_lanes(std::min(sum_block, n - at),
                   [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
                     V a = hn::Sub(load(x + at + i, here, lanes), m);
                     if (here < lanes)
                       a = hn::IfThenElseZero(hn::FirstN(d, size_t(here)), a);
                     t = hn::Add(t, a);
                     q = hn::MulAdd(a, a, q);
                   });
    distances += double(total(t));
    squares += double(total(q));
  }
  *rest = float(distances / double(n));
  *m2 = float(std::max(0.0, squares - distances * distances / double(n)));
}

void sums_run(const float* dy, const float* x, int64_t n, float mean, float* sum, float* along) {
  const D d;
  const V m = hn::Set(d, mean);
  double sums = 0, alongs = 0;
  for (int64_t at = 0; at < n; at += sum_block) {
    V s = hn::Zero(d), p = s;
    for_each_lanes(std::min(sum_block, n - at),
                   [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
                     const V a = load(dy + at + i, here, lanes);
                     s = hn::Add(s, a);
                     p = hn::MulAdd(a, hn::Sub(load(x + at + i, here, lanes), m), p);
                   });
    sums += double(total(s));
    alongs += double(total(p));
  }
  *sum = float(sums);
  *along = float(alongs);
}

void apply_run(const float* x, int64_t n, float mean, float scale, float shift, float* y) {
  const D d;
  const V m = hn::Set(d, mean), s = hn::Set(d, scale), b = hn::Set(d, shift);
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    store(hn::MulAdd(hn::Sub(load(x + i, here, lanes), m), s, b), y + i, here, lanes);
  });
}

void back_run(const float* dy, const float* x, int64_t n, float mean, float scale, float a, float k,
              float* dx) {
  const D d;
  const V m = hn::Set(d, mean), s = hn::Set(d, scale), va = hn::Set(d, a), vk = hn::Set(d, k);
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    const V rest = hn::NegMulAdd(hn::Sub(load(x + i, here, lanes), m), vk,
                                 hn::Sub(load(dy + i, here, lanes), va));
    store(hn::Mul(rest, s), dx + i, here, lanes);
  });
}

}  // namespace

const BatchNormLoops* batch_norm_loops() {
  static constexpr BatchNormLoops loops{moments_rows, sums_rows, apply_rows, back_rows,
                                        moments_run,  sums_run,  apply_run,  back_run};
  return &loops;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include "hebb/base/parallel.h"

namespace hebb::cpu {
HWY_EXPORT(batch_norm_loops);
namespace {

// How a tensor with channels is cut into pieces. Channels-last: pieces are blocks of rows with all
// channels. Row-major: a piece is one channel of one sample. Partial results of piece p and channel
// c stand at p * channels + c (p is the sample when row-major).
struct Pieces {
  bool channels_last;
  int64_t channels, samples, size, rows, rows_per_piece, count;
  explicit Pieces(const Operand& x) : channels(x.shape[1]), samples(x.shape[0]) {
    size = 1;
    for (size_t i = 2; i < x.shape.size(); ++i)
      size *= x.shape[i];
    channels_last = size == 1 || (channels >= 4 && is_channels_last(x));
    rows = samples * size;
    // A piece is summed in f32.
    rows_per_piece = std::clamp<int64_t>(16384 / std::max<int64_t>(1, channels), 16, 512);
    count = channels_last ? (rows + rows_per_piece - 1) / rows_per_piece : samples;
  }
  Dims strides(const Dims& shape) const {
    return channels_last ? channels_last_strides(shape) : contiguous_strides(shape);
  }
  int64_t rows_of(int64_t piece) const {
    return std::min(rows_per_piece, rows - piece * rows_per_piece);
  }
  double values_of(int64_t piece) const { return double(channels_last ? rows_of(piece) : size); }

  // Calls by_rows(piece, offset, rows), or by_run(sample and channel as one index, channel,
  // offset), in parallel.
  template <class R, class U>
  void for_each(R&& by_rows, U&& by_run) const {
    if (channels_last) {
      parallel_for(count, 1, [&](int64_t begin, int64_t end) {
        for (int64_t p = begin; p < end; ++p)
          by_rows(p, p * rows_per_piece * channels, rows_of(p));
      });
    } else {
      parallel_for(samples * channels, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, size)),
                   [&](int64_t begin, int64_t end) {
                     for (int64_t i = begin; i < end; ++i)
                       by_run(i, i % channels, i * size);
                   });
    }
  }
  // Calls f(offset) for all values of a channel.
  template <class F>
  void each(int64_t c, F&& f) const {
    if (channels_last)
      for (int64_t row = 0; row < rows; ++row)
        f(row * channels + c);
    else
      for (int64_t n = 0; n < samples; ++n)
        for (int64_t i = 0; i < size; ++i)
          f((n * channels + c) * size + i);
  }
  // Calls f(channel) for all channels, in parallel when it pays off.
  template <class F>
  void for_each_channel(F&& f) const {
    parallel_for(channels, std::max<int64_t>(1, 4096 / std::max<int64_t>(1, count)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t c = begin; c < end; ++c)
                     f(c);
                 });
  }
};

class BatchNormSimd : public Kernel {
 public:
  explicit BatchNormSimd(const Signature& s)
      : pieces_(s.in[0]), statistics_(s), weight_(s.in[3], 1), bias_(s.in[4], 0) {
    name = "simd";
    const Dims strides = pieces_.strides(s.in[0].shape);
    wants_in = {unless_so(s.in[0], strides)};
    gives_out = {strides};
    scratch_bytes =
        size_t(pieces_.channels * (3 + (statistics_.training() ? 3 * pieces_.count : 0))) *
        sizeof(float);
  }
  void run(const Buffers& b) const override {
    const BatchNormLoops& loops = *HWY_DYNAMIC_DISPATCH(batch_norm_loops)();
    const int64_t channels = pieces_.channels;
    const float* x = b.input<float>(0);
    float* y = b.output<float>(0);
    auto *mean = static_cast<float*>(b.scratch), *scale = mean + channels,
         *shift = scale + channels, *means = shift + channels,
         *rests = means + channels * pieces_.count, *m2s = rests + channels * pieces_.count;
    if (statistics_.training())
      pieces_.for_each(
          [&](int64_t p, int64_t at, int64_t rows) {
            const int64_t to = p * channels;
            loops.moments_rows(x + at, rows, channels, means + to, rests + to, m2s + to);
          },
          [&](int64_t i, int64_t, int64_t at) {
            loops.moments_run(x + at, pieces_.size, means + i, rests + i, m2s + i);
          });
    pieces_.for_each_channel([&](int64_t c) {
      Squares batch;
      if (statistics_.training()) {
        Moments all;
        for (int64_t p = 0; p < pieces_.count; ++p) {
          const int64_t i = p * channels + c;
          all.join({pieces_.values_of(p), double(means[i]) + double(rests[i]), m2s[i]});
        }
        batch = {all.mean, 0, all.m2, 0};
        if (left_single(all.m2, all.count, statistics_.eps()))
          batch = squares_of(
              [&](auto&& f) { pieces_.each(c, [&](int64_t at) { f(double(x[at])); }); }, all.count);
      }
      const auto use = statistics_.settle(b, c, double(pieces_.rows), batch);
      mean[c] = float(use.mean);
      scale[c] = float(use.invstd * weight_.at(b.in[3], c));
      // The rounding error of the mean.
      shift[c] = float(bias_.at(b.in[4], c) + (mean[c] - use.mean - use.rest) * scale[c]);
    });
    pieces_.for_each(
        [&](int64_t, int64_t at, int64_t rows) {
          loops.apply_rows(x + at, rows, channels, mean, scale, shift, y + at);
        },
        [&](int64_t, int64_t c, int64_t at) {
          loops.apply_run(x + at, pieces_.size, mean[c], scale[c], shift[c], y + at);
        });
  }

 private:
  Pieces pieces_;
  BatchStatistics statistics_;
  Values weight_, bias_;
};

class BatchNormBackwardSimd : public Kernel {
 public:
  explicit BatchNormBackwardSimd(const Signature& s)
      : pieces_(s.in[1]), weight_(s.in[2], 1), mean_(s.in[3], 0), invstd_(s.in[4], 0),
        dw_(s.out[1], 0), db_(s.out[2], 0), training_(s.attributes<BatchNormAttrs>().training) {
    name = "simd";
    const Dims strides = pieces_.strides(s.in[1].shape);
    wants_in = {unless_so(s.in[0], strides), unless_so(s.in[1], strides)};
    gives_out = {strides};
    scratch_bytes = size_t(pieces_.channels * (4 + 2 * pieces_.count)) * sizeof(float);
  }
  void run(const Buffers& b) const override {
    const BatchNormLoops& loops = *HWY_DYNAMIC_DISPATCH(batch_norm_loops)();
    const int64_t channels = pieces_.channels;
    const float *dy = b.input<float>(0), *x = b.input<float>(1);
    float* dx = b.output<float>(0);
    auto *mean = static_cast<float*>(b.scratch), *scale = mean + channels, *a = scale + channels,
         *k = a + channels, *sums = k + channels, *alongs = sums + channels * pieces_.count;
    for (int64_t c = 0; c < channels; ++c)
      mean[c] = float(mean_.at(b.in[3], c));
    pieces_.for_each(
        [&](int64_t p, int64_t at, int64_t rows) {
          loops.sums_rows(dy + at, x + at, rows, channels, mean, sums + p * channels,
                          alongs + p * channels);
        },
        [&](int64_t i, int64_t c, int64_t at) {
          loops.sums_run(dy + at, x + at, pieces_.size, mean[c], sums + i, alongs + i);
        });
    pieces_.for_each_channel([&](int64_t c) {
      double sum = 0, along = 0;
      for (int64_t p = 0; p < pieces_.count; ++p) {
        sum += sums[p * channels + c];
        along += alongs[p * channels + c];
      }
      if (!std::isfinite(along)) {  // overflow in f32 only
        along = 0;
        pieces_.each(c, [&](int64_t at) { along += double(dy[at]) * (double(x[at]) - mean[c]); });
      }
      const double invstd = invstd_.at(b.in[4], c), count = double(pieces_.rows);
      const double missed = mean_.at(b.in[3], c) - mean[c];  // the rounding error of the mean
      along -= sum * missed;
      dw_.put(b.out[1], c, along * invstd);
      db_.put(b.out[2], c, sum);
      scale[c] = float(weight_.at(b.in[2], c) * invstd);
      k[c] = training_ ? float(along * invstd * invstd / count) : 0;
      a[c] = training_ ? float(sum / count - missed * k[c]) : 0;
    });
    pieces_.for_each(
        [&](int64_t, int64_t at, int64_t rows) {
          loops.back_rows(dy + at, x + at, rows, channels, mean, scale, a, k, dx + at);
        },
        [&](int64_t, int64_t c, int64_t at) {
          loops.back_run(dy + at, x + at, pieces_.size, mean[c], scale[c], a[c], k[c], dx + at);
        });
  }

 private:
  Pieces pieces_;
  Values weight_, mean_, invstd_, dw_, db_;
  bool training_;
};

}  // namespace

namespace impl {

PreparedKernel batch_norm_simd(const Signature& s) {
  if (s.in[0].dtype != DType::f32 || product(s.in[0].shape) == 0 || s.out_fixed)
    return nullptr;
  return make_kernel<BatchNormSimd>(s);
}
PreparedKernel batch_norm_backward_simd(const Signature& s) {
  if (s.in[1].dtype != DType::f32 || product(s.in[1].shape) == 0 || s.out_fixed)
    return nullptr;
  return make_kernel<BatchNormBackwardSimd>(s);
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
