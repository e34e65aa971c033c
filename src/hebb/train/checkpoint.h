// Checkpoints: everything needed to go on as if nothing had happened. A checkpoint is a folder checkpoints/STEP/ with
// checkpoint.safetensors (weights, optimiser, callbacks, running metrics) and checkpoint.json (counters, random state, history,
// checksums of both). It is written to the side, synced and renamed: there is a whole one or none.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
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
  std::string stop_reason;  // a callback's, when training is over with this epoch; emptied, it goes on
  StateDict tensors;        // "model.", "optimizer.", "callback.NAME.", "running." in front of what each part calls them
  std::string config_hash;  // of what must be equal for going on; empty outside of run folders
};

// Error: the disk is full or not writable; what was there before is untouched.
void save_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint);
// Error: missing, damaged or not a checkpoint.
Checkpoint load_checkpoint(const std::filesystem::path& folder);
// The newest whole checkpoint below `checkpoints`; damaged ones are passed over with a warning. Nothing: there is none.
std::optional<Checkpoint> newest_checkpoint(const std::filesystem::path& checkpoints);

// Those in the folder by their steps, the newest first.
std::vector<std::pair<int64_t, std::filesystem::path>> checkpoints_in(const std::filesystem::path& checkpoints);
// Removes all but `keep` of those up to step `newest`; later ones are left-overs of a training that went on from before them.
void keep_checkpoints(const std::filesystem::path& checkpoints, int64_t newest, int64_t keep);

// What of a list belongs to a part: "optimizer." -> its tensors without the prefix.
StateDict part_of(const StateDict& tensors, const std::string& prefix);
void add_part(StateDict& all, const std::string& prefix, const StateDict& part);

struct CheckpointOptions {
  int64_t every_steps = 0;  // 0: by epochs
  int64_t every_epochs = 1;
  int64_t keep = 2;  // the newest ones
};

}  // namespace hebb
