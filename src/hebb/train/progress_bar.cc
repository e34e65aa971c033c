#include "hebb/train/progress_bar.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/base/clock.h"
#include "hebb/base/terminal.h"

namespace hebb {
namespace {

constexpr int cells = 20;
constexpr double refresh = 0.05;  // seconds

std::string clock_text(double s) {
  const auto whole = int64_t(s + 0.5);
  if (whole >= 3600)
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  if (whole >= 60)
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}s", whole);
}

std::string metrics_text(const NamedValues& values) {
  std::string text;
  for (const auto& [name, value] : values)
    text += fmt::format(" - {}: {}", name, metric_text(value));
  return text;
}

}  // namespace

std::string step_time_text(double s) {
  if (s >= 1 || s == 0)
    return fmt::format("{:.0f}s/step", s);
  if (s >= 1e-3)
    return fmt::format("{:.0f}ms/step", s * 1e3);
  return fmt::format("{:.0f}us/step", s * 1e6);
}

ProgressBar::ProgressBar(Verbosity verbosity, std::FILE* out) : verbosity_(verbosity), out_(out) {
  const Terminal terminal = terminal_of(out);
  if (verbosity_ == Verbosity::automatic)
    verbosity_ = terminal.redraws ? Verbosity::bar : Verbosity::lines;
  colour_ = terminal.colours;
}

ProgressBar::~ProgressBar() {
  if (in_line_)
    put("\n");
}

std::string ProgressBar::bold(const std::string& text) const {
  return colour_ ? "\033[1m" + text + "\033[0m" : text;
}

void ProgressBar::put(const std::string& text) const {
  std::fputs(text.c_str(), out_);
  std::fflush(out_);
}

void ProgressBar::epoch_begin(TrainState& state) {
  begun_ = first_done_ = drawn_ = steady_seconds();
  begun_at_ = state.batch;
  if (verbosity_ == Verbosity::bar)
    put(fmt::format("Epoch {}/{}\n", state.epoch + 1, state.epochs));
}

void ProgressBar::batch_end(TrainState& state) {
  const auto now = steady_seconds();
  if (state.batch == begun_at_ + 1)
    first_done_ = now;
  if (verbosity_ != Verbosity::bar || now - drawn_ < refresh)
    return;
  drawn_ = now;
  const double per_step =
      (now - first_done_) / double(std::max<int64_t>(1, state.batch - begun_at_ - 1));
  draw(state,
       clock_text(per_step * double(state.batches_per_epoch - state.batch)) + " " +
           step_time_text(per_step),
       state.running, false);
}

void ProgressBar::draw(const TrainState& state, const std::string& time, const NamedValues& values,
                       bool last) {
  const std::string total = std::to_string(state.batches_per_epoch);
  const int64_t batch = state.batch;
  const int done =
      state.batches_per_epoch > 0 ? int(batch * cells / state.batches_per_epoch) : cells;
  std::string bar;
  if (colour_)
    bar += "\033[32m";
  for (int i = 0; i < done; ++i)
    bar += "━";
  if (colour_)
    bar += "\033[90m";
  for (int i = done; i < cells; ++i)
    bar += colour_ ? "━" : "─";
  if (colour_)
    bar += "\033[0m";
  put(fmt::format("\r\033[K{} {} {}{}{}",
                  bold(fmt::format("{:>{}}/{}", batch, total.size(), total)), bar, bold(time),
                  metrics_text(values), last ? "\n" : ""));
  in_line_ = !last;
}

void ProgressBar::epoch_end(TrainState& state, EpochLog& log) {
  if (verbosity_ == Verbosity::silent)
    return;
  const double took = steady_seconds() - begun_;
  const double per_step =
      (steady_seconds() - first_done_) / double(std::max<int64_t>(1, state.batch - begun_at_ - 1));
  const std::string time = clock_text(took) + " " + step_time_text(per_step);
  if (verbosity_ == Verbosity::bar)
    return draw(state, time, log.values, true);
  put(fmt::format("Epoch {}/{} - {}{}\n", log.epoch, state.epochs, time, metrics_text(log.values)));
}

void ProgressBar::train_end(TrainState& state) {
  if (verbosity_ == Verbosity::silent || state.stop_reason.empty())
    return;
  put(fmt::format("Stopped: {}\n", state.stop_reason));
}

}  // namespace hebb
