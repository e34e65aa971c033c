#include "hebb/optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "hebb/base/check.h"
#include "hebb/base/log.h"

namespace hebb::optim {

void Schedule::check(double base_lr) const {
  check_in(eta_min <= base_lr, ErrorKind::usage, name,
           "eta_min is {}, should be a learning rate of at most {}, from which it falls", eta_min,
           base_lr);
}

double Schedule::lr(double base_lr, const Progress& p) const {
  check(base_lr);
  double lr = base_lr;
  check_in(!needs_total || (per == Per::step ? p.total_steps : p.total_epochs) > 0,
           ErrorKind::usage, name,
           "spans the whole training, whose length is not given; name its {} as the total, or give "
           "a period",
           per == Per::step ? "steps" : "epochs");
  if (shape) {
    // The warm-up steps are not part of a schedule that counts steps: it begins when they are over.
    const double now =
        per == Per::step ? double(std::max<int64_t>(0, p.step - warmup)) : double(p.epoch);
    const double total = per == Per::step ? double(std::max<int64_t>(1, p.total_steps - warmup))
                                          : double(std::max<int64_t>(1, p.total_epochs));
    lr = eta_min + (base_lr - eta_min) * shape(now, total);
  }
  if (p.step < warmup)
    lr *= double(p.step + 1) / double(warmup);
  return lr;
}

Schedule constant(int64_t warmup) {
  return {.warmup = warmup};
}

Schedule step(StepOptions o) {
  check_in(o.step_size >= 1, ErrorKind::usage, "step", "step_size is {}, should be at least 1",
           o.step_size);
  check_in(o.gamma > 0, ErrorKind::usage, "step", "gamma is {}, should be above 0", o.gamma);
  return {
      o.per, o.warmup,
      [o](double now, double) { return std::pow(o.gamma, std::floor(now / double(o.step_size))); },
      "step"};
}

Schedule multistep(MultiStepOptions o) {
  check_in(std::is_sorted(o.milestones.begin(), o.milestones.end()) && !o.milestones.empty(),
           ErrorKind::usage, "multistep", "milestones should be rising numbers, like 30,80");
  check_in(o.gamma > 0, ErrorKind::usage, "multistep", "gamma is {}, should be above 0", o.gamma);
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
  check_in(o.gamma > 0, ErrorKind::usage, "exponential", "gamma is {}, should be above 0", o.gamma);
  return {o.per, o.warmup, [o](double now, double) { return std::pow(o.gamma, now); },
          "exponential"};
}

Schedule cosine(CosineOptions o) {
  check_in(o.eta_min >= 0, ErrorKind::usage, "cosine", "eta_min is {}, should be at least 0",
           o.eta_min);
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
  check_in(o.rate >= 0, ErrorKind::usage, "inverse_time", "rate is {}, should be at least 0",
           o.rate);
  return {o.per, o.warmup, [o](double now, double) { return 1 / (1 + o.rate * now); },
          "inverse_time"};
}

Schedule lambda(std::function<double(int64_t)> factor, Schedule::Per per) {
  return {per, 0, [factor = std::move(factor)](double now, double) { return factor(int64_t(now)); },
          "lambda"};
}

LrScheduler::LrScheduler(Optimizer& optimizer, Schedule schedule, LrSchedulerOptions options)
    : optimizer_(optimizer), schedule_(std::move(schedule)), options_(options),
      base_lr_(optimizer.lr()), now_(options.done), steps_before_(optimizer.steps()) {
  check_in(options.total >= 0 && options.done >= 0, ErrorKind::usage, schedule_.name,
           "total is {} and done {}, should be at least 0", options.total, options.done);
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
  if (schedule_.shape && schedule_.per == Schedule::Per::epoch && changed && counted >= 3 &&
      optimizer_.steps() - steps_before_ == counted)
    warn_once(
        fmt::format("{} counts epochs, but is stepped after every optimiser step; step it once an "
                    "epoch, or give it .per = Schedule::Per::step",
                    schedule_.name));
}

void LrScheduler::set_lr() {
  optimizer_.set_lr(schedule_.lr(base_lr_, {now_, now_, options_.total, options_.total}));
}

}  // namespace hebb::optim
