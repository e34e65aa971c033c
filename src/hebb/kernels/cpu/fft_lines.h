// Fourier transforms along one dimension: what the plain kernel and the one in vectors share. R is
// the type that is computed in.
#pragma once

#include <complex>
#include <memory>
#include <new>
#include <vector>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/fft_long.h"
#include "hebb/kernels/cpu/fft_plan.h"
#include "hebb/kernels/cpu/lines.h"
#include "hebb/kernels/fourier.h"

namespace hebb::cpu {

enum class FftKind : uint8_t {
  complex,     // n complex numbers to n
  to_complex,  // n real numbers to the first n / 2 + 1 complex ones, forwards
  to_real      // back, without a division
};

// What is done to the lines.
struct FftTask {
  FftKind kind;
  int64_t dim;
  bool inverse;
  double scale;
  double paired = 1;
};

// Some of the lines: numbered from `from` on in the input, from `to` on in the output.
struct FftRange {
  int64_t from, to, count;
};

template <class R>
struct FftLines {
  // long_lines: whether there may be a plan for long lines instead.
  FftLines(const Operand& in, const Operand& out, const FftTask& task, bool long_lines);

  FftKind kind;
  bool inverse;
  R scale, paired;
  int64_t n;  // the length of a line, of the real side where there is one
  Lines in, out;
  // Of n, or of n / 2 where pairs of real numbers count as one complex one: for an even n.
  bool in_pairs;
  std::unique_ptr<const FftPlan<R>> plan;
  std::vector<std::complex<R>> turns;  // exp(-2πi k / n), k <= n / 2, where in_pairs
  // Instead of `plan`, for lines that are few or long.
  std::unique_ptr<const FftLong<R>> long_plan;

  int64_t complex_points() const { return in_pairs ? n / 2 : n; }
  int64_t lines() const { return in.starts.count; }
  // Numbers of R in each of the two buffers that one block of so many lanes needs.
  int64_t work(int64_t lanes) const { return 2 * lanes * (plan->work() + 1); }
};

// Two buffers for the blocks of one thread. Kernels are told their scratch memory before it is
// known how many threads there will be, so this is the heap's.
template <class R>
class FftWork {
 public:
  explicit FftWork(int64_t numbers)
      : first_(static_cast<R*>(::operator new(size_t(2 * numbers) * sizeof(R), alignment))),
        numbers_(numbers) {}
  FftWork(const FftWork&) = delete;
  FftWork& operator=(const FftWork&) = delete;
  ~FftWork() { ::operator delete(first_, alignment); }
  R* a() const { return first_; }
  R* b() const { return first_ + numbers_; }

 private:
  static constexpr auto alignment = std::align_val_t(64);
  R* first_;
  int64_t numbers_;
};

// Calls f(begin, end) for blocks of at most `lanes` lines, in parallel.
template <class F>
void for_each_block(int64_t lines, int64_t lanes, int64_t n, const F& f) {
  const int64_t blocks = (lines + lanes - 1) / lanes;
  parallel_for(blocks, std::max<int64_t>(1, 16384 / std::max<int64_t>(1, n * lanes)),
               [&](int64_t begin, int64_t end) { f(begin, end); });
}

}  // namespace hebb::cpu
