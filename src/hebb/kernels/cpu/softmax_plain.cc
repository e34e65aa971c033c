// Plain softmax and log-softmax and their gradients: any layout; f16, bf16 and f32 are computed in
// f64.

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/axes.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/make_floating.h"
#include "hebb/kernels/cpu/softmax_form.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/softmax.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
class SoftmaxPlain : public Kernel {
 public:
  SoftmaxPlain(const Signature& s, SoftmaxForm form) : form_(form) {
    name = "plain";
    rows_.resize(s.in.size() + 1);
    step_.resize(s.in.size() + 1);
    const Dims& shape = s.in[0].shape;
    if (shape.empty())
      return;
    const auto axis = size_t(wrap_dim(s.attributes<SoftmaxAttrs>().dim, int64_t(shape.size())));
    n_ = shape[axis];
    for (size_t k = 0; k < rows_.size(); ++k) {
      const Dims& strides = (k < s.in.size() ? s.in[k] : s.out[0]).strides;
      step_[k] = strides[axis];
      for (size_t i = 0; i < shape.size(); ++i)
        if (i != axis)
          rows_[k].add(shape[i], strides[i]);
    }
  }
  void run(const Buffers& b) const override {
    if (n_ == 0)
      return;
    parallel_for(rows_[0].count, std::max<int64_t>(1, 4096 / n_), [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        const T* x = b.input<T>(0) + rows_[0].offset(r);
        T* out = b.output<T>(0) + rows_.back().offset(r);
        if (form_.backward)
          backward(x, b.input<T>(1) + rows_[1].offset(r), out);
        else
          forward(x, out);
      }
    });
  }

 private:
  void forward(const T* x, T* y) const {
    const int64_t in = step_[0], out = step_.back();
    double most = -std::numeric_limits<double>::infinity(), sum = 0;
    for (int64_t i = 0; i < n_; ++i)
      most = std::max(most, wide(x[i * in]));
    for (int64_t i = 0; i < n_; ++i)
      sum += std::exp(wide(x[i * in]) - most);
    const double log_sum = std::log(sum);
    for (int64_t i = 0; i < n_; ++i) {
      const double v = wide(x[i * in]) - most;
      y[i * out] = narrow<T>(form_.log ? v - log_sum : std::exp(v) / sum);
    }
  }
  void backward(const T* dy, const T* y, T* dx) const {
    const int64_t g = step_[0], v = step_[1], out = step_[2];
    double sum = 0;
    for (int64_t i = 0; i < n_; ++i)
      sum += form_.log ? wide(dy[i * g]) : wide(dy[i * g]) * wide(y[i * v]);
    for (int64_t i = 0; i < n_; ++i)
      dx[i * out] = narrow<T>(form_.log ? wide(dy[i * g]) - std::exp(wide(y[i * v])) * sum
                                        : wide(y[i * v]) * (wide(dy[i * g]) - sum));
  }

  SoftmaxForm form_;
  int64_t n_ = 1;
  std::vector<Axes> rows_;     // of every operand and the output: where a row starts
  std::vector<int64_t> step_;  // between neighbours of a row
};

}  // namespace

PreparedKernel softmax_plain(const Signature& s) {
  return make_floating<SoftmaxPlain>(s, SoftmaxForm{});
}
PreparedKernel softmax_backward_plain(const Signature& s) {
  return make_floating<SoftmaxPlain>(s, SoftmaxForm{.backward = true});
}
PreparedKernel log_softmax_plain(const Signature& s) {
  return make_floating<SoftmaxPlain>(s, SoftmaxForm{.log = true});
}
PreparedKernel log_softmax_backward_plain(const Signature& s) {
  return make_floating<SoftmaxPlain>(s, SoftmaxForm{.log = true, .backward = true});
}

}  // namespace hebb::cpu::impl
