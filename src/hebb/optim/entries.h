// Entries of the lists of optimisers and schedules: how a line of a configuration names one, and
// how it is made. The built-in ones stand beside what they make, and in optimizers.def and
// schedules.def.
#pragma once

#include <string_view>

#include "hebb/base/options.h"
#include "hebb/optim/optimizer.h"
#include "hebb/optim/schedule.h"

namespace hebb::optim {

struct OptimizerEntry {
  std::string_view name, what;
  const OptionsType* options = &options_type<NoOptions>;
  OptimizerFactory (*make)(const void* options);
};

struct ScheduleEntry {
  std::string_view name, what;
  const OptionsType* options = &options_type<NoOptions>;
  Schedule (*make)(const void* options);
};

template <class Options, Schedule (*schedule)(Options)>
constexpr ScheduleEntry schedule_entry(std::string_view name, std::string_view what) {
  return {.name = name, .what = what, .options = &options_type<Options>, .make = [](const void* o) {
            return schedule(as<Options>(o));
          }};
}

// Beside the built-in ones, for the whole program. Error (usage): the name is taken. Their texts
// are kept as they are: literals.
void add_optimizer(const OptimizerEntry& entry);
void add_schedule(const ScheduleEntry& entry);

namespace optimizer_word {
#define OPTIMIZER(name) extern const OptimizerEntry name;
#include "hebb/optim/optimizers.def"
#undef OPTIMIZER
}  // namespace optimizer_word

namespace schedule_word {
#define SCHEDULE(name) extern const ScheduleEntry name;
#include "hebb/optim/schedules.def"
#undef SCHEDULE
}  // namespace schedule_word

}  // namespace hebb::optim
