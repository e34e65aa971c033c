// Plain batch normalisation and its gradient: any floating dtype, computed in f64, channel by
// channel. The tests' oracle.

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/norm.h"
#include "hebb/kernels/cpu/squares.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu::impl {
namespace {

// [N, C, S], row-major: calls f(offset) for all elements of channel c.
struct Channels {
  int64_t samples, channels, size;
  explicit Channels(const Dims& shape) : samples(shape[0]), channels(shape[1]), size(1) {
    for (size_t i = 2; i < shape.size(); ++i)
      size *= shape[i];
  }
  double count() const { return double(samples * size); }
  template <class F>
  void each(int64_t c, F&& f) const {
    for (int64_t n = 0; n < samples; ++n)
      for (int64_t i = 0, at = (n * channels + c) * size; i < size; ++i)
        f(at + i);
  }
};

template <class T>
class BatchNorm : public Kernel {
 public:
  explicit BatchNorm(const Signature& s)
      : over_(s.in[0].shape), statistics_(s), weight_(s.in[3], 1), bias_(s.in[4], 0) {
    name = "plain";
    wants_in = {unless_so(s.in[0], contiguous_strides(s.in[0].shape))};
  }
  void run(const Buffers& b) const override {
    const T* x = b.input<T>(0);
    T* y = b.output<T>(0);
    parallel_for(over_.channels, 1, [&](int64_t begin, int64_t end) {
      for (int64_t c = begin; c < end; ++c) {
        const double count = over_.count();
        Squares batch;
        if (statistics_.training())
          batch = squares_of([&](auto&& f) { over_.each(c, [&](int64_t i) { f(wide(x[i])); }); },
                             count);
        const auto use = statistics_.settle(b, c, count, batch);
        const double scale = use.invstd * weight_.at(b.in[3], c), shift = bias_.at(b.in[4], c);
        over_.each(c, [&](int64_t i) {
          y[i] = narrow<T>((wide(x[i]) - use.mean - use.rest) * scale + shift);
        });
      }
    });
  }

 private:
  Channels over_;
  BatchStatistics statistics_;
  Values weight_, bias_;
};

template <class T>
class BatchNormBackward : public Kernel {
 public:
  explicit BatchNormBackward(const Signature& s)
      : over_(s.in[1].shape), weight_(s.in[2], 1), mean_(s.in[3], 0), invstd_(s.in[4], 0),
        dw_(s.out[1], 0), db_(s.out[2], 0), training_(s.attributes<BatchNormAttrs>().training) {
    name = "plain";
    wants_in = {unless_so(s.in[0], contiguous_strides(s.in[0].shape)),
                unless_so(s.in[1], contiguous_strides(s.in[1].shape))};
  }
  void run(const Buffers& b) const override {
    const T *dy = b.input<T>(0), *x = b.input<T>(1);
    T* dx = b.output<T>(0);
    const double count = over_.count();
    parallel_for(over_.channels, 1, [&](int64_t begin, int64_t end) {
      for (int64_t c = begin; c < end; ++c) {
        const double mean = mean_.at(b.in[3], c), invstd = invstd_.at(b.in[4], c),
                     scale = weight_.at(b.in[2], c) * invstd;
        Mean average;
        double sum = 0, along = 0, rest = 0;  // rest: the rounding error of the mean
        over_.each(c, [&](int64_t i) {
          const double distance = wide(x[i]) - mean;
          average.add(wide(dy[i]));
          sum += wide(dy[i]);
          along += wide(dy[i]) * (distance * invstd);
          rest += training_ ? distance / count : 0;
        });
        along -= sum * rest * invstd;
        dw_.put(b.out[1], c, along);
        db_.put(b.out[2], c, sum);
        const double a = training_ ? average.value() : 0, k = training_ ? along / count : 0;
        over_.each(c, [&](int64_t i) {
          dx[i] = narrow<T>(scale * (wide(dy[i]) - a - (wide(x[i]) - mean - rest) * invstd * k));
        });
      }
    });
  }

 private:
  Channels over_;
  Values weight_, mean_, invstd_, dw_, db_;
  bool training_;
};

}  // namespace

PreparedKernel batch_norm_plain(const Signature& s) {
  return s.out_fixed && !is_row_major(s.out[0]) ? nullptr : make_floating<BatchNorm>(s);
}
PreparedKernel batch_norm_backward_plain(const Signature& s) {
  return make_floating<BatchNormBackward>(s);
}

}  // namespace hebb::cpu::impl
