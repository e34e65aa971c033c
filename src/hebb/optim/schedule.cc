#include "hebb/optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "hebb/base/check.h"
#include "hebb/base/log.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

std::span<const std::string_view> words_of(Schedule::Per) {
  static constexpr std::string_view words[] = {"step", "epoch"};
  return words;
}
std::span<const std::string_view> words_of(OneCycleOptions::Anneal) {
  static constexpr std::string_view words[] = {"cos", "linear"};
  return words;
}

void Schedule::check(double base_lr) const {
  check_in(eta_min <= base_lr, ErrorKind::usage, name,
           "{} is {}, should be a learning rate of at most {}, from which it falls", eta_min_name,
           eta_min, base_lr);
  for (const Schedule& part : parts)
    part.check(base_lr);
}

Schedule::Clock Schedule::clock(const Progress& p) const {
  const bool steps = per == Per::step;
  check_in(!needs_total || (steps ? p.total_steps : p.total_epochs) > 0, ErrorKind::usage, name,
           "spans the whole training, whose length is not given; name its {} as the total, or give "
           "a period",
           steps ? "steps" : "epochs");
  // The warm-up steps are not part of a schedule that counts steps: it begins when they are over.
  if (steps)
    return {double(std::max<int64_t>(0, p.step - warmup)),
            double(std::max<int64_t>(1, p.total_steps - warmup))};
  return {double(p.epoch), double(std::max<int64_t>(1, p.total_epochs))};
}

double Schedule::lr(double base_lr, const Progress& p) const {
  check(base_lr);
  double lr = base_lr;
  const auto [now, total] = clock(p);
  if (whole)
    lr = whole(base_lr, p);
  else if (shape)
    lr = eta_min + (base_lr - eta_min) * shape(now, total);
  if (p.step < warmup)
    lr *= double(p.step + 1) / double(warmup);
  return lr;
}

std::optional<double> Schedule::momentum(const Progress& p) const {
  if (whole_momentum)
    return whole_momentum(p);
  if (!momentum_shape)
    return {};
  const auto [now, total] = clock(p);
  return momentum_shape(now, total);
}

Schedule constant(int64_t warmup) {
  return {.warmup = warmup};
}

Schedule constant(ConstantOptions o) {
  check_options("constant", o);
  if (o.factor == 1)
    return constant(o.warmup);
  return {o.per, o.warmup,
          [o](double now, double) { return now < double(o.total_iters) ? o.factor : 1; },
          "constant"};
}

namespace {

// Of a fall that takes `length`, or all there is: the part that is over, from 0 to 1.
double part_over(double now, int64_t length, double total) {
  return std::min(1.0, now / (length > 0 ? double(length) : total));
}

}  // namespace

Schedule linear(LinearOptions o) {
  check_options("linear", o);
  return {o.per, o.warmup,
          [o](double now, double total) {
            return o.start_factor +
                   (o.end_factor - o.start_factor) * part_over(now, o.total_iters, total);
          },
          "linear", o.total_iters == 0};
}

Schedule polynomial(PolynomialOptions o) {
  check_options("polynomial", o);
  return {o.per, o.warmup,
          [o](double now, double total) {
            return std::pow(1 - part_over(now, o.total_iters, total), o.power);
          },
          "polynomial", o.total_iters == 0};
}

Schedule step(StepOptions o) {
  check_options("step", o);
  return {
      o.per, o.warmup,
      [o](double now, double) { return std::pow(o.gamma, std::floor(now / double(o.step_size))); },
      "step"};
}

Schedule multistep(MultiStepOptions o) {
  check_in(std::is_sorted(o.milestones.begin(), o.milestones.end()) && !o.milestones.empty(),
           ErrorKind::usage, "multistep", "milestones should be rising numbers, like 30,80");
  check_options("multistep", o);
  return {o.per, o.warmup,
          [o](double now, double) {
            const auto reached =
                std::upper_bound(o.milestones.begin(), o.milestones.end(), int64_t(now)) -
                o.milestones.begin();
            return std::pow(o.gamma, double(reached));
          },
          "multistep"};
}

Schedule exponential(ExponentialOptions o) {
  check_options("exponential", o);
  return {o.per, o.warmup, [o](double now, double) { return std::pow(o.gamma, now); },
          "exponential"};
}

Schedule cosine(CosineOptions o) {
  check_options("cosine", o);
  return {o.per,
          o.warmup,
          [o](double now, double total) {
            const double t = o.period > 0 ? now / double(o.period) : std::min(1.0, now / total);
            return (1 + std::cos(std::numbers::pi * t)) / 2;
          },
          "cosine",
          o.period == 0,
          o.eta_min};
}

Schedule inverse_time(InverseTimeOptions o) {
  check_options("inverse_time", o);
  return {o.per, o.warmup, [o](double now, double) { return 1 / (1 + o.rate * now); },
          "inverse_time"};
}

namespace {

// Of a phase that goes from one value to another; part: 0 .. 1.
double annealed(OneCycleOptions::Anneal strategy, double from, double to, double part) {
  return strategy == OneCycleOptions::Anneal::cos
             ? to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * part))
             : from + (to - from) * part;
}

// A value at `now` of `total` that goes from `begin` to `top`, back where there are three phases,
// and to `end`.
double one_cycle_at(const OneCycleOptions& o, double now, double total, double begin, double top,
                    double end) {
  struct Phase {
    double last, from, to;  // last: the step with which it ends
  };
  std::vector<Phase> phases{{o.pct_start * total - 1, begin, top}};
  if (o.three_phase)
    phases.push_back({2 * o.pct_start * total - 2, top, begin});
  phases.push_back({total - 1, phases.back().to, end});
  double first = 0;
  for (const Phase& phase : phases) {
    if (now <= phase.last || &phase == &phases.back()) {
      const double length = phase.last - first;
      return annealed(o.anneal_strategy, phase.from, phase.to,
                      length > 0 ? std::clamp((now - first) / length, 0.0, 1.0) : 1);
    }
    first = phase.last;
  }
  return end;
}

}  // namespace

void check_momenta(std::string_view name, double base, double max) {
  check_in(base <= max, ErrorKind::usage, name,
           "base_momentum is {} and max_momentum {}; the first should not be above the second",
           base, max);
}

Schedule one_cycle(OneCycleOptions o) {
  check_options("one_cycle", o);
  check_momenta("one_cycle", o.base_momentum, o.max_momentum);
  const auto share = [o](double now, double total) {
    const double begin = 1 / o.div_factor;
    return one_cycle_at(o, now, total, begin, 1, begin / o.final_div_factor);
  };
  Schedule out{o.per, 0, share, "one_cycle", true};
  if (o.cycle_momentum)
    out.momentum_shape = [o](double now, double total) {
      return one_cycle_at(o, now, total, o.max_momentum, o.base_momentum, o.max_momentum);
    };
  return out;
}

Schedule multiplicative(std::function<double(int64_t)> factor, Schedule::Per per) {
  return {per, 0,
          [factor = std::move(factor)](double now, double) {
            double product = 1;
            for (int64_t i = 1; i <= int64_t(now); ++i)
              product *= factor(i);
            return product;
          },
          "multiplicative"};
}
Schedule lambda(std::function<double(int64_t)> factor, Schedule::Per per) {
  return {per, 0, [factor = std::move(factor)](double now, double) { return factor(int64_t(now)); },
          "lambda"};
}

constinit const ScheduleEntry schedule_word::constant =
    schedule_entry<ConstantOptions, optim::constant>(
        "constant", "the learning rate as it is, or times a factor at first (ConstantLR)");
constinit const ScheduleEntry schedule_word::linear = schedule_entry<LinearOptions, optim::linear>(
    "linear", "along a line from one factor to another (LinearLR)");
constinit const ScheduleEntry schedule_word::polynomial =
    schedule_entry<PolynomialOptions, optim::polynomial>(
        "polynomial", "down to 0 along a power of what is left (PolynomialLR)");
constinit const ScheduleEntry schedule_word::step =
    schedule_entry<StepOptions, optim::step>("step", "times gamma every STEP_SIZE epochs (StepLR)");
constinit const ScheduleEntry schedule_word::multistep =
    schedule_entry<MultiStepOptions, optim::multistep>(
        "multistep", "times gamma at each milestone (MultiStepLR)");
constinit const ScheduleEntry schedule_word::exponential =
    schedule_entry<ExponentialOptions, optim::exponential>(
        "exponential", "times gamma every epoch (ExponentialLR)");
constinit const ScheduleEntry schedule_word::cosine = schedule_entry<CosineOptions, optim::cosine>(
    "cosine", "half a cosine down to eta_min over the training (CosineAnnealingLR)");
constinit const ScheduleEntry schedule_word::inverse_time =
    schedule_entry<InverseTimeOptions, optim::inverse_time>("inverse_time", "1 / (1 + rate t)");

constinit const ScheduleEntry schedule_word::one_cycle =
    schedule_entry<OneCycleOptions, optim::one_cycle>(
        "one_cycle", "up to the learning rate and down again, over the training (OneCycleLR)");

LrScheduler::LrScheduler(Optimizer& optimizer, Schedule schedule, LrSchedulerOptions options)
    : optimizer_(optimizer), schedule_(std::move(schedule)), options_(options),
      base_lr_(optimizer.lr()), now_(options.done), steps_before_(optimizer.steps()) {
  check_in(options.total >= 0 && options.done >= 0, ErrorKind::usage, schedule_.name,
           "total is {} and done {}, should be at least 0", options.total, options.done);
  check_in(schedule_.monitor.empty(), ErrorKind::usage, schedule_.name,
           "looks at {}, which a loop of one's own has to give it; use ReduceLROnPlateau",
           schedule_.monitor);
  check_in(schedule_.warmup == 0 || !schedule_.shape || schedule_.per == Schedule::Per::step,
           ErrorKind::usage, schedule_.name,
           "counts epochs, but its warm-up counts steps; give it .per = Schedule::Per::step here");
  set_lr();
}

void LrScheduler::step() {
  ++now_;
  set_lr();
  // As many optimiser steps as "epochs": said when it begins to show, and late enough that a first
  // epoch of one batch is no reason.
  const int64_t counted = now_ - options_.done;
  const bool changed = optimizer_.lr() != base_lr_;
  if (!warned_ && (schedule_.shape || schedule_.whole) && schedule_.per == Schedule::Per::epoch &&
      changed && counted >= 3 && optimizer_.steps() - steps_before_ == counted) {
    warned_ = true;
    warn(
        fmt::format("{} counts epochs, but is stepped after every optimiser step; step it once an "
                    "epoch, or give it .per = Schedule::Per::step",
                    schedule_.name));
  }
}

void LrScheduler::set_lr() {
  const Progress now{now_, now_, options_.total, options_.total};
  optimizer_.set_lr(schedule_.lr(base_lr_, now));
  if (const std::optional<double> momentum = schedule_.momentum(now))
    optimizer_.set_momentum(*momentum);
}

}  // namespace hebb::optim
