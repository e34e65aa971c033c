// What the kernels of regions of pictures share. Boxes [K, 5]: the sample's number, x1, y1, x2, y2.
// Coordinates are computed in f64.
#pragma once

#include <algorithm>
#include <cmath>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/kernels/cpu/accumulate.h"
#include "hebb/kernels/cpu/wide.h"
#include "hebb/kernels/kernel.h"
#include "hebb/kernels/roi.h"

namespace hebb::cpu {

inline constexpr int64_t roi_grain = 1 << 10;
inline constexpr double most_pixels = 1 << 20;  // of a box's side, so that nobody waits for ever

class Boxes {
 public:
  Boxes(const Operand& boxes, int64_t samples, double scale)
      : count(boxes.shape[0]), row_(boxes.strides[0]), column_(boxes.strides[1]), samples_(samples),
        scale_(scale) {}

  // Error: a box names no sample, or is not finite.
  template <class T>
  void check_all(const T* boxes) const {
    for (int64_t k = 0; k < count; ++k) {
      const double sample = value(boxes, k, 0);
      check(sample >= 0 && sample < double(samples_),
            "boxes[{}, 0] is {}, should be the number of one of the {} samples", k, sample,
            samples_);
      for (int64_t i = 1; i < 5; ++i)
        check(std::abs(value(boxes, k, i)) * scale_ <= most_pixels,
              "boxes[{}, {}] is {}, should be a place within {} pixels", k, i, value(boxes, k, i),
              most_pixels);
    }
  }
  template <class T>
  double value(const T* boxes, int64_t k, int64_t i) const {
    return wide(boxes[k * row_ + i * column_]);
  }
  // Place i of box k in pixels.
  template <class T>
  double place(const T* boxes, int64_t k, int64_t i) const {
    return value(boxes, k, i) * scale_;
  }

  int64_t count;

 private:
  int64_t row_, column_, samples_;
  double scale_;
};

// The samples of one bin along one dimension: calls f(place, weight) for both neighbours of each.
struct RoiAxis {
  double start, bin;
  int64_t samples, size;

  RoiAxis(double start, double length, int64_t bins, int64_t ratio, int64_t size)
      : start(start), bin(length / double(bins)),
        samples(ratio > 0 ? ratio : int64_t(std::ceil(length / double(bins)))), size(size) {}
  template <class F>
  void each(int64_t i, F&& f) const {
    const auto [from, to] = near_the_picture(i);
    for (int64_t k = from; k < to; ++k) {
      double at = start + double(i) * bin + (double(k) + 0.5) * bin / double(samples);
      if (at < -1 || at > double(size))
        continue;
      at = std::max(at, 0.0);
      const int64_t low = std::min(int64_t(at), size - 1), high = std::min(low + 1, size - 1);
      const double part = low == size - 1 ? 0 : at - double(low);
      f(low, 1 - part);
      if (part > 0)
        f(high, part);
    }
  }

 private:
  // All samples that may lie within [-1, size]: a box may be much larger than the picture.
  std::pair<int64_t, int64_t> near_the_picture(int64_t i) const {
    const double step = bin / double(samples), first = start + double(i) * bin;
    if (!(step > 0))
      return {0, samples};
    const double from = std::floor((-1 - first) / step) - 1,
                 to = std::ceil((double(size) - first) / step) + 1;
    return {int64_t(std::clamp(from, 0.0, double(samples))),
            int64_t(std::clamp(to, 0.0, double(samples)))};
  }
};

struct AlignedBox {
  int64_t sample;
  RoiAxis down, across;
  double share;  // of each sample in the mean

  // Of bin (i, j) in one plane.
  template <class A, class T>
  A mean(int64_t i, int64_t j, const T* plane, int64_t row, int64_t column) const {
    A sum(0);
    down.each(i, [&](int64_t y, double wy) {
      across.each(j, [&](int64_t x, double wx) {
        sum += A(wy * wx) * wide<A>(plane[y * row + x * column]);
      });
    });
    return sum * A(share);
  }
  // The gradient g of bin (i, j), added to the pixels that it was made of: a dense plane.
  template <class A>
  void spread(int64_t i, int64_t j, A g, A* plane, int64_t width) const {
    g *= A(share);
    down.each(i, [&](int64_t y, double wy) {
      across.each(j, [&](int64_t x, double wx) { plane[y * width + x] += A(wy * wx) * g; });
    });
  }
};

class Align {
 public:
  // input, bins: shapes of the picture's side and of the boxes' side.
  Align(const RoiAlignAttrs& a, const Operand& boxes, const Dims& input, const Dims& bins)
      : boxes(boxes, input[0], a.spatial_scale), a_(a), height_(input[2]), width_(input[3]),
        down_(bins[2]), across_(bins[3]) {}

  template <class T>
  AlignedBox box(const T* data, int64_t k) const {
    const double shift = a_.aligned ? 0.5 : 0, x = boxes.place(data, k, 1) - shift,
                 y = boxes.place(data, k, 2) - shift, least = a_.aligned ? -2 * most_pixels : 1,
                 width = std::max(boxes.place(data, k, 3) - shift - x, least),
                 height = std::max(boxes.place(data, k, 4) - shift - y, least);
    const RoiAxis down(y, height, down_, a_.sampling_ratio, height_),
        across(x, width, across_, a_.sampling_ratio, width_);
    const double count = std::max(1.0, double(down.samples) * double(across.samples));
    return {int64_t(boxes.value(data, k, 0)), down, across, 1 / count};
  }

  Boxes boxes;

 private:
  RoiAlignAttrs a_;
  int64_t height_, width_, down_, across_;
};

// A dense plane, rounded into plane (n, c) of an operand.
template <class T, class A>
void write_plane(const A* sums, const Operand& o, T* data, int64_t n, int64_t c) {
  T* to = data + n * o.strides[0] + c * o.strides[1];
  for (int64_t y = 0; y < o.shape[2]; ++y)
    for (int64_t x = 0; x < o.shape[3]; ++x)
      to[y * o.strides[2] + x * o.strides[3]] = narrow<T>(sums[y * o.shape[3] + x]);
}

}  // namespace hebb::cpu
