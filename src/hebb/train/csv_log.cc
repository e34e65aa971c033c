#include "hebb/train/csv_log.h"

#include <cstdlib>

#include "hebb/base/check.h"
#include "hebb/base/file.h"

namespace hebb {
namespace {

constexpr size_t enough = 1 << 16;  // bytes of waiting rows

// The head and those rows whose first column is at most `last`.
void cut_back(const fs::path& path, const std::string& head, int64_t last) {
  std::string kept = head;
  if (last > 0 && fs::exists(path)) {
    const std::string text = read_file(path);
    size_t begin = text.find('\n');
    while (begin != std::string::npos && ++begin < text.size()) {
      const size_t end = text.find('\n', begin);
      if (end == std::string::npos) break;  // a row that was cut off by a crash
      if (std::strtoll(text.c_str() + begin, nullptr, 10) <= last) kept.append(text, begin, end + 1 - begin);
      begin = end;
    }
  }
  write_file_atomic(path, kept);
}

}  // namespace

void CsvLog::train_begin(TrainState& state) {
  last_step_ = state.step;
  cut_back(folder_ / "steps.csv", "step,epoch,loss,lr\n", state.step);
  fs::remove(folder_ / "metrics.csv");
  for (EpochLog& log : state.history) epoch_end(state, log);  // from the checkpoint: what it knows is what happened
}

void CsvLog::batch_end(TrainState& state) {
  if (state.step == last_step_) return;  // a batch that did not end in a step
  last_step_ = state.step;
  steps_ += fmt::format("{},{},{},{}\n", state.step, state.epoch + 1, state.loss, state.optimizer.lr());
  if (steps_.size() > enough) flush();
}

void CsvLog::flush() {
  append_to_file(folder_ / "steps.csv", steps_);
  steps_.clear();
}

void CsvLog::epoch_end(TrainState&, EpochLog& log) {
  flush();
  const fs::path path = folder_ / "metrics.csv";
  std::string text;
  if (!fs::exists(path)) {
    text = "epoch,steps,seconds";
    for (const auto& [name, value] : log.values) text += "," + name;
    text += "\n";
  }
  text += fmt::format("{},{},{:.3f}", log.epoch, log.steps, log.seconds);
  for (const auto& [name, value] : log.values) text += fmt::format(",{}", value);
  append_to_file(path, text + "\n");
}

}  // namespace hebb
