// The folder of a run: names of its files, finding and making such folders, and keeping a second
// training out of one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace hebb {

struct RunFolder {
  std::filesystem::path path;

  std::filesystem::path config() const { return path / "config.toml"; }  // resolved: every key
  std::filesystem::path model() const { return path / "model.json"; }
  std::filesystem::path recipe() const { return path / "recipe.json"; }  // how inputs are prepared
  std::filesystem::path weights() const { return path / "weights.safetensors"; }
  // What its scores are compared with.
  std::filesystem::path baseline() const { return path / "baseline.safetensors"; }
  std::filesystem::path checkpoints() const { return path / "checkpoints"; }  // STEP/
  std::filesystem::path metrics() const { return path / "metrics.csv"; }      // a row per epoch
  std::filesystem::path steps() const { return path / "steps.csv"; }  // a row per optimiser step
  std::filesystem::path report() const { return path / "report.html"; }
  std::string name() const;  // "fashion-1"; of a fold "fashion-1/fold-0"
};

bool is_run(const std::filesystem::path& path);             // has a configuration and a description
RunFolder existing_run(const std::filesystem::path& path);  // Error (usage): it is no run folder
// Of a run on every fold: fold-0, fold-1, ...
std::filesystem::path fold_folder(const std::filesystem::path& folder, int64_t fold);
bool holds_folds(const std::filesystem::path& folder);  // the first of them was begun
// But for what a killed process was about to write, and files of these names.
bool is_empty_or_missing(const std::filesystem::path& path,
                         std::initializer_list<std::filesystem::path> but_for = {});
void clear_leftovers(const RunFolder& run);  // of a killed process; while the lock is held

// runs/STEM-1, runs/STEM-2, ... : the numbers of those that are there, the largest first; and a new
// one, made here.
std::vector<RunFolder> runs_of(const std::filesystem::path& parent, const std::string& stem);
RunFolder make_run(const std::filesystem::path& parent, const std::string& stem);

// Whether a process trains in this folder now; false where that cannot be told.
bool is_being_trained(const RunFolder& run);

// Held while a run is trained. Error (io): another process holds it.
class RunLock {
 public:
  explicit RunLock(const RunFolder& run);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int folder_;
};

}  // namespace hebb
