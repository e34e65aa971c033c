#include "hebb/optim/joined_schedules.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/optim/entries.h"
#include "hebb/optim/parse.h"

namespace hebb::optim {
namespace {

// "linear:0.1:total_iters=5;cosine"
std::vector<Schedule> parse_schedules(std::string_view text) {
  std::vector<Schedule> out;
  for (;;) {
    const size_t end = std::min(text.find(';'), text.size());
    out.push_back(parse_part(text.substr(0, end)));
    if (end == text.size())
      return out;
    text.remove_prefix(end + 1);
  }
}

bool any_changes_momentum(const std::vector<Schedule>& parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [](const Schedule& part) { return part.changes_momentum(); });
}

// The stretches of time between milestones, of which each has a schedule.
struct Stretches {
  std::vector<int64_t> milestones;
  Schedule::Per per;

  size_t at(const Progress& p) const {
    return size_t(std::upper_bound(milestones.begin(), milestones.end(), now(p)) -
                  milestones.begin());
  }
  // How far stretch i is: at its beginning before it, and at its last step afterwards.
  Progress within(size_t i, const Progress& p) const {
    const int64_t total = per == Schedule::Per::step ? p.total_steps : p.total_epochs,
                  start = i ? milestones[i - 1] : 0,
                  end = i < milestones.size() ? milestones[i] : total,
                  length = std::max<int64_t>(1, end - start);
    int64_t place = std::max<int64_t>(0, now(p) - start);
    if (i < milestones.size())
      place = std::min(place, length - 1);
    return {place, place, length, length, {}};
  }

 private:
  int64_t now(const Progress& p) const { return per == Schedule::Per::step ? p.step : p.epoch; }
};

Schedule sequential_of(SequentialOptions o) {
  return sequential(parse_schedules(o.schedules), std::move(o.milestones), o.per);
}
Schedule chained_of(ChainedOptions o) {
  return chained(parse_schedules(o.schedules));
}

}  // namespace

Schedule parse_part(std::string_view text) {
  std::string line(text);
  std::replace(line.begin(), line.end(), ':', ' ');
  return parse_schedule(line);
}

Schedule part_of_another(std::string_view name, Schedule part, Schedule::Per per) {
  check_in(part.warmup == 0 || per == Schedule::Per::step, ErrorKind::usage, name,
           "{} has a warm-up, which counts steps; say per=step, or put a linear one before it",
           part.name);
  check_in(part.monitor.empty(), ErrorKind::usage, name,
           "{} looks at a measure, so it cannot be one of several", part.name);
  part.per = per;
  return part;
}

Schedule sequential(std::vector<Schedule> parts, std::vector<int64_t> milestones,
                    Schedule::Per per) {
  check_in(parts.size() == milestones.size() + 1, ErrorKind::usage, "sequential",
           "{} schedules need {} milestones, not {}", parts.size(),
           std::max<size_t>(1, parts.size()) - 1, milestones.size());
  for (size_t i = 0; i < milestones.size(); ++i)
    check_in(milestones[i] > (i ? milestones[i - 1] : 0), ErrorKind::usage, "sequential",
             "milestones should be rising numbers above 0, like 5,20");
  for (Schedule& part : parts)
    part = part_of_another("sequential", std::move(part), per);
  Schedule out{.per = per, .name = "sequential", .needs_total = parts.back().needs_total};
  const Stretches stretches{milestones, per};
  out.whole = [parts, stretches](double base_lr, const Progress& p) {
    const size_t now = stretches.at(p);
    return parts[now].lr(base_lr, stretches.within(now, p));
  };
  if (any_changes_momentum(parts))
    // Where the present part leaves momentum, it is as the last one before left it, or as the first
    // one that changes it will begin.
    out.whole_momentum = [parts, stretches](const Progress& p) {
      const size_t now = stretches.at(p);
      std::optional<double> momentum;
      for (size_t i = 0; i < parts.size() && (i <= now || !momentum); ++i)
        if (parts[i].changes_momentum())
          momentum = parts[i].momentum(stretches.within(i, p));
      return momentum;
    };
  out.parts = std::move(parts);
  return out;
}

Schedule chained(std::vector<Schedule> parts) {
  check_in(!parts.empty(), ErrorKind::usage, "chained", "there are no schedules");
  Schedule out{.per = parts[0].per, .name = "chained"};
  for (const Schedule& part : parts) {
    check_in(part.eta_min == 0, ErrorKind::usage, "chained",
             "{} has a {}, above which the others may not keep the learning rate", part.name,
             part.eta_min_name);
    out.needs_total = out.needs_total || (part.needs_total && part.per == out.per);
    check_in(part.monitor.empty() || out.monitor.empty() || part.monitor == out.monitor,
             ErrorKind::usage, "chained", "two schedules look at different measures, {} and {}",
             out.monitor, part.monitor);
    if (!part.monitor.empty())
      out.monitor = part.monitor;
  }
  out.whole = [parts](double base_lr, const Progress& p) {
    double lr = base_lr;
    for (const Schedule& part : parts)
      lr = part.lr(lr, p);
    return lr;
  };
  if (any_changes_momentum(parts))
    out.whole_momentum = [parts](const Progress& p) {
      std::optional<double> momentum;  // the last one's
      for (const Schedule& part : parts)
        if (part.changes_momentum())
          momentum = part.momentum(p);
      return momentum;
    };
  out.parts = std::move(parts);
  return out;
}

constinit const ScheduleEntry schedule_word::sequential =
    schedule_entry<SequentialOptions, sequential_of>("sequential",
                                                     "one schedule after the other (SequentialLR)");
constinit const ScheduleEntry schedule_word::chained = schedule_entry<ChainedOptions, chained_of>(
    "chained", "schedules on top of each other (ChainedScheduler)");

}  // namespace hebb::optim
