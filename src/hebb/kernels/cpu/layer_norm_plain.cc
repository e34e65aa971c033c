// Plain normalisation of rows and its gradient: any floating dtype, computed in f64, row by row.
// The tests' oracle.

#include <algorithm>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/layout.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/norm.h"
#include "hebb/kernels/cpu/squares.h"
#include "hebb/kernels/cpu/wide.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
class LayerNorm : public Kernel {
 public:
  explicit LayerNorm(const Signature& s)
      : rows_(s.out[1].shape[0]), size_(product(s.attributes<LayerNormAttrs>().normalized_shape)),
        eps_(s.attributes<LayerNormAttrs>().eps), weight_(flat(s.in[1]), 1),
        bias_(flat(s.in[2]), 0), mean_(s.out[1], 0), invstd_(s.out[2], 0) {
    name = "plain";
    wants_in = row_major(s);
  }
  void run(const Buffers& b) const override {
    parallel_for(rows_, std::max<int64_t>(1, 4096 / std::max<int64_t>(1, size_)),
                 [&](int64_t begin, int64_t end) {
                   for (int64_t r = begin; r < end; ++r) {
                     const T* x = b.input<T>(0) + r * size_;
                     T* y = b.output<T>(0) + r * size_;
                     const Squares row = squares_of(
                         [&](auto&& f) {
                           for (int64_t i = 0; i < size_; ++i)
                             f(wide(x[i]));
                         },
                         double(size_));
                     const double invstd = 1 / row.root(double(size_), eps_);
                     for (int64_t i = 0; i < size_; ++i)
                       y[i] = narrow<T>(row.distance(wide(x[i])) * invstd * weight_.at(b.in[1], i) +
                                        bias_.at(b.in[2], i));
                     mean_.put(b.out[1], r, row.mean + row.rest);
                     invstd_.put(b.out[2], r, invstd);
                   }
                 });
  }

 private:
  int64_t rows_, size_;
  double eps_;
  Values weight_, bias_, mean_, invstd_;
};

template <class T>
class LayerNormBackward : public Kernel {
 public:
  explicit LayerNormBackward(const Signature& s)
      : rows_(s.in[3].shape[0]), size_(product(s.out[1].shape)), weight_(flat(s.in[2]), 1),
        mean_(flat(s.in[3]), 0), invstd_(flat(s.in[4]), 0), dw_(flat(s.out[1]), 0),
        db_(flat(s.out[2]), 0) {
    name = "plain";
    wants_in = row_major(s);
    scratch_bytes = size_t(rows_) * sizeof(double);
  }
  void run(const Buffers& b) const override {
    const T *dy = b.input<T>(0), *x = b.input<T>(1);
    T* dx = b.output<T>(0);
    auto* rests = static_cast<double*>(b.scratch);  // the rounding errors of the rows' means
    const int64_t grain = std::max<int64_t>(1, 4096 / std::max<int64_t>(1, std::max(rows_, size_)));
    parallel_for(rows_, grain, [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        const double mean = mean_.at(b.in[3], r), invstd = invstd_.at(b.in[4], r);
        const auto given = [&](int64_t i) {
          return wide(dy[r * size_ + i]) * weight_.at(b.in[2], i);
        };
        Mean average;
        double along = 0, rest = 0;
        for (int64_t i = 0; i < size_; ++i) {
          const double distance = wide(x[r * size_ + i]) - mean;
          average.add(given(i));
          along += given(i) * distance * invstd;
          rest += distance / double(size_);
        }
        const double a = average.value();
        along = along / double(size_) - a * rest * invstd;
        rests[r] = rest;
        for (int64_t i = 0; i < size_; ++i) {
          const double normal = (wide(x[r * size_ + i]) - mean - rest) * invstd;
          dx[r * size_ + i] = narrow<T>(invstd * (given(i) - a - normal * along));
        }
      }
    });
    parallel_for(size_, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        double dw = 0, db = 0;
        for (int64_t r = 0; r < rows_; ++r) {
          const double g = wide(dy[r * size_ + i]);
          db += g;
          dw += g * (wide(x[r * size_ + i]) - mean_.at(b.in[3], r) - rests[r]) *
                invstd_.at(b.in[4], r);
        }
        dw_.put(b.out[1], i, dw);
        db_.put(b.out[2], i, db);
      }
    });
  }

 private:
  int64_t rows_, size_;
  Values weight_, mean_, invstd_, dw_, db_;
};

template <template <class> class K>
PreparedKernel make_row_major(const Signature& s) {
  for (const Operand& out : s.out)
    if (s.out_fixed && !is_row_major(out))
      return nullptr;
  return make_floating<K>(s);
}

}  // namespace

PreparedKernel layer_norm_plain(const Signature& s) {
  return make_row_major<LayerNorm>(s);
}
PreparedKernel layer_norm_backward_plain(const Signature& s) {
  return make_row_major<LayerNormBackward>(s);
}

}  // namespace hebb::cpu::impl
