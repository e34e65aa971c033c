#include "hebb/tasks/targets.h"

#include "hebb/base/check.h"
#include "hebb/ops/create.h"

namespace hebb {

std::string_view name(data::Task targets) {
  return targets == data::Task::regression ? "regression" : "classification";
}

data::Task targets_named(std::string_view word) {
  return word == name(data::Task::regression) ? data::Task::regression : data::Task::classification;
}

Tensor example_targets(const data::Dataset& data, int64_t samples) {
  if (data.task() == data::Task::classification)
    return zeros({samples}, DType::i64);
  Dims shape = data.target_shape();
  shape.insert(0, samples);
  return full(shape, 0.5);
}

void check_metric(const metrics::Metric& metric, data::Task targets) {
  check(!metric.of_numbers() || targets == data::Task::regression,
        "{} is of quantities, but the targets are classes; accuracy or f1_macro would be right",
        metric.name);
}

}  // namespace hebb
