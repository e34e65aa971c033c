// Learning-rate schedules as pure functions of how far training is: nothing to save, nothing that a
// resume could lose. Names and formulas as torch.optim.lr_scheduler; warm-up rises linearly from 0
// over its first steps.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/base/note.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct Progress {
  int64_t step = 0;         // optimiser steps taken before this one
  int64_t epoch = 0;        // whole epochs before this step
  int64_t total_steps = 0;  // of the training
  int64_t total_epochs = 0;
  std::span<const double> seen = {};  // of the schedule's monitor, epoch by epoch
};

// How the learning rate goes on from the optimiser's own. per: which of the two clocks it follows.
struct Schedule {
  enum class Per { step, epoch } per = Per::epoch;
  int64_t warmup = 0;  // steps
  // Mostly from 1, that learning rate, to 0, which is eta_min; now in steps or epochs; empty:
  // constant.
  std::function<double(double now, double total)> shape = {};
  std::string name = "constant";
  bool needs_total = false;  // the shape spans the whole training
  double eta_min = 0;        // a learning rate
  std::string eta_min_name = "eta_min";
  // Instead of a shape: the learning rate itself.
  std::function<double(double base_lr, const Progress& progress)> whole = {};
  std::string monitor = {};          // what it looks at, "val_loss"; empty: at nothing but the time
  std::vector<Schedule> parts = {};  // that it is made of, in whatever way
  // The momentum, which goes up while the learning rate goes down; empty: it stays as it is.
  std::function<double(double now, double total)> momentum_shape = {};
  // Instead of a shape: the momentum itself.
  std::function<std::optional<double>(const Progress& progress)> whole_momentum = {};

  double lr(double base_lr, const Progress& progress)
      const;  // Error: as check(); the shape needs a total, which is 0
  // Empty: the optimiser's own. Error: the shape needs a total, which is 0.
  std::optional<double> momentum(const Progress& progress) const;
  void check(double base_lr) const;  // Error: it would rise to an eta_min above base_lr
  bool changes_momentum() const { return momentum_shape || whole_momentum; }

 private:
  struct Clock {
    double now, total;
  };
  Clock clock(const Progress& progress) const;  // Error: a total is needed, and is 0
};

std::span<const std::string_view> words_of(Schedule::Per);

// What schedules have in common.
inline constexpr Note warmup_note{.field = "warmup",
                                  .aliases = {"warmup_steps"},
                                  .at_least = 0,
                                  .what = "steps in which the learning rate rises from 0"};
inline constexpr Note cycle_momentum_note{
    .field = "cycle_momentum",
    .what =
        "whether momentum, or Adam's beta1, falls while the learning rate rises, and rises while "
        "that falls"};
inline constexpr Note base_momentum_note{
    .field = "base_momentum",
    .above = 0,
    .below = 1,
    .what = "the smallest momentum, where the learning rate is largest"};
inline constexpr Note max_momentum_note{
    .field = "max_momentum",
    .above = 0,
    .below = 1,
    .what = "the largest momentum, where the learning rate is smallest"};
inline constexpr Note per_note{.field = "per", .what = "what it counts: step or epoch"};
inline constexpr Note gamma_note{
    .field = "gamma", .place = 2, .above = 0, .what = "what the learning rate is multiplied by"};

struct ConstantOptions {
  double factor = 1;
  int64_t total_iters = 5;
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
  HEBB_FIELDS(factor, total_iters, warmup, per)
  static constexpr Note notes[] = {{.field = "factor",
                                    .place = 1,
                                    .above = 0,
                                    .at_most = 1,
                                    .what = "what the learning rate is multiplied by at first"},
                                   {.field = "total_iters",
                                    .place = 2,
                                    .at_least = 0,
                                    .what = "for how long; then it is as it is"},
                                   warmup_note,
                                   per_note};
};
struct LinearOptions {
  double start_factor = 1.0 / 3, end_factor = 1;
  int64_t total_iters = 5;  // 0: the whole training
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
  HEBB_FIELDS(start_factor, end_factor, total_iters, warmup, per)
  static constexpr Note notes[] = {{.field = "start_factor",
                                    .place = 1,
                                    .above = 0,
                                    .at_most = 1,
                                    .what = "what the learning rate is multiplied by at first"},
                                   {.field = "end_factor",
                                    .place = 2,
                                    .at_least = 0,
                                    .at_most = 1,
                                    .what = "and what it is multiplied by in the end"},
                                   {.field = "total_iters",
                                    .place = 3,
                                    .at_least = 0,
                                    .what = "how long it takes; 0: the whole training"},
                                   warmup_note,
                                   per_note};
};
struct PolynomialOptions {
  int64_t total_iters = 0;  // 0: the whole training
  double power = 1;
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
  HEBB_FIELDS(total_iters, power, warmup, per)
  static constexpr Note notes[] = {
      {.field = "total_iters",
       .place = 1,
       .at_least = 0,
       .what = "how long it falls; 0: the whole training"},
      {.field = "power", .place = 2, .above = 0, .what = "1: along a line, 2: faster at first"},
      warmup_note,
      per_note};
};
struct StepOptions {
  int64_t step_size = 1;
  double gamma = 0.1;
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
  HEBB_FIELDS(step_size, gamma, warmup, per)
  static constexpr Note notes[] = {{.field = "step_size",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 1,
                                    .what = "epochs, or steps, from one fall to the next"},
                                   gamma_note,
                                   warmup_note,
                                   per_note};
};
struct MultiStepOptions {
  std::vector<int64_t> milestones;  // rising
  double gamma = 0.1;
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
  HEBB_FIELDS(milestones, gamma, warmup, per)
  static constexpr Note notes[] = {{.field = "milestones",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 1,
                                    .what = "when it falls: 30,80"},
                                   gamma_note,
                                   warmup_note,
                                   per_note};
};
struct ExponentialOptions {
  double gamma = 0.9;
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
  HEBB_FIELDS(gamma, warmup, per)
  static constexpr Note notes[] = {{.field = "gamma",
                                    .place = 1,
                                    .above = 0,
                                    .what = "what each epoch's learning rate is multiplied by"},
                                   warmup_note,
                                   per_note};
};
struct CosineOptions {
  double eta_min = 0;  // the learning rate that it falls to
  int64_t period = 0;  // PyTorch's T_max; 0: the whole training
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::step;
  HEBB_FIELDS(eta_min, period, warmup, per)
  static constexpr Note notes[] = {{.field = "eta_min",
                                    .aliases = {"min_lr"},
                                    .place = 1,
                                    .at_least = 0,
                                    .what = "the learning rate that it falls to"},
                                   {.field = "period",
                                    .aliases = {"T_max"},
                                    .place = 2,
                                    .at_least = 0,
                                    .what = "how long it falls; 0: the whole training"},
                                   warmup_note,
                                   per_note};
};
struct InverseTimeOptions {  // 1 / (1 + rate t)
  double rate = 1;
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
  HEBB_FIELDS(rate, warmup, per)
  static constexpr Note notes[] = {
      {.field = "rate", .place = 1, .at_least = 0, .what = "how fast it falls"},
      warmup_note,
      per_note};
};

struct OneCycleOptions {
  enum class Anneal { cos, linear };
  double pct_start = 0.3;  // share of the training in which it rises
  Anneal anneal_strategy = Anneal::cos;
  bool cycle_momentum = true;
  double base_momentum = 0.85, max_momentum = 0.95;
  double div_factor = 25;         // it begins at the learning rate over this
  double final_div_factor = 1e4;  // and ends at the beginning over that
  bool three_phase = false;       // falls to where it began before it falls to the end
  Schedule::Per per = Schedule::Per::step;
  HEBB_FIELDS(pct_start, anneal_strategy, cycle_momentum, base_momentum, max_momentum, div_factor,
              final_div_factor, three_phase, per)
  static constexpr Note notes[] = {
      {.field = "pct_start",
       .place = 1,
       .at_least = 0,
       .at_most = 1,
       .what = "share of the training in which it rises"},
      {.field = "anneal_strategy", .aliases = {"anneal"}, .what = "along a cosine or straight"},
      cycle_momentum_note,
      base_momentum_note,
      max_momentum_note,
      {.field = "div_factor", .above = 0, .what = "it begins at the learning rate over this"},
      {.field = "final_div_factor", .above = 0, .what = "it ends at the beginning over this"},
      {.field = "three_phase", .what = "falls to where it began, then to the end"},
      per_note};
};
std::span<const std::string_view> words_of(OneCycleOptions::Anneal);
// Error (usage): base is above max.
void check_momenta(std::string_view name, double base, double max);

Schedule constant(int64_t warmup = 0);
Schedule constant(ConstantOptions options);           // ConstantLR: factor, then 1
Schedule linear(LinearOptions options = {});          // LinearLR: from one factor to the other
Schedule polynomial(PolynomialOptions options = {});  // PolynomialLR: (1 - t / total)^power
Schedule step(StepOptions options);                   // StepLR: gamma^(t / step_size)
Schedule multistep(MultiStepOptions options);         // MultiStepLR: gamma^(milestones reached)
Schedule exponential(ExponentialOptions options);     // ExponentialLR: gamma^t
Schedule cosine(
    CosineOptions options = {});  // CosineAnnealingLR: down to eta_min over half a cosine
Schedule inverse_time(InverseTimeOptions options);
// OneCycleLR, whose max_lr is the optimiser's learning rate. Momentum goes the other way, unless
// cycle_momentum is off; only an optimiser that has one can follow it (Optimizer::set_momentum).
// Error: base_momentum above max_momentum. Source: Smith and Topin 2017.
Schedule one_cycle(OneCycleOptions options = {});
// MultiplicativeLR: each time times factor(1), factor(2), ... so far.
Schedule multiplicative(std::function<double(int64_t)> factor,
                        Schedule::Per per = Schedule::Per::epoch);
Schedule lambda(std::function<double(int64_t)> factor, Schedule::Per per = Schedule::Per::epoch);

// In the schedule's own clock: optimiser steps where it counts steps (per = step), else epochs.
struct LrSchedulerOptions {
  int64_t total = 0;  // of the whole training; a cosine without a period needs it
  int64_t done = 0;   // before now: where a resumed training goes on
};

// For the explicit loop: sets the optimiser's learning rate, as a multiple of what that is when the
// scheduler is made, and its momentum where the schedule changes it. Call step() after every epoch,
// or after every optimiser step where the schedule counts steps. Warns once when one that counts
// epochs is stepped after every optimiser step.
class LrScheduler {
 public:
  LrScheduler(Optimizer& optimizer, Schedule schedule, LrSchedulerOptions options = {});
  void step();

 private:
  void set_lr();
  Optimizer& optimizer_;
  Schedule schedule_;
  LrSchedulerOptions options_;
  double base_lr_;
  int64_t now_, steps_before_;  // steps_before_: of the optimiser
  bool warned_ = false;
};

}  // namespace hebb::optim
