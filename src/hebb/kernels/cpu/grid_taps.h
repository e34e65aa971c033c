// Where one coordinate of a grid reads along its axis: up to four places with their weights, and
// the first and second derivatives of the weights by the coordinate. Source: PyTorch's
// GridSampler.h; cubic: Keys 1981 with a = -0.75.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "hebb/kernels/grid_sample.h"

namespace hebb::cpu {

enum class GridMode : uint8_t { linear, nearest, cubic };
enum class GridPadding : uint8_t { zeros, border, reflection };

struct GridTaps {
  int count = 0;
  std::array<int64_t, 4> place{};  // -1: outside, a zero
  std::array<double, 4> weight{}, slope{}, curve{};
};

class GridAxis {
 public:
  GridAxis() = default;
  GridAxis(int64_t size, const GridSampleAttrs& a)
      : size_(size), corners_(a.align_corners), mode_(a.mode == "nearest"   ? GridMode::nearest
                                                      : a.mode == "bicubic" ? GridMode::cubic
                                                                            : GridMode::linear),
        padding_(a.padding_mode == "border"       ? GridPadding::border
                 : a.padding_mode == "reflection" ? GridPadding::reflection
                                                  : GridPadding::zeros) {}

  // coordinate: -1 to 1 covers the axis.
  GridTaps taps(double coordinate) const {
    const double per_unit = double(corners_ ? size_ - 1 : size_) / 2;
    Position at{(coordinate + 1) * per_unit - (corners_ ? 0 : 0.5), per_unit};
    if (mode_ == GridMode::cubic)
      return cubic(at);
    at = padded(at);
    return mode_ == GridMode::nearest ? nearest(at) : linear(at);
  }

 private:
  struct Position {
    double x, slope;  // slope: how x changes with the coordinate
  };

  // Into the axis where the padding says so; a number that is none lies outside.
  Position padded(Position p) const {
    if (padding_ == GridPadding::reflection)
      p = corners_ ? reflected(p, 0, double(size_ - 1)) : reflected(p, -0.5, double(size_) - 0.5);
    if (padding_ != GridPadding::zeros) {
      const double last = double(size_ - 1);
      if (!(p.x > 0 && p.x < last))
        p = {p.x >= last ? last : 0, 0};
    }
    if (!std::isfinite(p.x) || std::abs(p.x) > 2e9)
      p = {-100, 0};
    return p;
  }
  static Position reflected(Position p, double low, double high) {
    const double span = high - low;
    if (span == 0)
      return {0, 0};
    const double away = std::abs(p.x - low), rest = std::fmod(away, span);
    const double turn = p.x < low ? -p.slope : p.slope;
    if (std::fmod(std::floor(away / span), 2) == 0)
      return {rest + low, turn};
    return {span - rest + low, -turn};
  }
  int64_t inside(double place) const {
    return place >= 0 && place < double(size_) ? int64_t(place) : -1;
  }

  GridTaps nearest(Position p) const {
    GridTaps t;
    t.count = 1;
    t.place[0] = inside(std::nearbyint(p.x));
    t.weight[0] = 1;
    return t;
  }
  GridTaps linear(Position p) const {
    const double low = std::floor(p.x), part = p.x - low;
    GridTaps t;
    t.count = 2;
    t.place = {inside(low), inside(low + 1)};
    t.weight = {1 - part, part};
    t.slope = {-p.slope, p.slope};
    return t;
  }
  GridTaps cubic(Position p) const {
    constexpr double a = -0.75;
    const double low = std::isfinite(p.x) ? std::floor(p.x) : -100, t = p.x - low;
    const auto near = [](double d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
    const auto far = [](double d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
    const auto near_slope = [](double d) { return (3 * (a + 2) * d - 2 * (a + 3)) * d; };
    const auto far_slope = [](double d) { return (3 * a * d - 10 * a) * d + 8 * a; };
    const auto near_curve = [](double d) { return 6 * (a + 2) * d - 2 * (a + 3); };
    const auto far_curve = [](double d) { return 6 * a * d - 10 * a; };
    GridTaps taps;
    taps.count = 4;
    for (int k = 0; k < 4; ++k)
      taps.place[size_t(k)] = inside(padded({low - 1 + k, 0}).x);
    taps.weight = {far(t + 1), near(t), near(1 - t), far(2 - t)};
    taps.slope = {far_slope(t + 1) * p.slope, near_slope(t) * p.slope, -near_slope(1 - t) * p.slope,
                  -far_slope(2 - t) * p.slope};
    const double square = p.slope * p.slope;
    taps.curve = {far_curve(t + 1) * square, near_curve(t) * square, near_curve(1 - t) * square,
                  far_curve(2 - t) * square};
    return taps;
  }

  int64_t size_ = 1;
  bool corners_ = false;
  GridMode mode_ = GridMode::linear;
  GridPadding padding_ = GridPadding::zeros;
};

}  // namespace hebb::cpu
