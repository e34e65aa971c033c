#include "hebb/tasks/report_quantities.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "hebb/base/counted.h"
#include "hebb/page/chart.h"
#include "hebb/page/html.h"

namespace hebb {

std::string quantity_charts(std::span<const double> actual, std::span<const double> predicted) {
  const size_t n = std::min(actual.size(), predicted.size());
  actual = actual.first(n);
  predicted = predicted.first(n);
  std::vector<double> residual(n);
  for (size_t i = 0; i < n; ++i)
    residual[i] = actual[i] - predicted[i];
  return "<div class=\"charts\">" +
         page::card("Predicted against actual", page::scatter_chart(actual, predicted)) +
         page::card("Residuals", page::residual_chart(actual, predicted)) +
         page::card("Distribution of residuals", page::histogram_chart(residual)) + "</div>";
}

std::vector<ReportSection> quantity_sections(std::span<const double> actual,
                                             std::span<const double> predicted,
                                             const std::string& quantity, int64_t samples) {
  if (actual.empty() || predicted.empty())
    return {};
  std::string text = quantity.empty() ? "" : quantity + ".";
  if (samples > int64_t(actual.size()))
    text += fmt::format("{}Drawn at random: {} of {}.", text.empty() ? "" : " ",
                        counted(int64_t(actual.size())), counted(samples));
  return {{"Predictions", text, quantity_charts(actual, predicted)}};
}

}  // namespace hebb
