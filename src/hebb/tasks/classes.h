// What tasks of classes share: answers and evaluation follow from the probabilities of classes.
#pragma once

#include <memory>
#include <vector>

#include "hebb/tasks/task.h"

namespace hebb {

AnswerNames class_answer_names(const Problem& problem);
std::vector<Answer> class_answers(const Problem& problem, const AnsweredBatch& batch);
std::unique_ptr<Evaluator> class_evaluator(const Problem& problem);

}  // namespace hebb
