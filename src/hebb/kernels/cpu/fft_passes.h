// Fourier transforms along one dimension or two. Those along two are one pass after the other over
// a few pictures, which the second-level cache holds, and then over the next ones. R is the type
// that is computed in.
#pragma once

#include <algorithm>
#include <complex>
#include <memory>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/fft_lines.h"

namespace hebb::cpu {

template <class R>
struct FftPasses {
  // long_lines: whether there may be plans for long lines.
  FftPasses(const Signature& s, FftKind kind, bool long_lines);

  std::unique_ptr<const FftLines<R>> along, across;  // across: null where there is one dimension
  int64_t pictures = 1;  // that lie one behind the other, so that each can be transformed by itself

  // There is nothing but one line, which is transformed as many short ones.
  bool one_long_line() const { return !across && along->long_plan && along->lines() == 1; }

  // Calls transform(lines, in, out, range) for all lines. T: the numbers in memory. The picture
  // between the passes of FftKind::to_real is the heap's: there is one for each thread.
  template <class T, class F>
  void run(const Buffers& b, const F& transform) const {
    if (!across)
      return transform(*along, b.in[0], b.out[0], FftRange{0, 0, along->lines()});
    if (along->lines() == 0 || across->lines() == 0)
      return;
    const int64_t rows = along->lines() / pictures, columns = across->lines() / pictures;
    const auto some = [&](int64_t first, int64_t count) {
      const int64_t row = first * rows, column = first * columns;
      if (along->kind == FftKind::to_real) {
        const FftWork<T> between(count * columns * across->n);
        transform(*across, b.in[0], between.a(), FftRange{column, 0, count * columns});
        transform(*along, between.a(), b.out[0], FftRange{0, row, count * rows});
      } else {
        transform(*along, b.in[0], b.out[0], FftRange{row, row, count * rows});
        transform(*across, b.out[0], b.out[0], FftRange{column, column, count * columns});
      }
    };
    // Small pictures are several at a time, so that they fill vectors and are work for a thread.
    // Large ones that are left when each thread has had as many as the others are shared by all.
    constexpr int64_t least_points = 8192;
    const int64_t together = std::max<int64_t>(1, least_points / (columns * across->n)),
                  groups = (pictures + together - 1) / together,
                  shared = together == 1 ? groups % num_threads() : 0;
    parallel_for(groups - shared, 1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin * together; i < std::min(end * together, pictures); i += together)
        some(i, std::min(together, pictures - i));
    });
    for (int64_t i = groups - shared; i < groups; ++i)
      some(i, 1);
  }
};

}  // namespace hebb::cpu
