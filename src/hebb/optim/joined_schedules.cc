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
  out.whole = [parts, milestones, per](double base_lr, const Progress& p) {
    const bool steps = per == Schedule::Per::step;
    const int64_t now = steps ? p.step : p.epoch, total = steps ? p.total_steps : p.total_epochs;
    const auto next =
        size_t(std::upper_bound(milestones.begin(), milestones.end(), now) - milestones.begin());
    const int64_t start = next ? milestones[next - 1] : 0,
                  end = next < milestones.size() ? milestones[next] : total,
                  length = std::max<int64_t>(1, end - start);
    return parts[next].lr(base_lr, {now - start, now - start, length, length, {}});
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
  out.parts = std::move(parts);
  return out;
}

constinit const ScheduleEntry schedule_word::sequential =
    schedule_entry<SequentialOptions, sequential_of>("sequential",
                                                     "one schedule after the other (SequentialLR)");
constinit const ScheduleEntry schedule_word::chained = schedule_entry<ChainedOptions, chained_of>(
    "chained", "schedules on top of each other (ChainedScheduler)");

}  // namespace hebb::optim
