#include "hebb/tasks/defaults.h"

#include "hebb/nn/losses.h"

namespace hebb {

std::optional<data::Task> task_of_loss(std::string_view text) {
  if (text.empty())
    return std::nullopt;
  return parse_loss(text).outputs() == Outputs::numbers ? data::Task::regression
                                                        : data::Task::classification;
}

}  // namespace hebb
