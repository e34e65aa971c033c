// Running sums along one dimension.

#include <utility>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/fewer_types.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/lines.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/gather.h"

namespace hebb::cpu::impl {
namespace {

template <class T>
class RunningSum : public Kernel {
 public:
  explicit RunningSum(const Signature& s)
      : in_(s.in[0], s.attributes<RunningSumAttrs>().dim),
        out_(s.out[0], s.attributes<RunningSumAttrs>().dim),
        together_(side_by_side({&in_, &out_})) {
    name = "plain";
    if (s.attributes<RunningSumAttrs>().reverse)
      for (auto [lines, first] : {std::pair(&in_, &in_first_), std::pair(&out_, &out_first_)}) {
        *first = std::max<int64_t>(0, lines->size - 1) * lines->step;
        lines->step = -lines->step;
      }
  }
  void run(const Buffers& b) const override {
    parallel_for(in_.starts.count, lines_per_chunk(in_.size, together_),
                 [&](int64_t begin, int64_t end) {
                   const auto add_across = [&](int64_t line, int64_t count) {
                     add_neighbours(in(b, line), out(b, line), count);
                   };
                   if (together_ > 1)
                     return for_each_side(begin, end, together_, add_across, most_together);
                   int64_t line = begin;
                   for (; line + at_once <= end; line += at_once)
                     add<at_once>(b, line);
                   for (; line < end; ++line)
                     add<1>(b, line);
                 });
  }

 private:
  using Sum = WideAccumulate<T>;
  static constexpr int64_t most_together = 256;
  static constexpr int at_once = 4;  // sums that need not wait for one another

  const T* in(const Buffers& b, int64_t line) const {
    return b.input<T>(0) + in_.starts.offset(line) + in_first_;
  }
  T* out(const Buffers& b, int64_t line) const {
    return b.output<T>(0) + out_.starts.offset(line) + out_first_;
  }

  // N lines, wherever they are.
  template <int N>
  void add(const Buffers& b, int64_t line) const {
    const T* from[N];
    T* to[N];
    for (int k = 0; k < N; ++k) {
      from[k] = in(b, line + k);
      to[k] = out(b, line + k);
    }
    Sum sums[N] = {};
    for (int64_t i = 0; i < in_.size; ++i)
#pragma GCC unroll 4
      for (int k = 0; k < N; ++k) {
        sums[k] += wide<Sum>(from[k][i * in_.step]);
        to[k][i * out_.step] = narrow<T>(sums[k]);
      }
  }

  // So many lines side by side. The inner loop is of a length that compilers make vectors of.
  void add_neighbours(const T* __restrict from, T* __restrict to, int64_t count) const {
    constexpr int64_t width = 16;
    Sum sums[most_together] = {};
    for (int64_t i = 0; i < in_.size; ++i, from += in_.step, to += out_.step) {
      int64_t k = 0;
      for (; k + width <= count; k += width) {
        for (int64_t j = 0; j < width; ++j)
          sums[k + j] += wide<Sum>(from[k + j]);
        for (int64_t j = 0; j < width; ++j)
          to[k + j] = narrow<T>(sums[k + j]);
      }
      for (; k < count; ++k) {
        sums[k] += wide<Sum>(from[k]);
        to[k] = narrow<T>(sums[k]);
      }
    }
  }

  Lines in_, out_;
  int64_t in_first_ = 0, out_first_ = 0;  // where a line's sum begins
  int64_t together_;
};

}  // namespace

PreparedKernel cumsum_plain(const Signature& s) {
  if (s.in[0].dtype != s.out[0].dtype)
    return nullptr;  // the entry casts first
  return visit_wrapping(s.in[0].dtype, [&](auto type) -> PreparedKernel {
    return make_kernel<RunningSum<typename decltype(type)::type>>(s);
  });
}

}  // namespace hebb::cpu::impl
