// How training looks in a terminal, after Keras: "Epoch 3/30", then a bar with the time and the
// running metrics. Where standard error is no terminal, or a dumb one: one plain line per epoch,
// never one per step. Honours NO_COLOR (base/terminal.h).
#pragma once

#include <cstdio>

#include "hebb/train/callback.h"

namespace hebb {

enum class Verbosity { silent, bar, lines, automatic };

class ProgressBar : public Callback {
 public:
  explicit ProgressBar(Verbosity verbosity = Verbosity::automatic, std::FILE* out = stderr);
  ~ProgressBar()
      override;  // ends a line that was begun: what is said next, such as an error, has its own
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  void epoch_begin(TrainState& state) override;
  void batch_end(TrainState& state) override;
  void epoch_end(TrainState& state, EpochLog& log) override;
  void train_end(TrainState& state) override;

 private:
  void draw(const TrainState& state, const std::string& time, const NamedValues& values, bool last);
  void put(const std::string& text)
      const;  // a terminal that is gone ends no training: what cannot be shown is lost
  std::string bold(const std::string& text) const;

  Verbosity verbosity_;
  std::FILE* out_;
  bool colour_;
  double begun_ = 0, first_done_ = 0, drawn_ = 0;  // steady_seconds()
  int64_t begun_at_ = 0;  // batches that were done when this epoch (or its resumed rest) began
  bool in_line_ = false;  // the bar stands in a line that is not ended
};

std::string step_time_text(double seconds);  // "12ms/step"

}  // namespace hebb
