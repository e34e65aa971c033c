// The transform of one long line: the two passes of fft_long.h, and what turns pairs of real
// numbers into complex ones. Included once per instruction set.

#if defined(HEBB_FFT_LONG_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_FFT_LONG_INL_H
#undef HEBB_FFT_LONG_INL_H
#else
#define HEBB_FFT_LONG_INL_H
#endif

#include "hebb/kernels/cpu/fft_io-inl.h"
#include "hebb/kernels/cpu/fft_lines.h"
#include "hebb/kernels/cpu/fft_long.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

template <class W>
HWY_INLINE Complex<W> conjugate(Complex<W> a) {
  return {a.re, W::set(0) - a.im};
}
// The lanes from the last to the first.
template <class W>
HWY_INLINE Complex<W> reversed(Complex<W> a) {
  return {W::reverse(a.re), W::reverse(a.im)};
}
template <class W>
HWY_INLINE Complex<W> numbers_at(const std::complex<typename W::R>* p) {
  return get_pairs<W>(reinterpret_cast<const typename W::R*>(p), false);
}
template <class W>
HWY_INLINE void set_numbers_at(Complex<W> v, std::complex<typename W::R>* p) {
  put_pairs<W>(v, false, reinterpret_cast<typename W::R*>(p));
}

template <class W>
class LongLine {
 public:
  using R = typename W::R;
  using C = std::complex<R>;
  // between: memory for the line. work: of work(plan) numbers; null: blocks go to all threads.
  LongLine(const FftLong<R>& plan, bool swapped, R scale, C* between, const FftWork<R>* work)
      : plan_(plan), swapped_(swapped), scale_(scale), between_(between), work_(work),
        rows_(plan.first.n), columns_(plan.second.n) {}

  static int64_t work(const FftLong<R>& plan) {
    return 2 * W::lanes * (std::max(plan.first.n, plan.second.n) + 1);
  }

  // in and out may be the same memory. next_in, next_out: the distance to the next line, which will
  // be fetched meanwhile; 0: there is none.
  void run(const C* in, C* out, int64_t next_in = 0, int64_t next_out = 0) const {
    each_block(columns_, rows_, [&](int64_t column, int64_t count, R* a, R* b) {
      const C* turns = plan_.turns.data() + column;
      if (count == W::lanes)
        return stages_between<W>(
            plan_.first, NeighboursIn<W>{in + column, columns_, swapped_, next_in}, a, b,
            NeighboursOut<W>{between_ + column, columns_, false, R(1), turns, columns_});
      read_lines<W>({in + column, 1, columns_, count}, rows_, swapped_, a);
      R* x = transform<W>(plan_.first, a, b);
      turn(x, turns);
      write_lines<W>(x, rows_, false, R(1), {between_ + column, 1, columns_, count});
    });
    each_block(rows_, columns_, [&](int64_t row, int64_t count, R* a, R* b) {
      read_lines<W>({between_ + row * columns_, columns_, 1, count}, columns_, false, b);
      if (count == W::lanes)
        return stages_between<W>(
            plan_.second, VectorsAt<W>{b}, a, b,
            NeighboursOut<W>{out + row, rows_, swapped_, scale_, nullptr, 0, next_out});
      write_lines<W>(transform<W>(plan_.second, b, a), columns_, swapped_, scale_,
                     {out + row, 1, rows_, count});
    });
  }

 private:
  // Calls f(first, count, a, b) for blocks of lines of n elements.
  template <class F>
  void each_block(int64_t lines, int64_t n, const F& f) const {
    const auto blocks = [&](int64_t begin, int64_t end, const FftWork<R>& work) {
      for (int64_t at = begin * W::lanes; at < std::min(end * W::lanes, lines); at += W::lanes)
        f(at, std::min(W::lanes, lines - at), work.a(), work.b());
    };
    if (work_)
      return blocks(0, lines, *work_);
    for_each_block(lines, W::lanes, n, [&](int64_t begin, int64_t end) {
      blocks(begin, end, FftWork<R>(2 * W::lanes * (n + 1)));
    });
  }

  void turn(R* x, const C* turns) const {
    for (int64_t k = 1; k < rows_; ++k)
      put<W>(product_of(get<W>(x, k), numbers_at<W>(turns + k * columns_)), x, k);
  }

  const FftLong<R>& plan_;
  bool swapped_;
  R scale_;
  C* between_;
  const FftWork<R>* work_;
  int64_t rows_, columns_;
};

// What makes the transform z[0] to z[half - 1] of pairs of real numbers into that of the numbers,
// z[0] to z[half], and back. turns: exp(-πi k / half). paired: what the frequencies between the
// first and the last one are multiplied by. See FftBlock for the formulas.
template <class R>
class RealPairs {
 public:
  using C = std::complex<R>;
  RealPairs(int64_t half, const C* turns, R paired) : half_(half), turns_(turns), paired_(paired) {}

  // In place.
  void unpack(C* z) const {
    const C zero = z[0];
    parallel_for(half_ / 2 + 1, grain,
                 [&](int64_t begin, int64_t end) { unpack(z, std::max<int64_t>(1, begin), end); });
    z[0] = {zero.real() + zero.imag(), 0};
    z[half_] = {zero.real() - zero.imag(), 0};
  }
  void pack(const C* x, C* z) const {
    // Imaginary parts of the first and the last number do not count.
    z[0] = {x[0].real() + x[half_].real(), x[0].real() - x[half_].real()};
    parallel_for(half_, grain,
                 [&](int64_t begin, int64_t end) { pack(x, z, std::max<int64_t>(1, begin), end); });
  }

 private:
  static constexpr int64_t grain = 1 << 14;
  using Many = ManyLanes<R>;
  using One = OneLane<R>;

  void unpack(C* z, int64_t k, int64_t end) const {
    // The vectors of both ends may not overlap.
    for (; k + Many::lanes <= end && 2 * (k + Many::lanes) <= half_; k += Many::lanes)
      unpack_at<Many>(z, k);
    for (; k < end; ++k)
      unpack_at<One>(z, k);
  }
  void pack(const C* x, C* z, int64_t k, int64_t end) const {
    for (; k + Many::lanes <= end; k += Many::lanes)
      pack_at<Many>(x, z, k);
    for (; k < end; ++k)
      pack_at<One>(x, z, k);
  }

  // z[k] and those behind it, and those opposite.
  template <class W>
  void unpack_at(C* z, int64_t k) const {
    const int64_t opposite = half_ - k - W::lanes + 1;
    const Complex<W> one = numbers_at<W>(z + k),
                     other = conjugate(reversed(numbers_at<W>(z + opposite)));
    const Complex<W> even = scaled(plus(one, other), R(0.5) * paired_),
                     odd = times_minus_i(scaled(minus(one, other), R(0.5) * paired_));
    const Complex<W> turn = numbers_at<W>(turns_ + k),
                     back = reversed(numbers_at<W>(turns_ + opposite));
    set_numbers_at(plus(even, product_of(odd, turn)), z + k);
    set_numbers_at(reversed(plus(conjugate(even), product_of(conjugate(odd), back))), z + opposite);
  }
  template <class W>
  void pack_at(const C* x, C* z, int64_t k) const {
    const Complex<W> one = numbers_at<W>(x + k),
                     other = conjugate(reversed(numbers_at<W>(x + (half_ - k - W::lanes + 1))));
    const Complex<W> even = scaled(plus(one, other), paired_),
                     odd = product_of(scaled(minus(one, other), paired_),
                                      conjugate(numbers_at<W>(turns_ + k)));
    set_numbers_at(Complex<W>{even.re - odd.im, even.im + odd.re}, z + k);
  }

  int64_t half_;
  const C* turns_;
  R paired_;
};

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
