// Products of a few rows of f32 with a packed matrix, for one thread: C = A B, or C += A B.
// Recurrent steps and tiles of attention are made of these. Each element is one sum in the order
// of the inner dimension, whatever the number of rows. Included once per instruction set, after
// hwy/highway.h.
//
// B [inner, columns] is packed in panels of four vectors of columns; the last panel has as many
// vectors as it needs, and zeros beyond the last column.

#if defined(HEBB_PACKED_PRODUCT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_PACKED_PRODUCT_INL_H
#undef HEBB_PACKED_PRODUCT_INL_H
#else
#define HEBB_PACKED_PRODUCT_INL_H
#endif

#include <algorithm>
#include <cstdint>

#include "hebb/kernels/cpu/lanes-inl.h"
#include "hebb/kernels/cpu/transpose_tile.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

constexpr int64_t panel_vectors = 4;
// The vectors of the panel that begins with this column.
inline int64_t vectors_from(int64_t column, int64_t columns, int64_t lanes) {
  return std::min(panel_vectors, (columns - column + lanes - 1) / lanes);
}

// Floats of a packed matrix.
[[maybe_unused]] HWY_ATTR int64_t packed_size(int64_t inner, int64_t columns) {
  const auto lanes = int64_t(hn::Lanes(D()));
  return inner * ((columns + lanes - 1) / lanes * lanes);
}

// Element (k, j) of B is at b[k * inner_step + j * column_step].
[[maybe_unused]] HWY_ATTR void pack_panels(const float* b, int64_t inner_step, int64_t column_step,
                                           int64_t inner, int64_t columns, float* to) {
  const auto lanes = int64_t(hn::Lanes(D()));
  for (int64_t c = 0; c < columns; c += panel_vectors * lanes) {
    const int64_t width = vectors_from(c, columns, lanes) * lanes,
                  here = std::min(width, columns - c);
    if (inner_step == 1 && column_step != 1 && here == width) {
      transpose_tile(b + c * column_step, column_step, to, width, inner, width);
      to += inner * width;
      continue;
    }
    for (int64_t k = 0; k < inner; ++k, to += width) {
      const float* from = b + k * inner_step + c * column_step;
      if (column_step == 1)
        std::copy_n(from, here, to);
      else
        for (int64_t j = 0; j < here; ++j)
          to[j] = from[j * column_step];
      std::fill(to + here, to + width, 0.0f);
    }
  }
}

// C [rows, columns] = start + A B. A is given by steps, so its rows may be another matrix' columns.
struct Product {
  const float* a;
  int64_t a_row, a_inner;
  const float* b;      // packed, from a panel's first column on
  int64_t panel_rows;  // rows of B in a panel
  int64_t first = 0;   // the first of them that takes part
  int64_t inner, columns;
  const float* start;  // null: zeros
  int64_t start_row;
  float* c;
  int64_t c_row;
};

// The loops over R and N have to be unrolled before the sums can be registers. step: floats between
// the panel's rows.
template <int R, int N>
HWY_INLINE HWY_ATTR void tile(const Product& p, const float* panel, int64_t step, int64_t row,
                              int64_t column, int64_t lanes) {
  const D d;
  const int64_t last = std::min(lanes, p.columns - column - (N - 1) * lanes);
  V sum[R][N];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 16
    for (int n = 0; n < N; ++n)
      sum[r][n] = p.start ? load(p.start + (row + r) * p.start_row + column + n * lanes,
                                 n == N - 1 ? last : lanes, lanes)
                          : hn::Zero(d);
  const float* a = p.a + row * p.a_row;
  for (int64_t k = 0; k < p.inner; ++k, panel += step, a += p.a_inner) {
    V b[N];
#pragma GCC unroll 16
    for (int n = 0; n < N; ++n)
      b[n] = hn::Load(d, panel + n * lanes);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const V x = hn::Set(d, a[r * p.a_row]);
#pragma GCC unroll 16
      for (int n = 0; n < N; ++n)
        sum[r][n] = hn::MulAdd(x, b[n], sum[r][n]);
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r)
#pragma GCC unroll 16
    for (int n = 0; n < N; ++n)
      store(sum[r][n], p.c + (row + r) * p.c_row + column + n * lanes, n == N - 1 ? last : lanes,
            lanes);
}

// Rows by R at a time, then what is left by R / 2, and so on. -> the first row that is left
template <int R, int N>
HWY_ATTR int64_t tiles(const Product& p, const float* panel, int64_t step, int64_t row,
                       int64_t rows, int64_t column, int64_t lanes) {
  for (; row + R <= rows; row += R)
    tile<R, N>(p, panel, step, row, column, lanes);
  if constexpr (R > 1)
    row = tiles<R / 2, N>(p, panel, step, row, rows, column, lanes);
  return row;
}

// All rows with a panel of N vectors. Sums are registers, next to the panel's vectors and one of A:
// of AVX-512's 32 or of 16.
template <int N>
HWY_ATTR void panel_product(const Product& p, const float* panel, int64_t rows, int64_t column,
                            int64_t lanes) {
  const int64_t step = N * lanes;
#if HWY_TARGET <= HWY_AVX3
  tiles<6, N>(p, panel, step, 0, rows, column, lanes);
#else
  if constexpr (N == 4) {
    // Two vectors at a time read less of the panel for each sum.
    int64_t row = 0;
    for (; row + 6 <= rows; row += 6)
      for (int half = 0; half < 4; half += 2)
        tile<6, 2>(p, panel + half * lanes, step, row, column + half * lanes, lanes);
    tiles<2, 4>(p, panel, step, row, rows, column, lanes);
  } else {
    tiles<N == 3 ? 4 : 12 / N, N>(p, panel, step, 0, rows, column, lanes);
  }
#endif
}

[[maybe_unused]] HWY_ATTR void multiply(const Product& p, int64_t rows) {
  const auto lanes = int64_t(hn::Lanes(D()));
  for (int64_t c = 0; c < p.columns; c += panel_vectors * lanes) {
    const int64_t vectors = vectors_from(c, p.columns, lanes);
    const float* panel = p.b + c * p.panel_rows + p.first * vectors * lanes;
    if (vectors == 4)
      panel_product<4>(p, panel, rows, c, lanes);
    else if (vectors == 3)
      panel_product<3>(p, panel, rows, c, lanes);
    else if (vectors == 2)
      panel_product<2>(p, panel, rows, c, lanes);
    else
      panel_product<1>(p, panel, rows, c, lanes);
  }
}

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
