// What an epoch came to, by name: "loss", "accuracy", "val_loss".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hebb {

using NamedValues = std::vector<std::pair<std::string, double>>;  // in order of appearance
std::optional<double> find_value(const NamedValues& values, std::string_view name);

struct EpochLog {
  int64_t epoch = 0;   // from 1
  int64_t steps = 0;   // optimiser steps so far
  double seconds = 0;  // of this epoch
  NamedValues values;
};

// Of one measure, epoch by epoch. Error (usage): an epoch did not measure it; it names what there
// is.
std::vector<double> values_of(const std::vector<EpochLog>& history, const std::string& name);

// "0.1234", or "1.2340e-05" for what is small, "1.2340e+05" for what is large.
std::string metric_text(double value);

}  // namespace hebb
