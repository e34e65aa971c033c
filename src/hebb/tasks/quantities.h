// What tasks of quantities share: answers are the numbers that the model gives.
#pragma once

#include <memory>
#include <vector>

#include "hebb/tasks/task.h"

namespace hebb {

AnswerNames quantity_answer_names(const Problem& problem);
std::vector<Answer> quantity_answers(const Problem& problem, const AnsweredBatch& batch);
std::unique_ptr<Evaluator> quantity_evaluator(const Problem& problem);

}  // namespace hebb
