// The entries of the tasks that are built in.
#pragma once

#include "hebb/tasks/task.h"

namespace hebb::task_word {
#define TASK(name) extern const Task name;
#include "hebb/tasks/tasks.def"
#undef TASK
}  // namespace hebb::task_word
