// Optimisers and schedules from a line of a configuration: "sgd lr=0.1 momentum=0.9 nesterov=true",
// "cosine warmup=200".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/spec.h"
#include "hebb/optim/optimizer.h"
#include "hebb/optim/schedule.h"

namespace hebb::optim {

// Error (usage): unknown name or argument (with the nearest known one), or a value out of its
// range.
OptimizerFactory parse_optimizer(std::string_view line);
Schedule parse_schedule(std::string_view line);

// The line as hebb writes it: what is not at its default.
std::string print_optimizer(std::string_view line);
std::string print_schedule(std::string_view line);

std::vector<SpecHelp> optimizer_help();
std::vector<SpecHelp> schedule_help();

}  // namespace hebb::optim
