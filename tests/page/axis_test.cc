// Axes of charts: round numbers, and values that lie on the page.

#include "hebb/page/axis.h"

#include <gtest/gtest.h>

namespace hebb::page {
namespace {

TEST(Axis, RoundNumbers) {
  const auto labels = [](std::vector<double> values, AxisWish wish = {}) {
    const Axis axis = make_axis(values, 0, 100, wish);
    std::vector<std::string> out;
    for (double tick : axis.ticks)
      out.push_back(axis.label(tick));
    return out;
  };
  using Labels = std::vector<std::string>;
  EXPECT_EQ(labels({0.17, 0.6}), (Labels{"0.0", "0.2", "0.4", "0.6"}));
  EXPECT_EQ(labels({0.92, 0.998}, {.rate = true}),
            (Labels{"0.92", "0.94", "0.96", "0.98", "1.00"}));
  EXPECT_EQ(labels({-3, 4}), (Labels{"-4", "-2", "0", "2", "4"}));
  EXPECT_EQ(labels({2e-5, 9e-3}, {.may_be_logarithmic = true}),
            (Labels{"3e-5", "0.0001", "0.0003", "0.001", "0.003", "0.01"}));
}

TEST(Axis, ValuesLieOnThePage) {
  for (const std::vector<double>& values :
       std::vector<std::vector<double>>{{0.1, 0.7}, {5, 5}, {-2e9, 3}, {1e-9, 1e3}, {0, 1e-12}}) {
    const Axis axis = make_axis(values, 200, 20, {.may_be_logarithmic = true});
    EXPECT_GE(axis.ticks.size(), 2u);
    for (double value : values) {
      EXPECT_LE(axis.at(value), 200.001);
      EXPECT_GE(axis.at(value), 19.999);
    }
    for (double tick : axis.ticks) {
      EXPECT_LE(axis.at(tick), 200.001);
      EXPECT_GE(axis.at(tick), 19.999);
    }
  }
}

}  // namespace
}  // namespace hebb::page
