// What a kind of problem has when a configuration names none: its loss and its metrics; and which
// kind a loss is for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/source.h"
#include "hebb/tensor/dims.h"

namespace hebb {

// cross_entropy for classes (bce_with_logits when the model gives one number a sample), mse for a
// regression.
std::string default_loss(data::Task task, const Dims& output);
std::vector<std::string> default_metrics(data::Task task);
// What whole numbers are as targets of a loss that a configuration names: of mse, l1, ...
// quantities, of others classes. "" is the default loss, which takes them as they look.
std::optional<data::Task> task_of_loss(std::string_view line);

}  // namespace hebb
