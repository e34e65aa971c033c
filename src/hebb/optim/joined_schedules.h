// Schedules made of others: one after the other, or all at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/optim/schedule.h"

namespace hebb::optim {

// SequentialLR: the first until milestones[0], then the next one from its own beginning, and so on;
// all count what `per` says. One that spans the training spans its part of it. Error (usage): not
// one milestone between two schedules, or none that rise; a part with a warm-up where epochs are
// counted, or that looks at a measure.
Schedule sequential(std::vector<Schedule> parts, std::vector<int64_t> milestones,
                    Schedule::Per per = Schedule::Per::epoch);

// ChainedScheduler: each changes the learning rate that those before it give. Error (usage): one
// with a lower end (eta_min), or two that look at different measures.
Schedule chained(std::vector<Schedule> parts);

// A schedule as a part of another, `name`, which counts what `per` says. Error (usage): it has a
// warm-up where epochs are counted, or looks at a measure.
Schedule part_of_another(std::string_view name, Schedule part, Schedule::Per per);
Schedule parse_part(std::string_view line);  // whose arguments are separated by ':'

// In a line, schedules are separated by ';' and their arguments by ':'. Where an argument has a
// name, so has the list:
//   sequential linear:0.1:1:5;cosine 5
//   sequential schedules=linear:0.1:total_iters=5;cosine milestones=5
struct SequentialOptions {
  std::string schedules = "linear;cosine";
  std::vector<int64_t> milestones;
  Schedule::Per per = Schedule::Per::epoch;
  HEBB_FIELDS(schedules, milestones, per)
  static constexpr Note notes[] = {{.field = "schedules",
                                    .place = 1,
                                    .needed = true,
                                    .what = "one after the other: linear:0.1:1:5;cosine"},
                                   {.field = "milestones",
                                    .place = 2,
                                    .needed = true,
                                    .at_least = 1,
                                    .what = "when the next one begins: 5"},
                                   per_note};
};
struct ChainedOptions {
  std::string schedules = "linear;exponential";
  HEBB_FIELDS(schedules)
  static constexpr Note notes[] = {{.field = "schedules",
                                    .place = 1,
                                    .needed = true,
                                    .what = "all at once: linear:0.1;exponential:0.9"}};
};

}  // namespace hebb::optim
