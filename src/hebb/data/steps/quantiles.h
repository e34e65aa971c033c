// Quantiles of numbers, ranks among them, and the normal distribution's.
#pragma once

#include <cstdint>
#include <vector>

namespace hebb::data {

// `count` of them, at ranks 0 to 1 in equal steps, interpolated as NumPy does it. values: at least
// one. They never fall, whatever rounding does.
std::vector<double> quantiles_of(std::vector<double> values, int64_t count);

bool are_rising(const std::vector<double>& numbers);  // finite, and none below the one before it

// From 0 to 1; where several quantiles are the same, the middle of their ranks.
double rank_among(const std::vector<double>& quantiles, double x);

// The number that a normally distributed one is below with this probability; ends at those of 1e-7
// and 1 - 1e-7. Source: Wichura 1988, algorithm AS 241, to f64's precision.
double normal_quantile(double probability);

}  // namespace hebb::data
