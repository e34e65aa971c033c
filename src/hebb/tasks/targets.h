// What the targets of data are, classes or quantities: their word in a run's description, and
// values to try a loss and metrics on.
#pragma once

#include <string_view>

#include "hebb/data/dataset.h"
#include "hebb/metrics/metric.h"
#include "hebb/nn/loss.h"

namespace hebb {

std::string_view name(data::Task targets);        // "classification", "regression"
data::Task targets_named(std::string_view word);  // what is no classification is a regression

// Of `samples` samples: class 0, or 0.5 in the targets' shape.
Tensor example_targets(const data::Dataset& data, int64_t samples);

// Error (usage): the output is not what the data need; loss: as it was given, or null.
void check_output(const Dims& output, const data::Dataset& train, const Loss* loss);

// Error (data): all samples are of one class.
void check_classes(const data::Dataset& train);
// Error (usage): quantities, and a loss that is for classes. loss: its line; empty: the default
// one.
void check_targets(const data::Dataset& train, std::string_view loss);

// Error: a metric of quantities, and targets that are classes.
void check_metric(const metrics::Metric& metric, data::Task targets);

}  // namespace hebb
