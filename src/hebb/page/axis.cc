#include "hebb/page/axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace hebb::page {

namespace {

// 1, 2 or 5 times a power of ten, such that a range takes about so many steps.
double round_step(double range, int steps) {
  const double rough = range / steps, power = std::pow(10, std::floor(std::log10(rough)));
  for (double digit : {1.0, 2.0, 5.0})
    if (rough <= digit * power * 1.0001)
      return digit * power;
  return 10 * power;
}

void put_ticks(Axis& axis, double step) {
  const double first = std::ceil(axis.low / step - 1e-9);
  for (int i = 0; i < 50; ++i) {
    const double tick = (first + i) * step;
    if (tick > axis.high + step * 1e-6)
      break;
    axis.ticks.push_back(std::abs(tick) < step * 1e-6 ? 0 : tick);
  }
}

void put_powers(Axis& axis) {
  const double decades = std::log10(axis.high / axis.low);
  for (int power = int(std::floor(std::log10(axis.low)));
       power <= int(std::ceil(std::log10(axis.high))); ++power) {
    if (decades > 7 && power % 3 != 0)
      continue;
    for (double digit : {1.0, 3.0}) {
      const double tick = digit * std::pow(10, power);
      if (tick >= axis.low * 0.999 && tick <= axis.high * 1.001 && (digit == 1 || decades < 3))
        axis.ticks.push_back(tick);
    }
  }
}

// "0.01", "3000", "1e-5"
std::string short_form(double value) {
  std::string out = fmt::format("{:.6g}", value);
  const size_t e = out.find('e');
  if (e == out.npos)
    return out;
  const size_t digits = out.find_first_not_of("+-0", e + 1);
  return out.substr(0, e + 1) + (out[e + 1] == '-' ? "-" : "") + out.substr(digits);
}

}  // namespace

double Axis::at(double value) const {
  const double part =
      logarithmic ? std::log(value / low) / std::log(high / low) : (value - low) / (high - low);
  return from + part * (to - from);
}

std::string Axis::label(double tick) const {
  if (logarithmic)
    return short_form(tick);
  const double step = ticks.size() > 1 ? ticks[1] - ticks[0] : std::abs(tick);
  const double size = std::max(std::abs(low), std::abs(high));
  if (tick != 0 && (size >= 1e6 || size < 1e-4))
    return short_form(tick);
  const int decimals = step > 0 ? std::clamp(int(std::ceil(-std::log10(step) - 1e-9)), 0, 8) : 0;
  return fmt::format("{:.{}f}", tick, decimals);
}

Axis make_axis(std::span<const double> values, double from, double to, AxisWish wish) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (double value : values) {
    if (!drawable(value))
      continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (low > high) {
    low = 0;
    high = 1;
  }
  const bool rate = wish.rate && low >= 0 && high <= 1;
  Axis axis{low, high, from, to};
  if (wish.may_be_logarithmic && low > 0 && high / low > 100) {
    axis.logarithmic = true;
    axis.low = low / 1.2;
    axis.high = high * 1.2;
    put_powers(axis);
    return axis;
  }
  if (low >= 0 && low < 0.35 * high && !rate)
    axis.low = 0;
  // All equal, or nearly so: a window around them.
  const double size = std::max(std::abs(low), std::abs(high));
  if (const double least = std::max(size * std::max(wish.least_part, 1e-9), 1e-300);
      !(axis.high - axis.low > least)) {
    const double margin = size == 0 ? 1 : std::max(least, size * 0.02);
    axis.low = low - margin;
    axis.high = high + margin;
  }
  const double step = round_step(axis.high - axis.low, wish.ticks);
  axis.low = std::floor(axis.low / step + 1e-9) * step;
  axis.high = std::ceil(axis.high / step - 1e-9) * step;
  if (rate) {
    axis.low = std::max(axis.low, 0.0);
    axis.high = std::min(axis.high, 1.0);
  }
  put_ticks(axis, step);
  return axis;
}

Axis make_epoch_axis(int64_t epochs, double from, double to) {
  if (epochs <= 1)
    return {0.5, 1.5, from, to, false, {1}};
  Axis axis{1, double(epochs), from, to};
  const double step = std::max(1.0, round_step(double(epochs - 1), 7));
  axis.ticks.push_back(1);
  for (double tick = step; tick <= double(epochs); tick += step)
    if (tick > 1 && std::abs(axis.at(tick) - axis.at(1)) >= 18)
      axis.ticks.push_back(tick);  // wide enough for two numbers
  return axis;
}

}  // namespace hebb::page
