// Learning-rate schedules as pure functions of how far training is: nothing to save, nothing that a
// resume could lose. Names and formulas as torch.optim.lr_scheduler; warm-up rises linearly from 0
// over its first steps.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct Progress {
  int64_t step = 0;         // optimiser steps taken before this one
  int64_t epoch = 0;        // whole epochs before this step
  int64_t total_steps = 0;  // of the training
  int64_t total_epochs = 0;
};

// How the learning rate goes on from the optimiser's own. per: which of the two clocks it follows.
struct Schedule {
  enum class Per { step, epoch } per = Per::epoch;
  int64_t warmup = 0;  // steps
  // From 1, that learning rate, to 0, which is eta_min; now in steps or epochs; empty: constant.
  std::function<double(double now, double total)> shape = {};
  std::string name = "constant";
  bool needs_total = false;  // the shape spans the whole training
  double eta_min = 0;        // a learning rate

  double lr(double base_lr, const Progress& progress)
      const;                         // Error: as check(); the shape needs a total, which is 0
  void check(double base_lr) const;  // Error: it would rise to an eta_min above base_lr
};

struct StepOptions {
  int64_t step_size = 1;
  double gamma = 0.1;
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
};
struct MultiStepOptions {
  std::vector<int64_t> milestones;  // rising
  double gamma = 0.1;
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
};
struct ExponentialOptions {
  double gamma = 0.9;
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
};
struct CosineOptions {
  double eta_min = 0;  // the learning rate that it falls to
  int64_t period = 0;  // PyTorch's T_max; 0: the whole training
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::step;
};
struct InverseTimeOptions {  // 1 / (1 + rate t)
  double rate = 1;
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
};

Schedule constant(int64_t warmup = 0);
Schedule step(StepOptions options);                // StepLR: gamma^(t / step_size)
Schedule multistep(MultiStepOptions options);      // MultiStepLR: gamma^(milestones reached)
Schedule exponential(ExponentialOptions options);  // ExponentialLR: gamma^t
Schedule cosine(
    CosineOptions options = {});  // CosineAnnealingLR: down to eta_min over half a cosine
Schedule inverse_time(InverseTimeOptions options);
Schedule lambda(std::function<double(int64_t)> factor, Schedule::Per per = Schedule::Per::epoch);

// In the schedule's own clock: optimiser steps where it counts steps (per = step), else epochs.
struct LrSchedulerOptions {
  int64_t total = 0;  // of the whole training; a cosine without a period needs it
  int64_t done = 0;   // before now: where a resumed training goes on
};

// For the explicit loop: sets the optimiser's learning rate, as a multiple of what that is when the
// scheduler is made. Call step() after every epoch, or after every optimiser step where the
// schedule counts steps. Warns once when one that counts epochs is stepped after every optimiser
// step.
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
};

}  // namespace hebb::optim
