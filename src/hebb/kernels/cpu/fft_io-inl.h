// Complex lines in memory to vectors whose lanes are lines, and back. Included once per instruction
// set. Lines that lie side by side are read as they are; those that lie one behind the other go
// through small tiles that are transposed.

#if defined(HEBB_FFT_IO_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_FFT_IO_INL_H
#undef HEBB_FFT_IO_INL_H
#else
#define HEBB_FFT_IO_INL_H
#endif

#include "hebb/kernels/cpu/fft-inl.h"
#include "hebb/kernels/cpu/transpose_tile.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

// `count` lines, one for a lane, at even distances. C: std::complex of R, or that as a constant.
template <class C>
struct ComplexLines {
  C* first;
  int64_t apart, step;  // from a line to the next, and from an element to the next
  int64_t count;
  // They lie side by side, one for each lane.
  bool fills(int64_t lanes) const { return apart == 1 && count == lanes; }
};

// The other lanes of a block with fewer lines.
template <class W>
void clear_rest(typename W::R* x, int64_t n, int64_t count) {
  for (int64_t i = 0; i < 2 * n && count < W::lanes; ++i)
    std::fill(x + i * W::lanes + count, x + (i + 1) * W::lanes, typename W::R(0));
}

constexpr int64_t tile_rows = 16;

template <class W>
HWY_INLINE Complex<W> product_of(Complex<W> a, Complex<W> b) {
  return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

template <class W>
HWY_INLINE Complex<W> get_pairs(const typename W::R* p, bool swapped) {
  Complex<W> v;
  W::load_pairs(p, v.re, v.im);
  return swapped ? Complex<W>{v.im, v.re} : v;
}
template <class W>
HWY_INLINE void put_pairs(Complex<W> v, bool swapped, typename W::R* p) {
  W::store_pairs(swapped ? v.im : v.re, swapped ? v.re : v.im, p);
}

// Has a vector of neighbours brought into the first-level cache. Strides of stages are no pattern
// that a processor foresees, so without this each line waits for memory.
template <class W, bool Write>
HWY_INLINE void fetch(const std::complex<typename W::R>* p) {
  constexpr int64_t bytes = 2 * W::lanes * int64_t(sizeof(typename W::R)), cache_line = 64;
  for (int64_t b = 0; b < bytes; b += cache_line)
    __builtin_prefetch(reinterpret_cast<const char*>(p) + b, Write);
}

// Elements of lines that lie side by side, a vector of neighbours for each: the first ones, and the
// distance to the next. ahead: the distance to those that are needed next, which are fetched; 0:
// there are none.
template <class W>
struct NeighboursIn {
  const std::complex<typename W::R>* first;
  int64_t step;
  bool swapped;
  int64_t ahead = 0;
  HWY_INLINE Complex<W> get(int64_t i) const {
    if (ahead != 0)
      fetch<W, false>(first + i * step + ahead);
    return get_pairs<W>(reinterpret_cast<const typename W::R*>(first + i * step), swapped);
  }
};
// turns: numbers that they are multiplied by, in rows that are turns_step apart; may be null.
template <class W>
struct NeighboursOut {
  std::complex<typename W::R>* first;
  int64_t step;
  bool swapped;
  typename W::R scale = 1;
  const std::complex<typename W::R>* turns = nullptr;
  int64_t turns_step = 0;
  int64_t ahead = 0;
  HWY_INLINE void put(Complex<W> v, int64_t i) const {
    if (ahead != 0)
      fetch<W, true>(first + i * step + ahead);
    if (turns)
      v = product_of(
          v, get_pairs<W>(reinterpret_cast<const typename W::R*>(turns + i * turns_step), false));
    put_pairs<W>(scaled(v, scale), swapped, reinterpret_cast<typename W::R*>(first + i * step));
  }
  NeighboursOut every(int64_t k, int64_t radix) const {
    NeighboursOut some = *this;
    some.first += k * step;
    some.step *= radix;
    if (turns)
      some.turns += k * turns_step;
    some.turns_step *= radix;
    return some;
  }
};

// n elements of each line. swapped: real and imaginary parts change places.
template <class W>
void read_lines(const ComplexLines<const std::complex<typename W::R>>& lines, int64_t n,
                bool swapped, typename W::R* x) {
  using R = typename W::R;
  if (lines.fills(W::lanes)) {
    const NeighboursIn<W> from{lines.first, lines.step, swapped};
    for (int64_t i = 0; i < n; ++i)
      put<W>(from.get(i), x, i);
    return;
  }
  if (lines.step == 1) {
    alignas(64) R tile[tile_rows * 2 * W::lanes] = {};
    auto* to = reinterpret_cast<std::complex<R>*>(tile);
    for (int64_t i = 0; i < n; i += tile_rows) {
      const int64_t rows = std::min(tile_rows, n - i);
      transpose_tile(lines.first + i, lines.apart, to, W::lanes, rows, lines.count);
      for (int64_t r = 0; r < rows; ++r)
        put<W>(get_pairs<W>(tile + r * 2 * W::lanes, swapped), x, i + r);
    }
    return;
  }
  for (int64_t l = 0; l < lines.count; ++l)
    for (int64_t i = 0; i < n; ++i) {
      const std::complex<R> value = lines.first[l * lines.apart + i * lines.step];
      x[(2 * i + swapped) * W::lanes + l] = value.real();
      x[(2 * i + !swapped) * W::lanes + l] = value.imag();
    }
  clear_rest<W>(x, n, lines.count);
}

// The same back, times scale.
template <class W>
void write_lines(const typename W::R* x, int64_t n, bool swapped, typename W::R scale,
                 const ComplexLines<std::complex<typename W::R>>& lines) {
  using R = typename W::R;
  if (lines.fills(W::lanes)) {
    const NeighboursOut<W> to{lines.first, lines.step, swapped, scale};
    for (int64_t i = 0; i < n; ++i)
      to.put(get<W>(x, i), i);
    return;
  }
  if (lines.step == 1) {
    alignas(64) R tile[tile_rows * 2 * W::lanes];
    const auto* from = reinterpret_cast<const std::complex<R>*>(tile);
    for (int64_t i = 0; i < n; i += tile_rows) {
      const int64_t rows = std::min(tile_rows, n - i);
      for (int64_t r = 0; r < rows; ++r)
        put_pairs<W>(scaled(get<W>(x, i + r), scale), swapped, tile + r * 2 * W::lanes);
      transpose_tile(from, W::lanes, lines.first + i, lines.apart, lines.count, rows);
    }
    return;
  }
  for (int64_t l = 0; l < lines.count; ++l)
    for (int64_t i = 0; i < n; ++i)
      lines.first[l * lines.apart + i * lines.step] = {
          x[(2 * i + swapped) * W::lanes + l] * scale,
          x[(2 * i + !swapped) * W::lanes + l] * scale};
}

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
