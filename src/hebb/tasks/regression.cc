// Regression: one or several quantities.
#include "hebb/tasks/builtin.h"
#include "hebb/tasks/quantities.h"

namespace hebb {

constinit const Task task_word::regression = {
    .name = "regression",
    .what = "one or several quantities",
    .suits = [](const Problem& p) { return p.targets == data::Task::regression; },
    .loss = "mse",
    .metrics = {"mean_absolute_error"},
    .headline = {{"r2"}, {"mean_absolute_error"}, {"loss"}},
    .table = {"loss", "r2", "mean_absolute_error", "root_mean_squared_error", "max_error",
              "interval_coverage", "interval_width"},
    .names = quantity_answer_names,
    .answers = quantity_answers,
    .evaluator = quantity_evaluator,
};

}  // namespace hebb
