// Charts as SVG. Colours come from the page's style sheet by class, so light and dark need no
// second drawing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hebb::page {

// A value per epoch, the first one epoch 1; NaN leaves a gap. Either part may be empty.
struct Curve {
  std::string name;  // "Loss"
  std::vector<double> train{}, validation{};
};

std::string curve_chart(const Curve& curve, int64_t best_epoch);  // 0: no epoch is marked

// One of several lines in a chart, as Curve's parts are.
struct ChartLine {
  std::string name;
  std::vector<double> values;
  size_t colour = 0;  // its number: lines of one run have one colour, there are chart_colours
  bool dashed = false;
};
inline constexpr size_t chart_colours = 8;
std::string lines_chart(std::string_view name, std::span<const ChartLine> lines);
// The names of the lines in their colours, as HTML to stand above charts.
std::string chart_legend(std::span<const std::string> names);

std::string scatter_chart(std::span<const double> actual, std::span<const double> predicted);
std::string residual_chart(std::span<const double> actual, std::span<const double> predicted);
std::string histogram_chart(std::span<const double> values);

}  // namespace hebb::page
