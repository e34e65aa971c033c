// The sizes of a convolution by Winograd's algorithm (Lavin and Gray 2015, "Fast Algorithms for
// Convolutional Neural Networks"), how its work is cut, and when it pays. The output is cut in
// tiles of 2 x 2 or 4 x 4 results, which see 4 x 4 or 6 x 6 values of the input. Transformed tiles
// are multiplied with transformed filters element by element: 16 products instead of 36, or 36
// instead of 144.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "hebb/kernels/convolution.h"
#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

// The transforms evaluate polynomials at these points and at infinity. Of points for tiles of 4 x 4
// these lose the least among 0, ±a, ±b: with 0, ±1, ±2 of the paper errors are three to six times
// as large (3e-6 of the largest result now, of 512 channels).
constexpr double winograd_a = 0.75, winograd_b = 1.5;
inline std::span<const double> winograd_points(int64_t side) {
  static constexpr std::array points2{0.0, 1.0, -1.0};
  static constexpr std::array points4{0.0, winograd_a, -winograd_a, winograd_b, -winograd_b};
  return side == 2 ? std::span<const double>(points2) : std::span<const double>(points4);
}

// What is expected of a thread's second-level cache, as on most processors since 2017.
constexpr int64_t winograd_cache_bytes = 1 << 20;

struct WinogradSizes {
  int64_t batch, channels, height, width;  // of the input
  int64_t outs, out_height, out_width;
  int64_t top, left;                // padding
  int64_t side;                     // results in a row of a tile
  int64_t tile_rows, tile_columns;  // of a picture

  WinogradSizes(const Signature& s, int64_t side)
      : batch(s.in[0].shape[0]), channels(s.in[0].shape[1]), height(s.in[0].shape[2]),
        width(s.in[0].shape[3]), outs(s.out[0].shape[1]), out_height(s.out[0].shape[2]),
        out_width(s.out[0].shape[3]), top(s.attributes<ConvolutionAttrs>().padding[0]),
        left(s.attributes<ConvolutionAttrs>().padding[1]), side(side),
        tile_rows((out_height + side - 1) / side), tile_columns((out_width + side - 1) / side) {}

  int64_t values() const { return (side + 2) * (side + 2); }       // of a transformed tile
  int64_t tiles_each() const { return tile_rows * tile_columns; }  // of a picture
  int64_t tiles() const { return batch * tiles_each(); }
};

// What a convolution costs by plain sums of nine products and by tiles, in operations on vectors of
// so many lanes. A load, a store and a sum of vectors count as much as a product.
class WinogradCost {
 public:
  // batch: instead of the signature's.
  WinogradCost(const WinogradSizes& n, int64_t batch, int64_t lanes)
      : batch_(double(batch)), in_vectors_(double((n.channels + lanes - 1) / lanes)),
        out_vectors_(double((n.outs + lanes - 1) / lanes)),
        products_(double(n.channels) * out_vectors_), lanes_(double(lanes)) {}
  double plain(const WinogradSizes& n) const {
    return 9 * products_ * (batch_ * double(n.out_height * n.out_width) + to_load(9));
  }
  double of(const WinogradSizes& n) const {
    const double input = n.side == 2 ? 64 : 216, output = n.side == 2 ? 60 : 218;
    const auto values = double(n.values()), tiles = batch_ * double(n.tiles_each());
    return values * products_ * (tiles + to_load(values)) +
           tiles * (input * in_vectors_ + output * out_vectors_);
  }

 private:
  // A vector of weights counts as much as the products with so many tiles, or results: it comes
  // from the second-level cache, or from further away.
  double to_load(double values) const {
    return values * products_ * lanes_ * sizeof(float) <= double(winograd_cache_bytes) ? 4 : 8;
  }
  double batch_, in_vectors_, out_vectors_, products_, lanes_;
};

// The side of the tiles that cost clearly less than others; 0: plain sums do. Of the tiles the
// larger ones round a little more, and their weights are twice as large.
class WinogradChoice {
 public:
  WinogradChoice(const WinogradSizes& small, const WinogradSizes& large, int64_t lanes)
      : small_(small), large_(large), lanes_(lanes) {}
  int64_t side(int64_t batch) const {
    constexpr double clearly = 0.8, somewhat = 0.9;
    const WinogradCost cost(small_, batch, lanes_);
    const WinogradSizes& best = cost.of(large_) < somewhat * cost.of(small_) ? large_ : small_;
    return cost.of(best) < clearly * cost.plain(best) ? best.side : 0;
  }
  // The choice for one picture, so that its answer does not depend on the batch, unless that costs
  // a twentieth more.
  int64_t side_for_any_batch() const {
    constexpr double most = 1.05;
    const int64_t one = side(1), all = side(small_.batch);
    return cost(one) <= most * cost(all) ? one : all;
  }

 private:
  double cost(int64_t side) const {
    const WinogradCost cost(small_, small_.batch, lanes_);
    return side == 0 ? cost.plain(small_) : cost.of(side == 2 ? small_ : large_);
  }
  const WinogradSizes &small_, &large_;
  int64_t lanes_;
};

// Nothing where plain sums do, or where the convolution is not of 3 x 3 with a stride of 1.
inline std::optional<WinogradSizes> winograd_sizes(const Signature& s, int64_t lanes) {
  const auto& a = s.attributes<ConvolutionAttrs>();
  const Dims &w = s.in[1].shape, ones = {1, 1};
  if (w[2] != 3 || w[3] != 3 || a.groups != 1 || a.stride != ones || a.dilation != ones)
    return std::nullopt;
  const WinogradSizes small(s, 2), large(s, 4);
  const int64_t side = WinogradChoice(small, large, lanes).side_for_any_batch();
  if (side == 0)
    return std::nullopt;
  return side == 2 ? small : large;
}

// How the work is cut: blocks of tiles for groups of the output's panels. No result depends on it:
// each is one sum in the order of the channels.
struct WinogradWork {
  int64_t block_tiles, blocks, group_panels, groups;

  WinogradWork(const WinogradSizes& n, int64_t panel_width, int64_t threads) {
    const auto divided = [](int64_t a, int64_t b) { return (a + b - 1) / b; };
    // A block's transformed tiles and one panel of their products stay in most of the second-level
    // cache; a block of a few tiles would read all weights for little.
    constexpr int64_t block_floats = 3 << 16, few_tiles = 12;
    const int64_t tiles = n.tiles(), panels = divided(n.outs, panel_width),
                  most =
                      std::max(few_tiles, block_floats / (n.values() * (n.channels + panel_width)));
    // Large weights are divided among the threads, although each transforms all tiles then; small
    // ones only where there are not enough tiles.
    const bool large =
        n.values() * n.channels * n.outs * int64_t(sizeof(float)) > winograd_cache_bytes;
    groups = std::min(panels, large ? threads : divided(threads, divided(tiles, few_tiles)));
    const int64_t threads_each = divided(threads, groups);  // for the tiles of a group
    blocks = divided(divided(tiles, most), threads_each) * threads_each;
    block_tiles = divided(tiles, std::min(blocks, divided(tiles, few_tiles)));
    blocks = divided(tiles, block_tiles);
    group_panels = divided(panels, groups);
    groups = divided(panels, group_panels);
  }
};

}  // namespace hebb::cpu
