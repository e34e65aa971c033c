// Checkpoints: everything that a training needs to go on as if nothing had happened. Their files:
// train/checkpoint_folder.h.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/ops/random_key.h"
#include "hebb/train/callback.h"

namespace hebb {

struct Checkpoint {
  int64_t epoch = 0, batch = 0, step = 0;
  double seconds = 0;        // of training so far
  double epoch_seconds = 0;  // of the epoch that is not finished
  RandomState random;
  std::vector<EpochLog> history;
  std::string
      stop_reason;    // a callback's, when training is over with this epoch; emptied, it goes on
  StateDict tensors;  // "model.", "optimizer.", "callback.NAME.", "running." in front of what each
                      // part calls them
  std::string config_hash;  // of what must be equal for going on; empty outside of run folders
};

// What of a list belongs to a part: "optimizer." -> its tensors without the prefix.
StateDict part_of(const StateDict& tensors, const std::string& prefix);
void add_part(StateDict& all, const std::string& prefix, const StateDict& part);

struct CheckpointOptions {
  int64_t every_steps = 0;  // 0: by epochs
  int64_t every_epochs = 1;
  int64_t keep = 2;  // the newest ones
};

}  // namespace hebb
