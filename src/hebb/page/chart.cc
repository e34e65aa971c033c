#include "hebb/page/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/base/counted.h"
#include "hebb/page/axis.h"
#include "hebb/page/html.h"

namespace hebb::page {

namespace {

constexpr double width = 440, height = 260;
constexpr double top = 26, bottom = height - 34, left = 46;

std::string open_chart(std::string_view description) {
  return fmt::format("<svg class=\"chart\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">",
                     width, height, escape(description));
}

std::string line(std::string_view kind, double x1, double y1, double x2, double y2) {
  return fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>",
                     kind, x1, y1, x2, y2);
}

std::string text(std::string_view kind, double x, double y, std::string_view words) {
  return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", kind, x, y,
                     escape(words));
}

// Grid lines across, labels of both axes, the name of the horizontal one.
std::string frame(const Axis& x, const Axis& y, std::string_view x_name) {
  std::string out;
  for (double tick : y.ticks) {
    out +=
        line(!y.logarithmic && tick == 0 ? "zero" : "grid", x.from, y.at(tick), x.to, y.at(tick));
    out += text("tick y", left - 8, y.at(tick) + 3.5, y.label(tick));
  }
  for (double tick : x.ticks)
    out += text("tick x", x.at(tick), bottom + 16, x.label(tick));
  out += text("name", (x.from + x.to) / 2, height - 4, x_name);
  return out;
}

// One <path>; a value without a place leaves a gap.
std::string path(std::string_view kind, const std::vector<double>& values, const Axis& x,
                 const Axis& y) {
  std::string steps;
  bool down = false;
  for (size_t i = 0; i < values.size(); ++i) {
    if (drawable(values[i]))
      steps +=
          fmt::format("{}{:.1f} {:.1f}", down ? 'L' : 'M', x.at(double(i + 1)), y.at(values[i]));
    down = drawable(values[i]);
  }
  return fmt::format("<path class=\"line {}\" d=\"{}\"/>", kind, steps);
}

// Dots to point at: the browser shows their title.
std::string dots(std::string_view kind, std::string_view name, const std::vector<double>& values,
                 const Axis& x, const Axis& y) {
  if (values.size() > 150)
    return {};
  std::string out;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!drawable(values[i]))
      continue;
    const double at_x = x.at(double(i + 1)), at_y = y.at(values[i]);
    out += fmt::format("<g class=\"dot {}\"><title>{}, epoch {}: {}</title>", kind, name, i + 1,
                       number(values[i]));
    if (values.size() <= 40)
      out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.6\"/>", at_x, at_y);
    out +=
        fmt::format("<circle class=\"hit\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"8\"/></g>", at_x, at_y);
  }
  return out;
}

// The last drawable value, NaN without one.
double last_of(const std::vector<double>& values) {
  const auto found =
      std::find_if(values.rbegin(), values.rend(), [](double value) { return drawable(value); });
  return found == values.rend() ? std::numeric_limits<double>::quiet_NaN() : *found;
}

// Samples at even distances, so that a page stays small.
std::vector<size_t> some_of(size_t samples, size_t most) {
  std::vector<size_t> out(std::min(samples, most));
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = samples <= most ? i : i * samples / most;
  return out;
}

std::string points(std::span<const double> xs, std::span<const double> ys, const Axis& x,
                   const Axis& y) {
  std::string out = "<g class=\"points\">";
  for (size_t i : some_of(xs.size(), 2000))
    if (drawable(xs[i]) && drawable(ys[i]))
      out +=
          fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.4\"/>", x.at(xs[i]), y.at(ys[i]));
  return out + "</g>";
}

}  // namespace

std::string curve_chart(const Curve& curve, int64_t best_epoch) {
  const auto epochs = int64_t(std::max(curve.train.size(), curve.validation.size()));
  const double right = width - 70;
  std::vector<double> all = curve.train;
  all.insert(all.end(), curve.validation.begin(), curve.validation.end());
  const Axis x = make_epoch_axis(epochs, left, right);
  const Axis y =
      make_axis(all, bottom, top, {.may_be_logarithmic = true, .rate = true, .least_part = 0.02});

  std::string out = open_chart(curve.name + " by epoch");
  out += frame(x, y, "epoch");
  if (best_epoch >= 1 && best_epoch <= epochs) {
    const double at = x.at(double(best_epoch));
    out += line("best", at, top - 4, at, bottom);
    out += text("best", std::clamp(at, left + 34, right - 34), top - 10,
                fmt::format("best: epoch {}", best_epoch));
  }
  out += path("train", curve.train, x, y) + path("validation", curve.validation, x, y);
  out += dots("train", "training", curve.train, x, y) +
         dots("validation", "validation", curve.validation, x, y);
  if (best_epoch >= 1 && best_epoch <= int64_t(curve.validation.size()) &&
      drawable(curve.validation[size_t(best_epoch - 1)]))
    out += fmt::format("<circle class=\"ring\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5.5\"/>",
                       x.at(double(best_epoch)), y.at(curve.validation[size_t(best_epoch - 1)]));

  // Names stand at the ends of the lines, moved apart where they would touch.
  double train_at = y.at(last_of(curve.train)), validation_at = y.at(last_of(curve.validation));
  if (constexpr double apart = 14; std::abs(train_at - validation_at) < apart) {
    const double middle = (train_at + validation_at) / 2, sign = train_at <= validation_at ? 1 : -1;
    train_at = middle - sign * apart / 2;
    validation_at = middle + sign * apart / 2;
  }
  if (!std::isnan(train_at))
    out += text("label train", right + 8, train_at + 4, "training");
  if (!std::isnan(validation_at))
    out += text("label validation", right + 8, validation_at + 4, "validation");
  return out + "</svg>";
}

std::string lines_chart(std::string_view name, std::span<const ChartLine> lines) {
  std::vector<double> all;
  size_t epochs = 0;
  for (const ChartLine& line : lines) {
    all.insert(all.end(), line.values.begin(), line.values.end());
    epochs = std::max(epochs, line.values.size());
  }
  const double right = width - 16;
  const Axis x = make_epoch_axis(int64_t(epochs), left, right);
  const Axis y =
      make_axis(all, bottom, top, {.may_be_logarithmic = true, .rate = true, .least_part = 0.02});
  std::string out = open_chart(std::string(name) + " by epoch") + frame(x, y, "epoch");
  for (const ChartLine& one : lines) {
    const std::string kind =
        fmt::format("c{}{}", one.colour % chart_colours, one.dashed ? " dashed" : "");
    out += path(kind, one.values, x, y) + dots(kind, escape(one.name), one.values, x, y);
  }
  return out + "</svg>";
}

std::string chart_legend(std::span<const std::string> names) {
  std::string out = "<ul class=\"legend\">";
  for (size_t i = 0; i < names.size(); ++i)
    out += fmt::format("<li class=\"c{}\">{}</li>", i % chart_colours, escape(names[i]));
  return out + "</ul>";
}

std::string scatter_chart(std::span<const double> actual, std::span<const double> predicted) {
  std::vector<double> all(actual.begin(), actual.end());
  all.insert(all.end(), predicted.begin(), predicted.end());
  const double right = width - 16;
  const Axis x = make_axis(all, left, right, {}), y = make_axis(all, bottom, top, {});
  return open_chart("Predicted against actual values") + frame(x, y, "actual") +
         text("name y", left - 8, top - 14, "predicted") +
         line("ideal", x.at(x.low), y.at(y.low), x.at(x.high), y.at(y.high)) +
         points(actual, predicted, x, y) + "</svg>";
}

std::string residual_chart(std::span<const double> actual, std::span<const double> predicted) {
  std::vector<double> residual(actual.size());
  double widest = 0;
  for (size_t i = 0; i < actual.size(); ++i) {
    residual[i] = actual[i] - predicted[i];
    if (drawable(residual[i]))
      widest = std::max(widest, std::abs(residual[i]));
  }
  const double both[] = {-widest, widest};
  const double right = width - 16;
  const Axis x = make_axis(predicted, left, right, {}), y = make_axis(both, bottom, top, {});
  return open_chart("Residuals against predicted values") + frame(x, y, "predicted") +
         text("name y", left - 8, top - 14, "actual − predicted") +
         points(predicted, residual, x, y) + "</svg>";
}

std::string histogram_chart(std::span<const double> values) {
  const double right = width - 16;
  const Axis x = make_axis(values, left, right, {.ticks = 6});
  const auto bins = size_t(std::clamp(std::sqrt(double(values.size())), 8.0, 32.0));
  std::vector<double> heights(bins, 0.0);
  for (double value : values) {
    if (!drawable(value))
      continue;
    const double part = (value - x.low) / (x.high - x.low);
    heights[size_t(std::clamp(part * double(bins), 0.0, double(bins - 1)))] += 1;
  }
  heights.push_back(0);
  const Axis y = make_axis(heights, bottom, top, {.ticks = 4});
  std::string out = open_chart("How the residuals are distributed") +
                    frame(x, y, "actual − predicted") +
                    text("name y", left - 8, top - 14, "samples");
  const double step = (right - left) / double(bins);
  for (size_t i = 0; i < bins; ++i) {
    if (heights[i] == 0)
      continue;
    const double at = y.at(heights[i]);
    out += fmt::format(
        "<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
        "height=\"{:.1f}\"><title>{}</title></rect>",
        left + step * double(i) + 0.75, at, step - 1.5, bottom - at, counted(int64_t(heights[i])));
  }
  return out + "</svg>";
}

}  // namespace hebb::page
