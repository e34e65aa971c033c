// Schedules that rise again: cosines that begin anew, and cycles between two learning rates.
#pragma once

#include <optional>

#include "hebb/optim/schedule.h"

namespace hebb::optim {

struct CosineWarmRestartsOptions {
  int64_t first = 0;     // PyTorch's T_0: how long the first fall takes
  int64_t multiple = 1;  // T_mult: how much longer each next one takes
  double eta_min = 0;    // the learning rate that it falls to
  int64_t warmup = 0;
  Schedule::Per per = Schedule::Per::epoch;
  HEBB_FIELDS(first, multiple, eta_min, warmup, per)
  static constexpr Note notes[] = {{.field = "first",
                                    .key = "T_0",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 1,
                                    .what = "how long the first fall takes"},
                                   {.field = "multiple",
                                    .key = "T_mult",
                                    .place = 2,
                                    .at_least = 1,
                                    .what = "how many times longer each next one takes"},
                                   {.field = "eta_min",
                                    .aliases = {"min_lr"},
                                    .place = 3,
                                    .at_least = 0,
                                    .what = "the learning rate that it falls to"},
                                   warmup_note,
                                   per_note};
};

struct CyclicOptions {
  enum class Mode { triangular, triangular2, exp_range };
  double base_lr = 0;                     // the lower end
  int64_t step_size_up = 2000;            // steps of a rise
  std::optional<int64_t> step_size_down;  // and of a fall; empty: as many
  Mode mode = Mode::triangular;           // all alike; halved each time; times gamma every step
  double gamma = 1;                       // of exp_range
  bool cycle_momentum = true;
  double base_momentum = 0.8, max_momentum = 0.9;
  Schedule::Per per = Schedule::Per::step;
  HEBB_FIELDS(base_lr, step_size_up, step_size_down, mode, gamma, cycle_momentum, base_momentum,
              max_momentum, per)
  static constexpr Note notes[] = {
      {.field = "base_lr",
       .aliases = {"min_lr", "eta_min"},
       .place = 1,
       .needed = true,
       .at_least = 0,
       .what = "the lower end; the optimiser's learning rate is the upper one"},
      {.field = "step_size_up", .place = 2, .at_least = 1, .what = "steps of a rise"},
      {.field = "step_size_down",
       .place = 3,
       .at_least = 1,
       .what = "steps of a fall; left out, as many"},
      {.field = "mode",
       .place = 4,
       .what = "cycles of one height; of half the height each time; or times gamma every step"},
      {.field = "gamma", .place = 5, .above = 0, .at_most = 1, .what = "of exp_range"},
      cycle_momentum_note,
      base_momentum_note,
      max_momentum_note,
      per_note};
};
std::span<const std::string_view> words_of(CyclicOptions::Mode);

// CosineAnnealingWarmRestarts. Source: Loshchilov and Hutter 2017 (SGDR).
Schedule cosine_warm_restarts(CosineWarmRestartsOptions options);
// CyclicLR, whose max_lr is the optimiser's learning rate. Momentum goes the other way, unless
// cycle_momentum is off; only an optimiser that has one can follow it (Optimizer::set_momentum).
// Error: base_momentum above max_momentum. Source: Smith 2017.
Schedule cyclic(CyclicOptions options);

}  // namespace hebb::optim
