// Seconds of training, over interruptions. For .cc files.
#pragma once

#include "hebb/base/clock.h"

namespace hebb {

struct TrainingClock {
  double begun = steady_seconds(), epoch_begun = begun;
  double before = 0, epoch_before = 0;  // of the processes that came before this one
  double total() const { return before + steady_seconds() - begun; }
  double epoch() const { return epoch_before + steady_seconds() - epoch_begun; }
  void start_epoch() {
    epoch_begun = steady_seconds();
    epoch_before = 0;
  }
};

}  // namespace hebb
