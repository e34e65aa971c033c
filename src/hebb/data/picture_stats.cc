#include "hebb/data/picture_stats.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"

namespace hebb::data {

namespace {

// Of n levels, from their sum and that of their squares, 0..1: counted from the whole number next
// to the mean, which is exact until the division.
double level_deviation(uint64_t sum, uint64_t squares, int64_t n) {
  const int64_t near = (int64_t(sum) + n / 2) / n, rest = int64_t(sum) - n * near,
                distances = int64_t(squares) - 2 * near * int64_t(sum) + n * near * near;
  const double off = double(rest) / double(n);
  return std::sqrt(std::max(0.0, double(distances) / double(n) - off * off)) / 255;
}

}  // namespace

PictureStats picture_stats(const ImageBuffer& image) {
  return picture_stats(image.shape, image.pixels.data());
}

PictureStats picture_stats(PictureShape shape, const uint8_t* pixels) {
  PictureStats out;
  const int64_t n = int64_t(shape.height) * shape.width;
  if (n == 0 || shape.channels == 0)
    return out;
  uint64_t border_sum = 0;
  uint64_t sum = 0, square_sum = 0;
  for (int c = 0; c < shape.channels; ++c, pixels += n) {
    uint64_t plane_sum = 0,
             plane_squares = 0;  // exact: 100 megapixels times 255 squared is below 2^43
    for (int64_t i = 0; i < n; ++i) {
      plane_sum += pixels[i];
      plane_squares += uint64_t(pixels[i]) * pixels[i];
    }
    for (int y = 0; y < shape.height; ++y) {
      const bool edge_row = y == 0 || y == shape.height - 1;
      const int step = edge_row || shape.width == 1 ? 1 : shape.width - 1;
      for (int x = 0; x < shape.width; x += step)
        border_sum += pixels[int64_t(y) * shape.width + x];
    }
    out.channel_mean.push_back(double(plane_sum) / double(n) / 255);
    out.channel_std.push_back(level_deviation(plane_sum, plane_squares, n));
    sum += plane_sum;
    square_sum += plane_squares;
  }
  out.mean = double(sum) / double(n * shape.channels) / 255;
  out.spread = level_deviation(sum, square_sum, n * shape.channels);
  const int64_t inner =
      std::max<int64_t>(0, shape.height - 2) * std::max<int64_t>(0, shape.width - 2);
  out.border = double(border_sum) / double((n - inner) * shape.channels) / 255;
  return out;
}

void TrainingStatsSum::add(const PictureStats& picture) {
  if (count_ == 0) {
    channel_mean_.resize(picture.channel_mean.size());
    channel_variance_.resize(picture.channel_mean.size());
  }
  check(picture.channel_mean.size() == channel_mean_.size(),
        "a picture of {} channels among pictures of {}", picture.channel_mean.size(),
        channel_mean_.size());
  ++count_;
  for (size_t c = 0; c < channel_mean_.size(); ++c) {
    channel_mean_[c].add(picture.channel_mean[c]);
    channel_variance_[c] += picture.channel_std[c] * picture.channel_std[c];
  }
  mean_.add(picture.mean);
  spread_.add(picture.spread);
  border_.add(picture.border);
}

TrainingStats TrainingStatsSum::done() const {
  TrainingStats out;
  out.count = count_;
  if (count_ == 0)
    return out;
  for (size_t c = 0; c < channel_mean_.size(); ++c) {
    // All pixels' variance: the mean of the pictures' variances and the variance of their means.
    const double deviation = channel_mean_[c].deviation();
    out.channel_mean.push_back(channel_mean_[c].mean());
    out.channel_std.push_back(
        std::sqrt(channel_variance_[c] / double(count_) + deviation * deviation));
  }
  const auto moments = [](const RunningMoments& of) { return Moments{of.mean(), of.deviation()}; };
  out.mean = moments(mean_);
  out.spread = moments(spread_);
  out.border = moments(border_);
  return out;
}

namespace {

// A figure is unusual beyond five standard deviations of the training pictures: real sets have
// longer tails than a normal distribution, and a warning that is wrong once in a thousand pictures
// is not read. Measured with these thresholds: 5 of the 10,000 test pictures of Fashion-MNIST and
// none of MNIST's are warned about, and all of their negatives. MNIST's borders are all black, and
// other sets are nearly as uniform in one figure or another, so no deviation counts as less than
// 0.04 (ten levels of 255): that much a scanner or a JPEG may add.
constexpr double unusual = 5, least_deviation = 0.04;

double deviations(double value, const Moments& training) {
  return (value - training.mean) / std::max(training.deviation, least_deviation);
}

}  // namespace

std::optional<std::string> unlike_training(const PictureStats& picture,
                                           const TrainingStats& training) {
  if (training.count == 0)
    return std::nullopt;
  const double border = deviations(picture.border, training.border),
               mean = deviations(picture.mean, training.mean),
               spread = deviations(picture.spread, training.spread);
  const auto figures = [](double value, const Moments& m) {
    return fmt::format("{:.2f}, training pictures have {:.2f} +- {:.2f}", value, m.mean,
                       m.deviation);
  };
  // A picture in negative is the common case and has a remedy of its own, so it is looked for with
  // less certainty: the border must be unusual by three deviations, and by less than half as much
  // once the levels are inverted.
  const double inverted = deviations(1 - picture.border, training.border);
  if (std::abs(border) > 3 && std::abs(inverted) < std::abs(border) / 2)
    return fmt::format("its border is {} ({}); it may have to be inverted",
                       border > 0 ? "bright" : "dark", figures(picture.border, training.border));
  // Before the mean level: a picture of one level is unusual in both, and this says why.
  if (picture.spread < 0.01 && training.spread.mean - training.spread.deviation > 0.01)
    return fmt::format("it is nearly of one level (spread {})",
                       figures(picture.spread, training.spread));
  if (std::abs(border) > unusual)
    return fmt::format("its border is {} ({})", border > 0 ? "bright" : "dark",
                       figures(picture.border, training.border));
  if (std::abs(mean) > unusual)
    return fmt::format("it is much {} (mean level {})", mean > 0 ? "brighter" : "darker",
                       figures(picture.mean, training.mean));
  if (std::abs(spread) > unusual)
    return fmt::format("it has much {} contrast (spread {})", spread > 0 ? "more" : "less",
                       figures(picture.spread, training.spread));
  return std::nullopt;
}

}  // namespace hebb::data
