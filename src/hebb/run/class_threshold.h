// train.threshold: from which probability on the second of two classes is named.
#pragma once

#include "hebb/data/dataset.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/sequential.h"
#include "hebb/run/config.h"
#include "hebb/tasks/task.h"

namespace hebb {

// Error (usage): not two classes, no validation part to find the best one on, or a metric that does
// not depend on it.
void check_threshold(const Config& config, const Problem& problem, bool validated);

// The number that is given, or the best one on the validation part.
double find_threshold(const TrainConfig& config, nn::Sequential& model, const Loss& loss,
                      const data::Dataset& validation);

}  // namespace hebb
