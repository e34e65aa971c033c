#include "hebb/optim/swa_schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "hebb/base/check.h"
#include "hebb/optim/entries.h"
#include "hebb/optim/joined_schedules.h"

namespace hebb::optim {

Schedule swa(SwaOptions o) {
  check_options("swa", o);
  Schedule before = part_of_another("swa", parse_part(o.before), o.per);
  Schedule out{.per = o.per, .name = "swa", .needs_total = before.needs_total};
  const auto clock_of = [per = o.per](Progress& p) -> int64_t& {
    return per == Schedule::Per::step ? p.step : p.epoch;
  };
  out.whole = [o, before, clock_of](double base_lr, Progress p) {
    int64_t& clock = clock_of(p);
    const int64_t after = std::max<int64_t>(0, clock - o.start);
    const bool begun = clock >= o.start;
    clock = std::min(clock, o.start);
    const double from = before.lr(base_lr, p);
    double over = o.anneal_epochs > 0 ? std::min(1.0, double(after) / double(o.anneal_epochs))
                                      : double(begun);
    if (o.anneal_strategy == OneCycleOptions::Anneal::cos)
      over = (1 - std::cos(std::numbers::pi * over)) / 2;
    return o.swa_lr * over + from * (1 - over);
  };
  if (before.changes_momentum())
    out.whole_momentum = [o, before, clock_of](Progress p) {
      clock_of(p) = std::min(clock_of(p), o.start);
      return before.momentum(p);
    };
  out.parts = {std::move(before)};
  return out;
}

constinit const ScheduleEntry schedule_word::swa = schedule_entry<SwaOptions, optim::swa>(
    "swa", "to a learning rate at which weights are averaged (SWALR)");

}  // namespace hebb::optim
