#include "hebb/optim/parse.h"

#include "hebb/base/family.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {
namespace {

Family<OptimizerEntry>& optimizers() {
  static Family<OptimizerEntry> all("optimizer", {
#define OPTIMIZER(name) &optimizer_word::name,
#include "hebb/optim/optimizers.def"
#undef OPTIMIZER
                                                 });
  return all;
}

Family<ScheduleEntry>& schedules() {
  static Family<ScheduleEntry> all("schedule", {
#define SCHEDULE(name) &schedule_word::name,
#include "hebb/optim/schedules.def"
#undef SCHEDULE
                                               });
  return all;
}

}  // namespace

OptimizerFactory parse_optimizer(std::string_view line) {
  return optimizers().parse(
      line, [](const OptimizerEntry& entry, const void* options) { return entry.make(options); });
}

Schedule parse_schedule(std::string_view line) {
  return schedules().parse(
      line, [](const ScheduleEntry& entry, const void* options) { return entry.make(options); });
}

void add_optimizer(const OptimizerEntry& entry) {
  optimizers().add(entry);
}
void add_schedule(const ScheduleEntry& entry) {
  schedules().add(entry);
}

std::string print_optimizer(std::string_view line) {
  return optimizers().print(line);
}
std::string print_schedule(std::string_view line) {
  return schedules().print(line);
}

std::vector<SpecHelp> optimizer_help() {
  return optimizers().help();
}
std::vector<SpecHelp> schedule_help() {
  return schedules().help();
}

}  // namespace hebb::optim
