#include "hebb/tasks/targets.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/data/source.h"
#include "hebb/ops/create.h"
#include "hebb/tasks/defaults.h"

namespace hebb {

std::string_view name(data::Task targets) {
  return targets == data::Task::regression ? "regression" : "classification";
}

data::Task targets_named(std::string_view word) {
  return word == name(data::Task::classification) ? data::Task::classification
                                                  : data::Task::regression;
}

Tensor example_targets(const data::Dataset& data, int64_t samples) {
  if (data.task() == data::Task::classification)
    return zeros({samples}, DType::i64);
  Dims shape = data.target_shape();
  shape.insert(0, samples);
  return full(shape, 0.5);
}

namespace {

bool are_whole_numbers(const std::vector<std::string>& names) {
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return name.find_first_not_of("-0123456789") == name.npos;
  });
}

}  // namespace

void check_output(const Dims& output, const data::Dataset& train, const Loss* loss) {
  int64_t numbers = 1, wanted = 1;
  for (int64_t size : output)
    numbers *= size;
  if (train.input_is_target()) {
    check_in(product(output) == product(train.target_shape()), ErrorKind::usage, "model.layers",
             "the last layer gives {} for a sample, but the model should give back a sample, {}",
             to_string(output), to_string(train.target_shape()));
    return;
  }
  if (train.task() == data::Task::regression) {
    for (int64_t size : train.target_shape())
      wanted *= size;
    check_in(
        numbers == wanted, ErrorKind::usage, "model.layers",
        "the last layer gives {} for a sample, but a target is {}: the targets of {} are taken "
        "for quantities{}",
        to_string(output), to_string(train.target_shape()), train.name(),
        wanted == 1 ? "; if they are classes, train.loss = \"cross_entropy\" says so" : "");
    return;
  }
  const int64_t classes = train.classes();
  check_in(!loss || loss->outputs() != Outputs::numbers || classes == 2, ErrorKind::usage,
           "train.loss",
           "is for quantities, but the targets of {} are {} classes: {}; "
           "cross_entropy is for classes",
           train.name(), classes, data::quoted_list(train.class_names()));
  if (classes == 2 && numbers == 1)
    return;
  check_in(output.size() == 1, ErrorKind::usage, "model.layers",
           "the last layer gives {} for a sample, should give a list of {} logits; is \"flatten\" "
           "missing, or \"last\" behind layers over time?",
           to_string(output), classes);
  check_in(output[0] == classes, ErrorKind::usage, "model.layers",
           "the last layer gives {} number{}, but there are {} classes: {}{}", output[0],
           output[0] == 1 ? "" : "s", classes, data::quoted_list(train.class_names()),
           numbers == 1 && !loss && are_whole_numbers(train.class_names())
               ? "; train.loss = \"mse\" takes them for a quantity"
               : "");
}

void check_classes(const data::Dataset& train) {
  check_in(train.task() != data::Task::classification || train.classes() >= 2, ErrorKind::data,
           train.name(),
           "all samples are of one class ({}); there should be at least two to tell apart",
           fmt::join(train.class_names(), ""));
}

// Binary cross-entropy of a quantity is a number without a meaning, which training makes smaller
// all the same.
void check_targets(const data::Dataset& train, std::string_view loss) {
  if (train.task() != data::Task::regression || task_of_loss(loss) != data::Task::classification)
    return;
  std::vector<float> target(size_t(product(train.target_shape())));
  for (int64_t i = 0; i < train.size(); ++i) {
    train.source().target(train.source_index(i), target.data());
    for (float value : target)
      check_in(value >= 0 && value <= 1, ErrorKind::usage, "",
               "{} is for classes, or for targets from 0 to 1, but those of {} are a quantity such "
               "as {}; mse or l1 would be right",
               loss, train.name(), value);
  }
}

void check_metric(const metrics::Metric& metric, data::Task targets) {
  check(!metric.of_numbers() || targets == data::Task::regression,
        "{} is of quantities, but the targets are classes; accuracy or f1_macro would be right",
        metric.name);
}

}  // namespace hebb
