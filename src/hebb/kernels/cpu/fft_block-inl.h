// One block of lines of a Fourier transform: reads them into vectors, transforms, writes. Included
// once per instruction set. T: the numbers in memory.

#if defined(HEBB_FFT_BLOCK_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_FFT_BLOCK_INL_H
#undef HEBB_FFT_BLOCK_INL_H
#else
#define HEBB_FFT_BLOCK_INL_H
#endif

#include "hebb/kernels/cpu/fft_io-inl.h"
#include "hebb/kernels/cpu/fft_lines.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

// Where the block's lines begin.
struct Starts {
  Starts(const Axes& axes, int64_t first, int64_t lines) : count(lines) {
    for (int64_t l = 0; l < count; ++l)
      at[l] = axes.offset(first + l);
    apart = count > 1 ? at[1] - at[0] : 1;
    for (int64_t l = 2; l < count; ++l)
      even = even && at[l] - at[l - 1] == apart;
  }
  int64_t count;
  int64_t at[64];
  bool even = true;  // they are equally far apart
  int64_t apart;
};

template <class W, class T>
class FftBlock {
 public:
  using R = typename W::R;
  FftBlock(const FftLines<R>& f, const void* in, void* out, const FftRange& lines, R* a, R* b)
      : f_(f), in_(in), out_(out), from_(f.in.starts, lines.from, lines.count),
        to_(f.out.starts, lines.to, lines.count), a_(a), b_(b) {}

  void run() {
    switch (f_.kind) {
      case FftKind::complex:
        return complex_to_complex();
      case FftKind::to_complex:
        return f_.in_pairs ? pairs_to_complex() : real_to_complex();
      case FftKind::to_real:
        return f_.in_pairs ? complex_to_pairs() : complex_to_real();
    }
  }

 private:
  // Backwards is forwards with real and imaginary parts swapped, before and after.
  void complex_to_complex() {
    if constexpr (std::is_same_v<R, T>)
      if (!f_.plan->padded && fills_vectors(from_) && fills_vectors(to_))
        return stages_between<W>(
            *f_.plan,
            NeighboursIn<W>{static_cast<const std::complex<R>*>(in_) + from_.at[0], f_.in.step,
                            f_.inverse, W::lanes},
            a_, b_,
            NeighboursOut<W>{static_cast<std::complex<R>*>(out_) + to_.at[0], f_.out.step,
                             f_.inverse, f_.scale, nullptr, 0, in_ == out_ ? 0 : W::lanes});
    read_complex(a_, f_.n, f_.inverse);
    write_complex(transform<W>(*f_.plan, a_, b_), f_.n, f_.inverse);
  }

  void real_to_complex() {
    for (int64_t l = 0; l < from_.count; ++l)
      for (int64_t i = 0; i < f_.n; ++i) {
        part(a_, i, 0, l) = R(real_in(l, i));
        part(a_, i, 1, l) = 0;
      }
    clear_rest<W>(a_, f_.n, from_.count);
    R* x = transform<W>(*f_.plan, a_, b_);
    for (int64_t k = 1; k <= f_.n / 2; ++k)
      put<W>(scaled(get<W>(x, k), f_.paired), x, k);
    write_complex(x, f_.n / 2 + 1, false);
  }

  // With Z the transform of x[2j] + i x[2j + 1]: the even elements' is (Z[k] + conj Z[-k]) / 2, the
  // odd ones' -i (Z[k] - conj Z[-k]) / 2.
  void pairs_to_complex() {
    const int64_t half = f_.n / 2;
    read_pairs(half);
    const R* z = transform<W>(*f_.plan, a_, b_);
    R* x = z == a_ ? b_ : a_;
    for (int64_t k = 0; k <= half; ++k) {
      const Complex<W> one = get<W>(z, k == half ? 0 : k),
                       opposite = get<W>(z, k == 0 ? 0 : half - k),
                       other = {opposite.re, W::set(0) - opposite.im};
      const R weight = R(0.5) * (k == 0 || k == half ? R(1) : f_.paired);
      const Complex<W> even = scaled(plus(one, other), weight),
                       odd = times_minus_i(scaled(minus(one, other), weight));
      put<W>(plus(even, times(odd, f_.turns[size_t(k)])), x, k);
    }
    write_complex(x, half + 1, false);
  }

  void complex_to_real() {
    const int64_t known = f_.n / 2 + 1;
    for (int64_t l = 0; l < from_.count; ++l)
      for (int64_t k = 0; k < known; ++k) {
        const std::complex<T> x = complex_in(l, k);
        const R weight = k == 0 ? R(1) : f_.paired, re = R(x.real()) * weight,
                im = k == 0 ? R(0) : R(x.imag()) * weight;
        part(a_, k, 0, l) = im;
        part(a_, k, 1, l) = re;
        if (k > 0) {
          part(a_, f_.n - k, 0, l) = -im;
          part(a_, f_.n - k, 1, l) = re;
        }
      }
    clear_rest<W>(a_, f_.n, from_.count);
    const R* x = transform<W>(*f_.plan, a_, b_);
    for (int64_t l = 0; l < to_.count; ++l)
      for (int64_t i = 0; i < f_.n; ++i)
        real_out(l, i) = T(part(x, i, 1, l) * f_.scale);
  }

  // The way back of pairs_to_complex.
  void complex_to_pairs() {
    const int64_t half = f_.n / 2;
    read_complex(b_, half + 1, false);
    for (int64_t l = 0; l < W::lanes; ++l)
      part(b_, 0, 1, l) = part(b_, half, 1, l) = 0;
    for (int64_t k = 0; k < half; ++k) {
      const Complex<W> one = get<W>(b_, k), opposite = get<W>(b_, half - k),
                       other = {opposite.re, W::set(0) - opposite.im};
      const R weight = k == 0 ? R(1) : f_.paired;
      const Complex<W> even = scaled(plus(one, other), weight),
                       odd =
                           times(scaled(minus(one, other), weight), std::conj(f_.turns[size_t(k)]));
      // even + i odd, swapped
      put<W>({even.im + odd.re, even.re - odd.im}, a_, k);
    }
    write_pairs(transform<W>(*f_.plan, a_, b_), half);
  }

  // Real numbers as complex ones, two by two, into a_.
  void read_pairs(int64_t half) {
    if constexpr (std::is_same_v<R, T>)
      if (from_.even && f_.in.step == 1 && (from_.count == 1 || from_.apart % 2 == 0))
        return read_lines<W>(
            {reinterpret_cast<const std::complex<R>*>(static_cast<const R*>(in_) + from_.at[0]),
             from_.apart / 2, 1, from_.count},
            half, false, a_);
    for (int64_t l = 0; l < from_.count; ++l)
      for (int64_t i = 0; i < half; ++i) {
        part(a_, i, 0, l) = R(real_in(l, 2 * i));
        part(a_, i, 1, l) = R(real_in(l, 2 * i + 1));
      }
    clear_rest<W>(a_, half, from_.count);
  }
  // The same back, with the parts swapped.
  void write_pairs(const R* z, int64_t half) {
    if constexpr (std::is_same_v<R, T>)
      if (to_.even && f_.out.step == 1 && (to_.count == 1 || to_.apart % 2 == 0))
        return write_lines<W>(
            z, half, true, f_.scale,
            {reinterpret_cast<std::complex<R>*>(static_cast<R*>(out_) + to_.at[0]), to_.apart / 2,
             1, to_.count});
    for (int64_t l = 0; l < to_.count; ++l)
      for (int64_t i = 0; i < half; ++i) {
        real_out(l, 2 * i) = T(part(z, i, 1, l) * f_.scale);
        real_out(l, 2 * i + 1) = T(part(z, i, 0, l) * f_.scale);
      }
  }

  void read_complex(R* x, int64_t n, bool swapped) {
    if constexpr (std::is_same_v<R, T>)
      if (from_.even)
        return read_lines<W>({static_cast<const std::complex<R>*>(in_) + from_.at[0], from_.apart,
                              f_.in.step, from_.count},
                             n, swapped, x);
    for (int64_t l = 0; l < from_.count; ++l)
      for (int64_t i = 0; i < n; ++i) {
        const std::complex<T> value = complex_in(l, i);
        part(x, i, swapped, l) = R(value.real());
        part(x, i, !swapped, l) = R(value.imag());
      }
    clear_rest<W>(x, n, from_.count);
  }
  void write_complex(const R* x, int64_t n, bool swapped) {
    auto* out = static_cast<std::complex<T>*>(out_);
    if constexpr (std::is_same_v<R, T>)
      if (to_.even)
        return write_lines<W>(x, n, swapped, f_.scale,
                              {out + to_.at[0], to_.apart, f_.out.step, to_.count});
    for (int64_t l = 0; l < to_.count; ++l)
      for (int64_t i = 0; i < n; ++i)
        out[to_.at[l] + i * f_.out.step] = {T(part(x, i, swapped, l) * f_.scale),
                                            T(part(x, i, !swapped, l) * f_.scale)};
  }

  // Lines lie side by side, one for each lane.
  static bool fills_vectors(const Starts& lines) {
    return lines.even && lines.apart == 1 && lines.count == W::lanes;
  }
  static R& part(R* x, int64_t i, bool imaginary, int64_t l) {
    return x[(2 * i + imaginary) * W::lanes + l];
  }
  static const R& part(const R* x, int64_t i, bool imaginary, int64_t l) {
    return x[(2 * i + imaginary) * W::lanes + l];
  }
  T real_in(int64_t l, int64_t i) const {
    return static_cast<const T*>(in_)[from_.at[l] + i * f_.in.step];
  }
  std::complex<T> complex_in(int64_t l, int64_t i) const {
    return static_cast<const std::complex<T>*>(in_)[from_.at[l] + i * f_.in.step];
  }
  T& real_out(int64_t l, int64_t i) const {
    return static_cast<T*>(out_)[to_.at[l] + i * f_.out.step];
  }

  const FftLines<R>& f_;
  const void* in_;
  void* out_;
  Starts from_, to_;
  R *a_, *b_;
};

// Lines in blocks, in parallel. T: the numbers in memory.
template <class W, class T>
void run_blocks(const FftLines<typename W::R>& f, const void* in, void* out,
                const FftRange& lines) {
  for_each_block(lines.count, W::lanes, f.n, [&](int64_t begin, int64_t end) {
    const FftWork<typename W::R> work(f.work(W::lanes));
    for (int64_t at = begin * W::lanes; at < std::min(end * W::lanes, lines.count); at += W::lanes)
      FftBlock<W, T>(f, in, out,
                     {lines.from + at, lines.to + at, std::min(W::lanes, lines.count - at)},
                     work.a(), work.b())
          .run();
  });
}

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
