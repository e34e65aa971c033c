// What a report shows of a regression, as a piece of HTML: predicted against actual, residuals and
// their distribution. Sample by sample, as many as both lists have.
#pragma once

#include <span>
#include <string>

namespace hebb {

std::string quantity_charts(std::span<const double> actual, std::span<const double> predicted);

}  // namespace hebb
