// Running extremes, products and log-sums of exponentials along one dimension.

#include "hebb/kernels/scan.h"

#include <cmath>
#include <complex>
#include <limits>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/complex_logarithms.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/lines.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/gather.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

// Of equal elements the last one counts, as PyTorch's; NaN stays once it was met.
template <class T>
class RunningExtreme : public Kernel {
 public:
  RunningExtreme(const Signature& s, bool largest)
      : in_(s.in[0], s.attributes<AlongAttrs>().dim),
        out_(s.out[0], s.attributes<AlongAttrs>().dim),
        at_(s.out[1], s.attributes<AlongAttrs>().dim), largest_(largest) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    parallel_for(in_.starts.count, lines_per_chunk(in_.size), [&](int64_t begin, int64_t end) {
      for (int64_t line = begin; line < end; ++line) {
        const T* in = b.input<T>(0) + in_.starts.offset(line);
        T* out = b.output<T>(0) + out_.starts.offset(line);
        int64_t* at = b.output<int64_t>(1) + at_.starts.offset(line);
        int64_t best = 0;
        for (int64_t i = 0; i < in_.size; ++i) {
          if (wins(in[i * in_.step], in[best * in_.step]))
            best = i;
          out[i * out_.step] = in[best * in_.step];
          at[i * at_.step] = best;
        }
      }
    });
  }

 private:
  bool wins(T next, T best) const {
    const auto a = value(next), b = value(best);
    if (a != a)
      return true;
    return b == b && (largest_ ? a >= b : a <= b);
  }
  static auto value(T v) {
    if constexpr (is_half_type<T>)
      return float(v);
    else
      return v;
  }

  Lines in_, out_, at_;
  bool largest_;
};

template <class T>
class RunningProduct : public Kernel {
 public:
  explicit RunningProduct(const Signature& s)
      : in_(s.in[0], s.attributes<AlongAttrs>().dim),
        out_(s.out[0], s.attributes<AlongAttrs>().dim) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    parallel_for(in_.starts.count, lines_per_chunk(in_.size), [&](int64_t begin, int64_t end) {
      for (int64_t line = begin; line < end; ++line) {
        const T* in = b.input<T>(0) + in_.starts.offset(line);
        T* out = b.output<T>(0) + out_.starts.offset(line);
        WideAccumulate<T> product(1);
        for (int64_t i = 0; i < in_.size; ++i) {
          product *= wide<WideAccumulate<T>>(in[i * in_.step]);
          out[i * out_.step] = narrow<T>(product);
        }
      }
    });
  }

 private:
  Lines in_, out_;
};

// log(sum e^x) as the largest x so far, and the sum of e^(x - largest).
struct LogSum {
  double largest = -std::numeric_limits<double>::infinity(), sum = 0;
  void add(double x) {
    if (x == largest) {
      sum += std::isinf(x) && x < 0 ? 0 : 1;
    } else if (x < largest) {
      sum += std::exp(x - largest);
    } else {  // also NaN
      sum = sum * std::exp(largest - x) + 1;
      largest = x;
    }
  }
  double value() const { return sum == 0 ? largest : largest + std::log(sum); }
};

// The same of complex numbers.
class ComplexLogSum {
 public:
  void add(std::complex<double> x) { sum_ = complex_logaddexp(x, sum_); }
  std::complex<double> value() const { return sum_; }

 private:
  std::complex<double> sum_ = -std::numeric_limits<double>::infinity();
};

template <class T>
class RunningLogSum : public Kernel {
 public:
  explicit RunningLogSum(const Signature& s)
      : in_(s.in[0], s.attributes<AlongAttrs>().dim),
        out_(s.out[0], s.attributes<AlongAttrs>().dim) {
    name = "plain";
  }
  void run(const Buffers& b) const override {
    parallel_for(in_.starts.count, lines_per_chunk(8 * in_.size), [&](int64_t begin, int64_t end) {
      for (int64_t line = begin; line < end; ++line) {
        const T* in = b.input<T>(0) + in_.starts.offset(line);
        T* out = b.output<T>(0) + out_.starts.offset(line);
        std::conditional_t<is_complex(dtype_of<T>), ComplexLogSum, LogSum> sum;
        for (int64_t i = 0; i < in_.size; ++i) {
          sum.add(wide<WideAccumulate<T>>(in[i * in_.step]));
          out[i * out_.step] = narrow<T>(sum.value());
        }
      }
    });
  }

 private:
  Lines in_, out_;
};

PreparedKernel extreme(const Signature& s, bool largest) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (is_complex(dtype_of<T>))
      return nullptr;
    else
      return make_kernel<RunningExtreme<T>>(s, largest);
  });
}

}  // namespace

PreparedKernel cummax_plain(const Signature& s) {
  return extreme(s, true);
}
PreparedKernel cummin_plain(const Signature& s) {
  return extreme(s, false);
}
PreparedKernel cumprod_plain(const Signature& s) {
  return visit_wrapping(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<RunningProduct<typename decltype(type)::type>>(s);
  });
}
PreparedKernel logcumsumexp_plain(const Signature& s) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (is_floating(dtype_of<T>) || is_complex(dtype_of<T>))
      return make_kernel<RunningLogSum<T>>(s);
    else
      return nullptr;
  });
}

}  // namespace hebb::cpu::impl
