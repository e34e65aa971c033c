#include "hebb/tasks/task.h"

#include "hebb/base/family.h"
#include "hebb/tasks/builtin.h"

namespace hebb {
namespace {

Family<Task>& tasks() {
  static Family<Task> all("task", {
#define TASK(name) &task_word::name,
#include "hebb/tasks/tasks.def"
#undef TASK
                                  });
  return all;
}

std::string described(const Problem& problem) {
  return fmt::format("targets that are {} and outputs of {}",
                     problem.targets == data::Task::classification
                         ? fmt::format("{} classes", problem.labels.size())
                         : "quantities",
                     to_string(problem.output));
}

}  // namespace

void add_task(const Task& task) {
  tasks().add(task);
}

std::vector<const Task*> all_tasks() {
  return tasks().all();
}

const Task& task_for(const Problem& problem, std::string_view name) {
  if (!name.empty()) {
    const Task& task = tasks().find(name);
    check_in(task.suits(problem), ErrorKind::usage, "", "{} does not suit {}", name,
             described(problem));
    return task;
  }
  const std::vector<const Task*> all = all_tasks();
  for (size_t i = all.size(); i-- > 0;)
    if (all[i]->suits(problem))
      return *all[i];
  fail(ErrorKind::usage, "", "no task suits {}", described(problem));
}

Problem problem_of(const data::Dataset& data, const Dims& output, Outputs outputs) {
  return {.targets = data.task(),
          .labels = data.class_names(),
          .output = output,
          .outputs = outputs,
          .quantity = data.target_name()};
}

}  // namespace hebb
