// What a report shows of a regression, as a piece of HTML: predicted against actual, residuals and
// their distribution. Sample by sample, as many as both lists have.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "hebb/tasks/task.h"

namespace hebb {

std::string quantity_charts(std::span<const double> actual, std::span<const double> predicted);

// The same as the part of a report. quantity: what is predicted, may be empty. samples: that these
// were drawn from. Nothing where there is nothing to show.
std::vector<ReportSection> quantity_sections(std::span<const double> actual,
                                             std::span<const double> predicted,
                                             const std::string& quantity, int64_t samples);

}  // namespace hebb
