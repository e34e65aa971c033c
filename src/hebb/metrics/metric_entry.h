// An entry of the list of metrics: how a configuration names one, and how it is made. The built-in
// ones stand in *_meters.cc and metrics.def.
#pragma once

#include <string_view>

#include "hebb/base/fixed_list.h"
#include "hebb/metrics/metric.h"

namespace hebb::metrics {

struct MetricEntry {
  std::string_view name;
  std::string_view short_form = {};  // the field's: "mae"; the metric is then named so
  std::string_view what;             // a sentence
  Metric (*make)(std::string_view average);
  bool averaged = false;  // NAME_macro, NAME_micro and NAME_weighted are words, too
  // What an evaluation measures beside it, which is better in the same direction: no words of a
  // configuration.
  FixedList<std::string_view, 8> relatives = {};
};

// Beside the built-in ones, for the whole program. Error (usage): the name is taken. Its texts are
// kept as they are: literals.
void add_metric(const MetricEntry& entry);

std::string_view metric_sentence(std::string_view word);  // empty: an unknown word

namespace metric_word {
#define METRIC(name) extern const MetricEntry name;
#include "hebb/metrics/metrics.def"
#undef METRIC
}  // namespace metric_word

}  // namespace hebb::metrics
