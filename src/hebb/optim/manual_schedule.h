// Learning rates that somebody wrote down: each from its milestone on.
#pragma once

#include <string>
#include <vector>

#include "hebb/optim/schedule.h"

namespace hebb::optim {

// The optimiser's learning rate until milestones[0], then rates[0] until milestones[1], and so on.
// Error (usage): not as many rates as milestones, milestones that do not rise, a rate that is below
// 0 or not finite.
Schedule manual(std::vector<int64_t> milestones, std::vector<double> rates,
                Schedule::Per per = Schedule::Per::epoch);

// As a line has it: manual 30,80 0.01,0.001
struct ManualOptions {
  std::vector<int64_t> milestones;
  std::string rates = "0.01";
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
  HEBB_FIELDS(milestones, rates, warmup, per)
  static constexpr Note notes[] = {{.field = "milestones",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 1,
                                    .what = "when the next learning rate begins: 30,80"},
                                   {.field = "rates",
                                    .place = 2,
                                    .needed = true,
                                    .what = "a learning rate for each milestone: 0.01,0.001"},
                                   warmup_note,
                                   per_note};
};

}  // namespace hebb::optim
