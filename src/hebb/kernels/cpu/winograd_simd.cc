// Convolution by Winograd's algorithm (winograd.h says which), f32, in plans. A thread takes a
// block of tiles through all three stages: the input's transform gives a matrix [tiles, channels]
// for each value of a tile, each is multiplied with a matrix of weights, and the products are
// transformed into results, which bias, sum and activation meet in registers. Input and output are
// channels-last, a vector is of channels. Compiled once per instruction set.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/winograd_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h
#include <hwy/highway.h>

#include "hebb/kernels/cpu/convolution_end-inl.h"
#include "hebb/kernels/cpu/packed_product-inl.h"

#include <fmt/format.h>

#include <array>
#include <span>

#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/winograd.h"

#ifndef HEBB_WINOGRAD_SIMD_ONCE
#define HEBB_WINOGRAD_SIMD_ONCE
namespace hebb::cpu {

// Tiles [begin, end) and the panels [first, last) of output channels.
struct WinogradChunk {
  int64_t begin, end, first, last;
};

struct WinogradLoops {
  int64_t (*lanes)();
  int64_t panel_vectors;  // of output channels in a panel of weights
  int64_t panel() const { return panel_vectors * lanes(); }
  void (*run)(const WinogradSizes& n, const ConvolutionEnd& end, const ConvolutionMemory& m,
              const WinogradChunk& chunk, float* scratch);
};

// Where a chunk's matrices lie in its scratch memory, in floats. Matrices are a vector further
// apart than they are long: a distance of 4 KiB would put all in one set of the nearest cache.
struct WinogradScratch {
  int64_t tile_row, tile_step;        // of transformed tiles: between tiles, between matrices
  int64_t product_row, product_step;  // of products
  WinogradScratch(const WinogradSizes& n, int64_t lanes, int64_t panel, int64_t tiles)
      : tile_row((n.channels + lanes - 1) / lanes * lanes), tile_step(tiles * tile_row + lanes),
        product_row(panel), product_step(tiles * product_row + lanes) {}
  int64_t products(int64_t values) const { return values * tile_step; }
  int64_t zeros(int64_t values) const { return values * (tile_step + product_step); }
  int64_t floats(int64_t values) const { return zeros(values) + tile_row; }
};

}  // namespace hebb::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// One dimension of a tile's transform, Bᵀ d: the products of (x - q) over all points but one, for
// the points of winograd_points() and then for infinity.
HWY_INLINE HWY_ATTR void transform_values(const V (&d)[4], V (&to)[4]) {
  to[0] = hn::Sub(d[2], d[0]);
  to[1] = hn::Add(d[2], d[1]);
  to[2] = hn::Sub(d[2], d[1]);
  to[3] = hn::Sub(d[3], d[1]);
}
// The points 0, ±a, ±b with their squares, all exact in f32.
struct Points {
  static constexpr float a = winograd_a, b = winograd_b, a2 = a * a, b2 = b * b;
};
HWY_INLINE HWY_ATTR void transform_values(const V (&d)[6], V (&to)[6]) {
  const D f;
  const V a = hn::Set(f, Points::a), b = hn::Set(f, Points::b), square_a = hn::Set(f, Points::a2),
          square_b = hn::Set(f, Points::b2), both = hn::Set(f, Points::a2 * Points::b2),
          either = hn::Set(f, Points::a2 + Points::b2);
  to[0] = hn::MulAdd(both, d[0], hn::NegMulAdd(either, d[2], d[4]));
  const V even1 = hn::NegMulAdd(square_b, d[2], d[4]), odd1 = hn::NegMulAdd(square_b, d[1], d[3]),
          even2 = hn::NegMulAdd(square_a, d[2], d[4]), odd2 = hn::NegMulAdd(square_a, d[1], d[3]);
  to[1] = hn::MulAdd(a, odd1, even1);
  to[2] = hn::NegMulAdd(a, odd1, even1);
  to[3] = hn::MulAdd(b, odd2, even2);
  to[4] = hn::NegMulAdd(b, odd2, even2);
  to[5] = hn::MulAdd(both, d[1], hn::NegMulAdd(either, d[3], d[5]));
}

// One dimension of the products' transform, Aᵀ m: the powers of the points.
HWY_INLINE HWY_ATTR void transform_products(const V (&m)[4], V (&to)[2]) {
  to[0] = hn::Add(m[0], hn::Add(m[1], m[2]));
  to[1] = hn::Add(m[3], hn::Sub(m[1], m[2]));
}
HWY_INLINE HWY_ATTR void transform_products(const V (&m)[6], V (&to)[4]) {
  const D f;
  const V even1 = hn::Add(m[1], m[2]), odd1 = hn::Sub(m[1], m[2]), even2 = hn::Add(m[3], m[4]),
          odd2 = hn::Sub(m[3], m[4]);
  to[0] = hn::Add(m[0], hn::Add(even1, even2));
  to[1] = hn::MulAdd(hn::Set(f, Points::a), odd1, hn::Mul(hn::Set(f, Points::b), odd2));
  to[2] = hn::MulAdd(hn::Set(f, Points::a2), even1, hn::Mul(hn::Set(f, Points::b2), even2));
  to[3] = hn::MulAdd(hn::Set(f, Points::a2 * Points::a), odd1,
                     hn::MulAdd(hn::Set(f, Points::b2 * Points::b), odd2, m[5]));
}

// Where a tile is.
struct TilePlace {
  int64_t picture, row, column;  // of the first result
  TilePlace(const WinogradSizes& n, int64_t tile)
      : picture(tile / n.tiles_each()), row(tile % n.tiles_each() / n.tile_columns * n.side),
        column(tile % n.tile_columns * n.side) {}
};

// Transforms the values under one tile, for all channels. to: the tile's row of the first matrix.
template <int Side>
HWY_ATTR void transform_tile(const WinogradSizes& n, const float* x, const float* zeros,
                             const TilePlace& tile, float* to, int64_t step) {
  constexpr int seen = Side + 2;
  const float* from[seen][seen];
  for (int i = 0; i < seen; ++i)
    for (int j = 0; j < seen; ++j) {
      const int64_t row = tile.row - n.top + i, column = tile.column - n.left + j;
      const bool inside = row >= 0 && row < n.height && column >= 0 && column < n.width;
      from[i][j] =
          inside ? x + ((tile.picture * n.height + row) * n.width + column) * n.channels : zeros;
    }
  for_each_lanes(n.channels, [&](int64_t c, int64_t here, int64_t lanes) HWY_ATTR {
    V down[seen][seen];
#pragma GCC unroll 6
    for (int j = 0; j < seen; ++j) {
      V values[seen], made[seen];
#pragma GCC unroll 6
      for (int i = 0; i < seen; ++i)
        values[i] = load(from[i][j] + c, here, lanes);
      transform_values(values, made);
#pragma GCC unroll 6
      for (int i = 0; i < seen; ++i)
        down[i][j] = made[i];
    }
#pragma GCC unroll 6
    for (int i = 0; i < seen; ++i) {
      V made[seen];
      transform_values(down[i], made);
#pragma GCC unroll 6
      for (int j = 0; j < seen; ++j)
        hn::Store(made[j], D(), to + (i * seen + j) * step + c);
    }
  });
}

// The results of one tile in the channels [first, first + count) from its products.
template <int Side, class Function>
HWY_ATTR void finish_tile(Function function, const WinogradSizes& n, const ConvolutionEnd& end,
                          const ConvolutionMemory& m, const TilePlace& tile, int64_t first,
                          int64_t count, const float* products, int64_t step) {
  constexpr int seen = Side + 2;
  const int64_t rows = std::min<int64_t>(Side, n.out_height - tile.row),
                columns = std::min<int64_t>(Side, n.out_width - tile.column),
                place = ((tile.picture * n.out_height + tile.row) * n.out_width + tile.column) *
                            n.outs +
                        first;
  for_each_lanes(count, [&](int64_t c, int64_t here, int64_t lanes) HWY_ATTR {
    V down[Side][seen];
#pragma GCC unroll 6
    for (int j = 0; j < seen; ++j) {
      V values[seen], made[Side];
#pragma GCC unroll 6
      for (int i = 0; i < seen; ++i)
        values[i] = hn::Load(D(), products + (i * seen + j) * step + c);
      transform_products(values, made);
#pragma GCC unroll 6
      for (int i = 0; i < Side; ++i)
        down[i][j] = made[i];
    }
    const V bias = m.bias ? load(m.bias + first + c, here, lanes) : hn::Zero(D());
#pragma GCC unroll 6
    for (int i = 0; i < Side; ++i) {
      if (i >= rows)
        return;
      V made[Side];
      transform_products(down[i], made);
#pragma GCC unroll 6
      for (int j = 0; j < Side; ++j)
        if (j < columns)
          put_results(function, end, m, hn::Add(made[j], bias),
                      place + (i * n.out_width + j) * n.outs + c, here, lanes);
    }
  });
}

template <int Side>
HWY_ATTR void winograd_chunk(const WinogradSizes& n, const ConvolutionEnd& end,
                             const ConvolutionMemory& m, const WinogradChunk& chunk,
                             float* scratch) {
  constexpr int64_t values = (Side + 2) * (Side + 2);
  const auto lanes = int64_t(hn::Lanes(D()));
  const int64_t count = chunk.end - chunk.begin, panel = panel_vectors * lanes;
  const WinogradScratch at(n, lanes, panel, count);
  float *products = scratch + at.products(values), *zeros = scratch + at.zeros(values);
  std::fill_n(zeros, at.tile_row, 0.0f);
  for (int64_t t = 0; t < count; ++t)
    transform_tile<Side>(n, m.x, zeros, TilePlace(n, chunk.begin + t), scratch + t * at.tile_row,
                         at.tile_step);
  for (int64_t p = chunk.first; p < chunk.last; ++p) {
    const int64_t first = p * panel, width = vectors_from(first, n.outs, lanes) * lanes;
    for (int64_t k = 0; k < values; ++k)
      multiply({.a = scratch + k * at.tile_step,
                .a_row = at.tile_row,
                .a_inner = 1,
                .b = m.weight + (values * first + k * width) * n.channels,
                .panel_rows = n.channels,
                .inner = n.channels,
                .columns = width,
                .start = nullptr,
                .start_row = 0,
                .c = products + k * at.product_step,
                .c_row = at.product_row},
               count);
    with_function(end, [&](auto function) HWY_ATTR {
      for (int64_t t = 0; t < count; ++t)
        finish_tile<Side>(function, n, end, m, TilePlace(n, chunk.begin + t), first,
                          std::min(width, n.outs - first), products + t * at.product_row,
                          at.product_step);
    });
  }
}

HWY_ATTR void winograd_run(const WinogradSizes& n, const ConvolutionEnd& end,
                           const ConvolutionMemory& m, const WinogradChunk& chunk, float* scratch) {
  if (n.side == 2)
    winograd_chunk<2>(n, end, m, chunk, scratch);
  else
    winograd_chunk<4>(n, end, m, chunk, scratch);
}

HWY_ATTR int64_t lanes_here() {
  return int64_t(hn::Lanes(D()));
}

}  // namespace

const WinogradLoops* winograd_loops() {
  static constexpr WinogradLoops loops{lanes_here, panel_vectors, winograd_run};
  return &loops;
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(winograd_loops);
namespace {

// The weight [outs, channels, 3, 3] transformed and packed: panels of output channels, in each a
// matrix [channels, width of the panel] for every value of a tile, with zeros beyond the last
// channel.
class WinogradPacking : public Packing {
 public:
  WinogradPacking(const Operand& weight, int64_t side, const WinogradLoops& loops)
      : outs_(weight.shape[0]), channels_(weight.shape[1]), side_(side), lanes_(loops.lanes()),
        panel_(loops.panel()), strides_(weight.strides) {
    bytes = size_t((outs_ + lanes_ - 1) / lanes_ * lanes_ * channels_ * values()) * sizeof(float);
    form = fmt::format("winograd {}: {} in {} of {} by {}", side, lanes_, panel_,
                       to_string(weight.shape), to_string(strides_));
  }
  void pack(const void* from, void* to) const override {
    parallel_for((outs_ + panel_ - 1) / panel_, 1, [&](int64_t begin, int64_t end) {
      for (int64_t p = begin; p < end; ++p)
        pack_panel(static_cast<const float*>(from), p * panel_,
                   static_cast<float*>(to) + p * panel_ * channels_ * values());
    });
  }

 private:
  static constexpr size_t most = 6;  // values in a row of a tile
  using Row = std::array<double, most>;
  int64_t values() const { return (side_ + 2) * (side_ + 2); }

  void pack_panel(const float* from, int64_t first, float* to) const {
    const int64_t here = std::min(panel_, outs_ - first),
                  width = (here + lanes_ - 1) / lanes_ * lanes_;
    std::fill_n(to, values() * channels_ * width, 0.0f);
    for (int64_t o = 0; o < here; ++o)
      for (int64_t c = 0; c < channels_; ++c)
        pack_filter(from + (first + o) * strides_[0] + c * strides_[1], to + c * width + o,
                    channels_ * width);
  }
  // G g Gᵀ, in f64 and rounded once.
  void pack_filter(const float* g, float* to, int64_t step) const {
    std::array<Row, 3> down;
    for (int64_t j = 0; j < 3; ++j)
      down[size_t(j)] = transformed(g[j * strides_[3]], g[strides_[2] + j * strides_[3]],
                                    g[2 * strides_[2] + j * strides_[3]]);
    for (size_t i = 0; i < size_t(side_ + 2); ++i) {
      const Row row = transformed(down[0][i], down[1][i], down[2][i]);
      for (size_t j = 0; j < size_t(side_ + 2); ++j, to += step)
        *to = float(row[j]);
    }
  }
  // One dimension of a filter's transform: the polynomial at each point p, over the product of
  // (p - q) for all other points q; and at infinity.
  Row transformed(double a, double b, double c) const {
    Row row{};
    const std::span<const double> points = winograd_points(side_);
    for (size_t i = 0; i < points.size(); ++i) {
      const double p = points[i];
      double divisor = 1;
      for (const double q : points)
        divisor *= p == q ? 1 : p - q;
      row[i] = (a + p * b + p * p * c) / divisor;
    }
    row[points.size()] = c;
    return row;
  }

  int64_t outs_, channels_, side_, lanes_, panel_;
  Dims strides_;
};

class WinogradConvolution : public PackedConvolution {
 public:
  WinogradConvolution(const Signature& s, const WinogradSizes& n, const WinogradLoops& loops)
      : PackedConvolution(s), n_(n), loops_(loops), panel_(loops.panel()),
        work_(n, panel_, s.threads) {
    name = n.side == 2 ? "winograd_2x2" : "winograd_4x4";
    const WinogradScratch scratch(n, loops.lanes(), panel_, work_.block_tiles);
    cut(work_.blocks * work_.groups, s.threads, scratch.floats(n.values()));
    packs = {nullptr, std::make_shared<WinogradPacking>(s.in[1], n.side, loops)};
    wants_in[0] = unless_so(s.in[0], channels_last_strides(s.in[0].shape));
  }

  void run(const Buffers& b) const override {
    const ConvolutionMemory m = memory(b);
    each_chunk(b, [&](int64_t i, float* scratch) { loops_.run(n_, end_, m, chunk(i), scratch); });
  }

 private:
  // Group by group, so that a thread keeps its part of the weights.
  WinogradChunk chunk(int64_t i) const {
    const int64_t tile = i % work_.blocks * work_.block_tiles,
                  first = i / work_.blocks * work_.group_panels;
    return {tile, std::min(n_.tiles(), tile + work_.block_tiles), first,
            std::min((n_.outs + panel_ - 1) / panel_, first + work_.group_panels)};
  }

  WinogradSizes n_;
  const WinogradLoops& loops_;
  int64_t panel_;  // output channels
  WinogradWork work_;
};

}  // namespace

namespace impl {

PreparedKernel convolution_winograd(const Signature& s) {
  const WinogradLoops& loops = *HWY_DYNAMIC_DISPATCH(winograd_loops)();
  if (!suits_packed_convolution(s, loops.lanes()))
    return nullptr;
  const std::optional<WinogradSizes> n = winograd_sizes(s, loops.lanes());
  return n ? make_kernel<WinogradConvolution>(s, *n, loops) : nullptr;
}

}  // namespace impl
}  // namespace hebb::cpu
#endif
