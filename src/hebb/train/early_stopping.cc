#include "hebb/train/early_stopping.h"

#include <cmath>
#include <limits>
#include <utility>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"

namespace hebb {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double monitored(const EpochLog& log, const std::string& name) {
  if (const std::optional<double> value = find_value(log.values, name))
    return *value;
  std::vector<std::string> known;
  for (const auto& [key, value] : log.values)
    known.push_back(key);
  fail(ErrorKind::usage, "early_stopping", "there is no '{}' to monitor; there are {}", name,
       fmt::join(known, ", "));
}

// Of a value in the log: of the loss, of one of the training's metrics, or of what a callback wrote
// there under a metric's name.
bool higher_is_better(const std::string& monitor, std::span<const metrics::Metric> measured) {
  const std::string name = monitor.starts_with("val_") ? monitor.substr(4) : monitor;
  if (name == "loss" || name.ends_with("_loss"))
    return false;
  for (const metrics::Metric& metric : measured)
    if (metric.name == name)
      return metric.better == metrics::Better::higher;
  const std::optional<metrics::Better> better = metrics::better_of(name);
  check_in(better.has_value(), ErrorKind::usage, "early_stopping",
           "whether a higher '{}' is better is not known; set higher_is_better", monitor);
  return *better == metrics::Better::higher;
}

}  // namespace

EarlyStopping::EarlyStopping(EarlyStoppingOptions options)
    : options_(std::move(options)), best_(std::numeric_limits<double>::quiet_NaN()) {
  check_in(options_.patience >= 0, ErrorKind::usage, "early_stopping",
           "patience is {}, should be at least 0", options_.patience);
  check_in(options_.min_delta >= 0, ErrorKind::usage, "early_stopping",
           "min_delta is {}, should be at least 0", options_.min_delta);
}

void EarlyStopping::epoch_end(TrainState& state, EpochLog& log) {
  const double value = monitored(log, options_.monitor);
  const bool higher = options_.higher_is_better ? *options_.higher_is_better
                                                : higher_is_better(options_.monitor, state.metrics);
  const double worst = higher ? -infinity : infinity, best = best_epoch_ > 0 ? best_ : worst;
  if (higher ? value > best + options_.min_delta : value < best - options_.min_delta) {
    best_ = value;
    best_epoch_ = log.epoch;
    waited_ = 0;
    if (!options_.restore_best)
      return;
    NoGrad off;
    best_weights_.clear();
    for (const auto& [name, tensor] : state.model.state_dict())
      best_weights_.emplace_back(name, tensor.clone());
    return;
  }
  if (++waited_ >= options_.patience && state.stop_reason.empty())
    state.stop_reason = fmt::format(
        "{} has not got better for {} epochs{}", options_.monitor, waited_,
        best_epoch_ > 0 ? fmt::format(" (best {} in epoch {})", metric_text(best_), best_epoch_)
                        : "");
}

void EarlyStopping::train_begin(TrainState& state) {
  if (!std::exchange(loaded_, false))
    *this = EarlyStopping(options_);  // nothing of a training before this one
  check_in(best_epoch_ >= 0 && best_epoch_ <= state.epoch && waited_ >= 0 && waited_ <= state.epoch,
           ErrorKind::data, "the checkpoint",
           "its early stopping is damaged: best epoch {}, {} epochs waited, of {}", best_epoch_,
           waited_, state.epoch);
}

void EarlyStopping::train_end(TrainState& state) {
  if (!best_weights_.empty())
    state.model.load_state_dict(best_weights_);
}

StateDict EarlyStopping::state() {
  StateDict out{{"best", Tensor::from(std::vector<double>{best_}, {1})},
                {"best_epoch", Tensor::from(std::vector<int64_t>{best_epoch_}, {1})},
                {"waited", Tensor::from(std::vector<int64_t>{waited_}, {1})}};
  for (const auto& [name, tensor] : best_weights_)
    out.emplace_back("weights." + name, tensor);
  return out;
}

void EarlyStopping::load_state(const StateDict& state) {
  NoGrad off;
  loaded_ = true;
  best_weights_.clear();
  for (const auto& [name, tensor] : state) {
    if (name == "best")
      best_ = tensor.item();
    else if (name == "best_epoch")
      best_epoch_ = tensor.item<int64_t>();
    else if (name == "waited")
      waited_ = tensor.item<int64_t>();
    else if (name.starts_with("weights."))
      best_weights_.emplace_back(name.substr(8), tensor.clone());
  }
}

}  // namespace hebb
