// Classification: one of several classes, a number for each of them.
#include "hebb/tasks/builtin.h"
#include "hebb/tasks/classes.h"

namespace hebb {

constinit const Task task_word::classification = {
    .name = "classification",
    .what = "one of several classes, with a score for each",
    .suits = [](const Problem& p) { return p.targets == data::Task::classification; },
    .loss = "cross_entropy",
    .metrics = {"accuracy"},
    .headline = {{"accuracy"}, {"f1_macro", "mean of the classes"}, {"loss"}},
    .table = {"loss", "accuracy", "balanced_accuracy", "precision_macro", "recall_macro",
              "f1_macro", "roc_auc", "matthews_corrcoef"},
    .names = class_answer_names,
    .answers = class_answers,
    .evaluator = class_evaluator,
};

}  // namespace hebb
