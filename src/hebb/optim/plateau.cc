#include "hebb/optim/plateau.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/optim/entries.h"
#include "hebb/optim/state_number.h"

namespace hebb::optim {
namespace {

double worst(const PlateauOptions& o) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  return o.mode == PlateauOptions::Mode::min ? inf : -inf;
}

bool is_better(const PlateauOptions& o, double value, double best) {
  const bool relative = o.threshold_mode == PlateauOptions::ThresholdMode::rel;
  if (o.mode == PlateauOptions::Mode::min)
    return value < (relative ? best * (1 - o.threshold) : best - o.threshold);
  return value > (relative ? best * (1 + o.threshold) : best + o.threshold);
}

// One more value: how many before it were no better, and how long falls are still ruled out.
// Returns the learning rate from here on.
double seen_one(const PlateauOptions& o, double value, double lr, double& best, int64_t& bad,
                int64_t& cooling) {
  if (is_better(o, value, best)) {
    best = value;
    bad = 0;
  } else {
    ++bad;
  }
  if (cooling > 0) {
    --cooling;
    bad = 0;
  }
  if (bad <= o.patience)
    return lr;
  cooling = o.cooldown;
  bad = 0;
  const double lower = std::max(lr * o.factor, o.min_lr);
  return lr - lower > o.eps ? lower : lr;
}

}  // namespace

std::span<const std::string_view> words_of(PlateauOptions::Mode) {
  static constexpr std::string_view words[] = {"min", "max"};
  return words;
}
std::span<const std::string_view> words_of(PlateauOptions::ThresholdMode) {
  static constexpr std::string_view words[] = {"rel", "abs"};
  return words;
}

Schedule reduce_on_plateau(PlateauOptions o) {
  check_options("reduce_on_plateau", o);
  Schedule out{.per = Schedule::Per::epoch, .name = "reduce_on_plateau", .monitor = o.monitor};
  out.whole = [o](double lr, const Progress& p) {
    double best = worst(o);
    int64_t bad = 0, cooling = 0;
    for (double value : p.seen)
      lr = seen_one(o, value, lr, best, bad, cooling);
    return lr;
  };
  return out;
}

ReduceLROnPlateau::ReduceLROnPlateau(Optimizer& optimizer, PlateauOptions options)
    : optimizer_(optimizer), options_(std::move(options)), best_(worst(options_)) {
  check_options("reduce_on_plateau", options_);
}

void ReduceLROnPlateau::step(double metric) {
  optimizer_.set_lr(seen_one(options_, metric, optimizer_.lr(), best_, bad_, cooling_));
}

std::vector<std::pair<std::string, Tensor>> ReduceLROnPlateau::state() const {
  return {{"best", state_number(best_)},
          {"num_bad_epochs", state_number(bad_)},
          {"cooldown_counter", state_number(cooling_)},
          {"last_lr", state_number(optimizer_.lr())}};
}

void ReduceLROnPlateau::load_state(const std::vector<std::pair<std::string, Tensor>>& state) {
  const auto value = [&](std::string_view name) {
    for (const auto& [key, tensor] : state)
      if (key == name && tensor.numel() == 1)
        return tensor.item();
    throw Error(ErrorKind::data, "reduce_on_plateau",
                fmt::format("a checkpoint's state has no number '{}'", name));
  };
  const double best = value("best"), bad = value("num_bad_epochs"),
               cooling = value("cooldown_counter"), lr = value("last_lr");
  check_in(bad >= 0 && bad < 0x1p53 && cooling >= 0 && cooling < 0x1p53 && lr >= 0, ErrorKind::data,
           "reduce_on_plateau",
           "a checkpoint's state has {} bad epochs, {} of cooling down and a learning rate of {}",
           bad, cooling, lr);
  optimizer_.set_lr(lr);
  best_ = best;
  bad_ = int64_t(bad);
  cooling_ = int64_t(cooling);
}

constinit const ScheduleEntry schedule_word::reduce_on_plateau =
    schedule_entry<PlateauOptions, optim::reduce_on_plateau>(
        "reduce_on_plateau", "falls when a measure no longer gets better (ReduceLROnPlateau)");

}  // namespace hebb::optim
