// Separable resampling with a triangle filter that widens when the picture shrinks, in 22-bit fixed
// point with 8-bit levels between the two passes: the arithmetic of Pillow (Resample.c), so that
// the levels are equal.
#include <algorithm>
#include <cmath>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/formats/image.h"

namespace hebb {
namespace {

constexpr int precision =
    22;  // bits behind the point: 32 less 8 for a level and 2 for sums that overshoot

// Output i is the sum over k of weights[i * width + k] * input[first[i] + k], k < count[i].
struct Taps {
  int width = 0;
  std::vector<int> first, count, weights;
};

Taps triangle_taps(int in, int out) {
  const double scale = double(in) / out, widened = std::max(scale, 1.0);
  Taps taps;
  taps.width = int(std::ceil(widened)) * 2 + 1;
  taps.first.resize(size_t(out));
  taps.count.resize(size_t(out));
  taps.weights.resize(size_t(out) * taps.width);
  std::vector<double> weight(size_t(taps.width));
  for (int i = 0; i < out; ++i) {
    const double centre = (i + 0.5) * scale;
    const int first = std::max(0, int(centre - widened + 0.5)),
              end = std::min(in, int(centre + widened + 0.5));
    double sum = 0;
    for (int k = 0; k < end - first; ++k) {
      weight[size_t(k)] =
          std::max(0.0, 1.0 - std::abs((k + first - centre + 0.5) * (1.0 / widened)));
      sum += weight[size_t(k)];
    }
    taps.first[size_t(i)] = first;
    taps.count[size_t(i)] = end - first;
    for (int k = 0; k < end - first; ++k) {
      const double share = sum != 0 ? weight[size_t(k)] * (1.0 / sum) : weight[size_t(k)];
      taps.weights[size_t(i) * taps.width + k] = int(0.5 + share * (1 << precision));
    }
  }
  return taps;
}

uint8_t level(int sum) {
  return uint8_t(std::clamp(sum >> precision, 0, 255));
}

Image resize_width(const Image& in, int width) {
  const Taps taps = triangle_taps(in.width, width);
  Image out{width, in.height, in.channels,
            std::vector<uint8_t>(size_t(width) * in.height * in.channels)};
  for (int y = 0; y < in.height; ++y)
    for (int x = 0; x < width; ++x) {
      const int* weights = taps.weights.data() + size_t(x) * taps.width;
      const uint8_t* from = in.at(taps.first[size_t(x)], y);
      uint8_t* to = out.at(x, y);
      for (int c = 0; c < in.channels; ++c) {
        int sum = 1 << (precision - 1);
        for (int k = 0; k < taps.count[size_t(x)]; ++k)
          sum += from[k * in.channels + c] * weights[k];
        to[c] = level(sum);
      }
    }
  return out;
}

Image resize_height(const Image& in, int height) {
  const Taps taps = triangle_taps(in.height, height);
  const int row = in.width * in.channels;
  Image out{in.width, height, in.channels, std::vector<uint8_t>(size_t(row) * height)};
  std::vector<int> sums(size_t(row), 0);
  for (int y = 0; y < height; ++y) {
    std::fill(sums.begin(), sums.end(), 1 << (precision - 1));
    for (int k = 0; k < taps.count[size_t(y)]; ++k) {
      const int weight = taps.weights[size_t(y) * taps.width + k];
      const uint8_t* from = in.at(0, taps.first[size_t(y)] + k);
      for (int x = 0; x < row; ++x)
        sums[size_t(x)] += from[x] * weight;
    }
    uint8_t* to = out.at(0, y);
    for (int x = 0; x < row; ++x)
      to[x] = level(sums[size_t(x)]);
  }
  return out;
}

}  // namespace

Image resize(const Image& image, int width, int height) {
  check(width > 0 && height > 0 && int64_t(width) <= max_image_pixels / height,
        "resize to {} x {} pixels; should be from 1 to {} megapixels", width, height,
        max_image_pixels / 1'000'000);
  check(image.width > 0 && image.height > 0, "resize of an empty picture");
  // Width first, as Pillow does; a high and narrow picture would become a huge one on the way.
  constexpr int64_t most_on_the_way = 16'000'000;  // pixels
  const int64_t width_first = int64_t(width) * image.height,
                height_first = int64_t(image.width) * height;
  if (width_first > most_on_the_way && height_first < width_first)
    return resize_width(resize_height(image, height), width);
  Image out = image.width == width ? image : resize_width(image, width);
  return out.height == height ? out : resize_height(out, height);
}

}  // namespace hebb
