// Losses from a line of a configuration: "cross_entropy label_smoothing=0.1", "mse",
// "bce_with_logits"; and the one a task has when none is named.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/spec.h"
#include "hebb/data/source.h"
#include "hebb/train/loss.h"

namespace hebb {

// Error (usage): an unknown loss or argument (with the nearest known one). Targets that are classes
// are turned into what the loss takes: bce and bce_with_logits see 0 and 1 in the output's shape.
Loss parse_loss(std::string_view line);

// cross_entropy for classes (bce_with_logits when the model gives one number a sample), mse for a
// regression.
std::string default_loss(data::Task task, const Dims& output);
std::vector<std::string> default_metrics(data::Task task);
// What whole numbers are as targets of a loss that a configuration names: of mse, l1, ...
// quantities, of others classes. "" is the default loss, which takes them as they look.
std::optional<data::Task> task_of_loss(std::string_view line);

std::vector<SpecHelp> loss_help();

}  // namespace hebb
