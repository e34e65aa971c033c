// An axis: which range it shows, where its ticks stand and how they are written.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace hebb::page {

// Whether a value has a place in a chart: NaN, infinities and numbers whose differences may
// overflow have none.
inline bool drawable(double value) {
  return value > -1e150 && value < 1e150;
}

struct Axis {
  double low = 0, high = 1;  // of the data
  double from = 0, to = 1;   // on the page
  bool logarithmic = false;
  std::vector<double> ticks{};

  double at(double value) const;         // where it lies on the page
  std::string label(double tick) const;  // as many decimals as the ticks need
};

// Round numbers around the drawable values. Zero is included when the values come near it; positive
// values that span more than two powers of ten get a logarithmic axis where that is allowed.
struct AxisWish {
  int ticks = 5;
  bool may_be_logarithmic = false;
  bool rate = false;      // values that lie within 0 .. 1 never show more than that
  double least_part = 0;  // of the largest value: no smaller range is blown up to the whole axis
};
Axis make_axis(std::span<const double> values, double from, double to, AxisWish wish);
Axis make_epoch_axis(int64_t epochs, double from, double to);

}  // namespace hebb::page
