// data.normalize_target: whether a run's targets are learned by their mean and deviation.
#pragma once

#include "hebb/nn/loss.h"
#include "hebb/run/config.h"
#include "hebb/run/data_setup.h"

namespace hebb {

// For a run that begins: says in the configuration what it left open, puts the step into the recipe
// of all parts, and notes what a person should know.
void scale_targets(DataConfig& config, const Loss& loss, RunData& data);

}  // namespace hebb
