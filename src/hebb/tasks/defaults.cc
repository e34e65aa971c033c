#include "hebb/tasks/defaults.h"

#include "hebb/nn/losses.h"

namespace hebb {

std::string default_loss(data::Task task, const Dims& output) {
  if (task == data::Task::regression)
    return "mse";
  return output.empty() || (output.size() == 1 && output[0] == 1) ? "bce_with_logits"
                                                                  : "cross_entropy";
}

std::optional<data::Task> task_of_loss(std::string_view text) {
  if (text.empty())
    return std::nullopt;
  return parse_loss(text).outputs() == Outputs::numbers ? data::Task::regression
                                                        : data::Task::classification;
}

std::vector<std::string> default_metrics(data::Task task) {
  return {task == data::Task::regression ? "mean_absolute_error" : "accuracy"};
}

}  // namespace hebb
