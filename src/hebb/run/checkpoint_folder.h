// Checkpoints on disk: a folder checkpoints/STEP/ with checkpoint.safetensors (weights, optimiser,
// callbacks, running metrics) and checkpoint.json (counters, random state, history, checksums of
// both). It is written to the side, synced and renamed: there is a whole one or none.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "hebb/train/checkpoint.h"

namespace hebb {

// Error: the disk is full or not writable; what was there before is untouched.
void save_checkpoint(const std::filesystem::path& folder, const Checkpoint& checkpoint);
// Error: missing, damaged or not a checkpoint.
Checkpoint load_checkpoint(const std::filesystem::path& folder);
// The newest whole checkpoint below `checkpoints`; damaged ones are passed over with a warning.
// Nothing: there is none.
std::optional<Checkpoint> newest_checkpoint(const std::filesystem::path& checkpoints);

// The weights of the newest whole one, by the model's names, and its step. Nothing: there is none.
struct CheckpointWeights {
  int64_t step = 0;
  StateDict weights;
};
std::optional<CheckpointWeights> newest_weights(const std::filesystem::path& checkpoints);

// Those in the folder by their steps, the newest first.
std::vector<std::pair<int64_t, std::filesystem::path>> checkpoints_in(
    const std::filesystem::path& checkpoints);
// Removes all but `keep` of those up to step `newest`; later ones are left-overs of a training that
// went on from before them.
void keep_checkpoints(const std::filesystem::path& checkpoints, int64_t newest, int64_t keep);

}  // namespace hebb
