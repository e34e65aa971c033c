// Two classes with one output a sample, the score of class 1.
#include "hebb/tasks/builtin.h"
#include "hebb/tasks/classes.h"

namespace hebb {

constinit const Task task_word::binary = {
    .name = "binary",
    .what = "one of two classes, with one output, the score of the second",
    .suits =
        [](const Problem& p) {
          return p.targets == data::Task::classification &&
                 (p.output.empty() || (p.output.size() == 1 && p.output[0] == 1));
        },
    .loss = "bce_with_logits",
    .metrics = {"accuracy"},
    .headline = {{"accuracy"}, {"f1_macro", "mean of the classes"}, {"loss"}},
    .table = {"loss", "accuracy", "balanced_accuracy", "precision_macro", "recall_macro",
              "f1_macro", "roc_auc", "matthews_corrcoef"},
    .names = class_answer_names,
    .answers = class_answers,
    .evaluator = class_evaluator,
};

}  // namespace hebb
