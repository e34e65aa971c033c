#include "hebb/run/run_task.h"

#include "hebb/nn/losses.h"
#include "hebb/run/at_key.h"
#include "hebb/run/parts.h"
#include "hebb/tasks/targets.h"

namespace hebb {

const Task* task_before_data(const Config& config) {
  return parts_of(config).empty()
             ? at_key("train.task", [&] { return task_named(config.train.task); })
             : &task_of_parts(config);
}

Problem problem_of_run(const Config& config, const ModelInfo& info) {
  const Task* named = task_named(config.train.task);
  return {.targets = targets_named(info.task),
          .labels = info.labels,
          .output = info.output,
          .outputs = parse_loss(config.train.loss).outputs(),
          .quantity = config.data.target,
          .input_is_target = named && named->input_is_target,
          .threshold = info.threshold};
}

const Task& task_of_run(const Config& config, const ModelInfo& info) {
  return parts_of(config).empty() ? task_for(problem_of_run(config, info), config.train.task)
                                  : task_of_parts(config);
}

}  // namespace hebb
