// The learning rate of stochastic weight averaging: to one that stays, from which averaging begins
// (weight_average.h).
#pragma once

#include <string>

#include "hebb/optim/schedule.h"

namespace hebb::optim {

struct SwaOptions {
  double swa_lr = 0.05;        // a learning rate; it may lie above the optimiser's
  int64_t anneal_epochs = 10;  // in what `per` counts; 0: at once
  OneCycleOptions::Anneal anneal_strategy = OneCycleOptions::Anneal::cos;
  int64_t start = 0;                // when it begins to go there
  std::string before = "constant";  // the schedule until then, "step:30"
  Schedule::Per per = Schedule::Per::epoch;
  HEBB_FIELDS(swa_lr, anneal_epochs, anneal_strategy, start, before, per)
  static constexpr Note notes[] = {
      {.field = "swa_lr",
       .place = 1,
       .needed = true,
       .above = 0,
       .what = "the learning rate that it goes to and stays at"},
      {.field = "anneal_epochs", .place = 2, .at_least = 0, .what = "how long that takes"},
      {.field = "anneal_strategy", .aliases = {"anneal"}, .what = "along a cosine or straight"},
      {.field = "start", .place = 3, .at_least = 0, .what = "when it begins"},
      {.field = "before", .what = "the schedule until then: step:30:0.5"},
      per_note};
};

// SWALR: from where `before` is at `start` to swa_lr. Error (usage): `before` has a warm-up where
// epochs are counted, or looks at a measure. Source: Izmailov et al. 2018.
Schedule swa(SwaOptions options);

}  // namespace hebb::optim
