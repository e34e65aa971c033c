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

std::vector<std::string> parts_of_task(const Task& task) {
  std::vector<std::string> out;
  if (task.several)
    for (const SeveralModels::Part& part : task.several->parts)
      out.emplace_back(part.name);
  return out;
}

bool is_for(const Task& task, const Problem& problem) {
  return task.input_is_target == problem.input_is_target && parts_of_task(task) == problem.parts &&
         task.suits(problem);
}

std::string described(const Problem& problem) {
  if (!problem.parts.empty())
    return fmt::format("the models {}", listed_names(problem.parts));
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
    const std::vector<std::string> parts = parts_of_task(task);
    check_in(parts == problem.parts || parts.empty(), ErrorKind::usage, "",
             "{} trains the models {}, but there {}", name, listed_names(parts),
             problem.parts.empty() ? "is one model" : "is " + listed_names(problem.parts));
    check_in(is_for(task, problem), ErrorKind::usage, "", "{} does not suit {}", name,
             described(problem));
    return task;
  }
  const std::vector<const Task*> all = all_tasks();
  for (size_t i = all.size(); i-- > 0;)
    if (is_for(*all[i], problem))
      return *all[i];
  fail(ErrorKind::usage, "", "no task suits {}", described(problem));
}

const Task* task_named(std::string_view name) {
  return name.empty() ? nullptr : &tasks().find(name);
}

Problem problem_of(const data::Dataset& data, const Dims& output, Outputs outputs) {
  return {.targets = data.task(),
          .labels = data.class_names(),
          .output = output,
          .outputs = outputs,
          .quantity = data.input_is_target() ? "" : data.target_name(),
          .input_is_target = data.input_is_target()};
}

}  // namespace hebb
