// Places elements by an index tensor, one after the other along each line, so the result does not
// depend on threads.

#include "hebb/kernels/scatter.h"

#include <algorithm>
#include <limits>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/check_indices.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/is_nan.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/lines.h"
#include "hebb/kernels/gather.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu::impl {
namespace {

// input, index, src -> out, which begins as input.
class Scatter : public Kernel {
 public:
  Scatter(const Signature& s, int64_t dim)
      : index_(s.in[1]), dim_(dimension(dim, s.in[0])), out_(s.out[0], dim, s.in[1].shape),
        at_(s.in[1], dim), src_(s.in[2], dim, s.in[1].shape) {
    name = "plain";
    start_ = copy_plain({.op = "copy", .in = {s.in[0]}, .out = {s.out[0]}, .out_fixed = true});
  }

 protected:
  // Calls f(line) for all lines of index, when every index was checked and out has input's values.
  template <class F>
  void each_line(const Buffers& b, const F& f) const {
    check_indices(index_, b.input<int64_t>(1), "index", out_.size, dim_);
    start_->run({b.in, b.out, nullptr, b.on});
    parallel_for(at_.starts.count, lines_per_chunk(at_.size), [&](int64_t begin, int64_t end) {
      for (int64_t line = begin; line < end; ++line)
        f(line);
    });
  }

  Operand index_;
  std::string dim_;
  Lines out_, at_, src_;
  PreparedKernel start_;
};

// out[index[i][j]][j] = src[i][j] for dim 0: of several for one place, the last.
template <class T>
class ScatterSet : public Scatter {
 public:
  explicit ScatterSet(const Signature& s) : Scatter(s, s.attributes<AlongAttrs>().dim) {}
  void run(const Buffers& b) const override {
    each_line(b, [&](int64_t line) {
      T* out = b.output<T>(0) + out_.starts.offset(line);
      const int64_t* at = b.input<int64_t>(1) + at_.starts.offset(line);
      const T* src = b.input<T>(2) + src_.starts.offset(line);
      for (int64_t i = 0; i < at_.size; ++i)
        out[at[i * at_.step] * out_.step] = src[i * src_.step];
    });
  }
};

enum class Combine { sum, prod, mean, amax, amin };

Combine combine_of(std::string_view reduce) {
  return reduce == "sum"    ? Combine::sum
         : reduce == "prod" ? Combine::prod
         : reduce == "mean" ? Combine::mean
         : reduce == "amax" ? Combine::amax
                            : Combine::amin;
}

template <class T, class F>
T wrapped(T a, T b, F f) {  // signed overflow is undefined
  if constexpr (std::is_integral_v<T>)
    return T(f(uint64_t(a), uint64_t(b)));
  else
    return f(a, b);
}

template <class T>
T combined(Combine how, T a, T b) {
  switch (how) {
    case Combine::prod:
      return wrapped(a, b, [](auto x, auto y) { return x * y; });
    case Combine::amax:
      return is_nan(a) || a >= b ? a : b;
    case Combine::amin:
      return is_nan(a) || a <= b ? a : b;
    default:
      return wrapped(a, b, [](auto x, auto y) { return x + y; });
  }
}

template <class T>
T neutral(Combine how) {
  using Limits = std::numeric_limits<T>;
  switch (how) {
    case Combine::prod:
      return T(1);
    case Combine::amax:
      return Limits::has_infinity ? T(-Limits::infinity()) : Limits::lowest();
    case Combine::amin:
      return Limits::has_infinity ? Limits::infinity() : Limits::max();
    default:
      return T(0);
  }
}

// Integers are rounded down.
template <class T>
T mean_of(T sum, int64_t count) {
  if constexpr (std::is_integral_v<T>) {
    const T n = T(count), quotient = T(sum / n);
    return sum % n != 0 && sum < 0 ? T(quotient - 1) : quotient;
  } else {
    return sum / T(count);
  }
}

template <class T>
class ScatterCombine : public Scatter {
 public:
  explicit ScatterCombine(const Signature& s)
      : Scatter(s, s.attributes<ScatterReduceAttrs>().dim),
        how_(combine_of(s.attributes<ScatterReduceAttrs>().reduce)),
        include_self_(s.attributes<ScatterReduceAttrs>().include_self) {
    if (how_ == Combine::mean)
      scratch_bytes = size_t(at_.starts.count * out_.size) * sizeof(int64_t);
  }
  void run(const Buffers& b) const override {
    each_line(b, [&](int64_t line) {
      T* out = b.output<T>(0) + out_.starts.offset(line);
      const int64_t* at = b.input<int64_t>(1) + at_.starts.offset(line);
      const T* src = b.input<T>(2) + src_.starts.offset(line);
      if (!include_self_)
        for (int64_t i = 0; i < at_.size; ++i)
          out[at[i * at_.step] * out_.step] = neutral<T>(how_);
      for (int64_t i = 0; i < at_.size; ++i) {
        T& place = out[at[i * at_.step] * out_.step];
        place = combined(how_, place, src[i * src_.step]);
      }
      if (how_ == Combine::mean)
        divide(out, at, static_cast<int64_t*>(b.scratch) + line * out_.size);
    });
  }

 private:
  void divide(T* out, const int64_t* at, int64_t* counts) const {
    std::fill(counts, counts + out_.size, int64_t(include_self_));
    for (int64_t i = 0; i < at_.size; ++i)
      ++counts[at[i * at_.step]];
    for (int64_t i = 0; i < out_.size; ++i)
      if (counts[i] > 1)
        out[i * out_.step] = mean_of(out[i * out_.step], counts[i]);
  }

  Combine how_;
  bool include_self_;
};

}  // namespace

PreparedKernel scatter_set_plain(const Signature& s) {
  return visit_item(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<ScatterSet<typename decltype(type)::type>>(s);
  });
}

PreparedKernel scatter_combine_plain(const Signature& s) {
  return visit(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    using T = typename decltype(type)::type;
    if constexpr (is_complex(dtype_of<T>) || is_half_type<T> || std::is_same_v<T, bool>)
      return nullptr;  // halves are combined in f32; the entry refuses the others
    else
      return make_kernel<ScatterCombine<T>>(s);
  });
}

}  // namespace hebb::cpu::impl
