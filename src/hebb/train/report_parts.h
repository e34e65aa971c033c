// The parts that report.cc puts together. Not for others.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/train/report.h"

namespace hebb::report {

std::string escape(std::string_view text);  // for HTML text and quoted attributes
std::string base64(std::string_view bytes);
std::string number(double value);  // 4 significant digits: "0.9231", "12.31", "1.2e-05"
std::string percent(double part);  // 0.1234 -> "12.3 %"

extern const std::string_view style;  // report_style.cc: the style sheet

// report_chart.cc: SVG
std::string curve_chart(const Report::Curve& curve, int64_t best_epoch);
std::string scatter_chart(std::span<const double> actual, std::span<const double> predicted);
std::string residual_chart(std::span<const double> actual, std::span<const double> predicted);
std::string histogram_chart(std::span<const double> values);

// report_classes.cc
std::string confusion_table(const Report& report);
std::string confused_pairs(const Report& report);
std::string class_table(const Report& report);
std::string mistakes(const Report& report);

}  // namespace hebb::report
