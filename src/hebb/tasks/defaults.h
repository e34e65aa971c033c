// Which kind of targets a loss is for.
#pragma once

#include <optional>
#include <string_view>

#include "hebb/data/source.h"

namespace hebb {

// What whole numbers are as targets of a loss that a configuration names: of mse, l1, ...
// quantities, of others classes. "" is the default loss, which takes them as they look.
std::optional<data::Task> task_of_loss(std::string_view line);

}  // namespace hebb
