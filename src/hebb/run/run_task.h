// The task of a run: as far as its configuration says it, and of a run that is there.
#pragma once

#include "hebb/run/config.h"
#include "hebb/run/model_info.h"
#include "hebb/tasks/task.h"

namespace hebb {

// Before the data are opened: the one that is named, or that of several models. Null: it follows
// from the targets and the model. Error (usage): there is none of that name, or for such models.
const Task* task_before_data(const Config& config);

// Of a run of one model.
Problem problem_of_run(const Config& config, const ModelInfo& info);

// The one its configuration names, or the one that suits. Error (usage): there is none.
const Task& task_of_run(const Config& config, const ModelInfo& info);

}  // namespace hebb
