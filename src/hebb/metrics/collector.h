// Gathers the measures of a task, and what is to be said of them. For .cc files.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/metrics/measure.h"

namespace hebb::metrics {

struct Collector {
  Measured out;
  Warnings warnings;

  explicit Collector(std::vector<std::string> class_names = {}) {
    warnings.class_names = std::move(class_names);
  }

  void add(std::string name, double value) { out.values.emplace_back(std::move(name), value); }
  // what: "roc_auc_ovo is", which weights of samples leave out.
  void leave_out(std::string_view what) {
    warnings.add(std::string(what) +
                 " left out: there are weights of samples, which it does not take");
  }
  Measured done() && {
    out.warnings = std::move(warnings.lines);
    return std::move(out);
  }
};

}  // namespace hebb::metrics
