// Charts as SVG. Colours come from the page's style sheet by class, so light and dark need no
// second drawing.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hebb::page {

// A value per epoch, the first one epoch 1; NaN leaves a gap. Either part may be empty.
struct Curve {
  std::string name;  // "Loss"
  std::vector<double> train{}, validation{};
};

std::string curve_chart(const Curve& curve, int64_t best_epoch);  // 0: no epoch is marked
std::string scatter_chart(std::span<const double> actual, std::span<const double> predicted);
std::string residual_chart(std::span<const double> actual, std::span<const double> predicted);
std::string histogram_chart(std::span<const double> values);

}  // namespace hebb::page
