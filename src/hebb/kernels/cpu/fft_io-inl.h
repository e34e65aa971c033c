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
};

// The other lanes of a block with fewer lines.
template <class W>
void clear_rest(typename W::R* x, int64_t n, int64_t count) {
  for (int64_t i = 0; i < 2 * n && count < W::lanes; ++i)
    std::fill(x + i * W::lanes + count, x + (i + 1) * W::lanes, typename W::R(0));
}

constexpr int64_t tile_rows = 16;

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

// n elements of each line. swapped: real and imaginary parts change places.
template <class W>
void read_lines(const ComplexLines<const std::complex<typename W::R>>& lines, int64_t n,
                bool swapped, typename W::R* x) {
  using R = typename W::R;
  if (lines.apart == 1 && lines.count == W::lanes) {
    for (int64_t i = 0; i < n; ++i)
      put<W>(get_pairs<W>(reinterpret_cast<const R*>(lines.first + i * lines.step), swapped), x, i);
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
  if (lines.apart == 1 && lines.count == W::lanes) {
    for (int64_t i = 0; i < n; ++i)
      put_pairs<W>(scaled(get<W>(x, i), scale), swapped,
                   reinterpret_cast<R*>(lines.first + i * lines.step));
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
