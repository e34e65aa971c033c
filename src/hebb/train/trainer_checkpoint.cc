// What a Trainer keeps in a checkpoint, and how it goes on from one.
#include <cmath>
#include <map>
#include <optional>

#include "hebb/base/check.h"
#include "hebb/nn/finite.h"
#include "hebb/train/trainer.h"
#include "hebb/train/training_clock.h"

namespace hebb {
namespace {

// The names that things are kept by in a checkpoint: their own, and NAME#2 for the second of a
// name.
template <class T, class NameOf>
std::vector<std::string> kept_names(const std::vector<T>& things, NameOf&& name_of) {
  std::vector<std::string> out;
  std::map<std::string, int> seen;
  for (const T& thing : things) {
    const std::string name = name_of(thing);
    const int count = ++seen[name];
    out.push_back(count == 1 ? name : fmt::format("{}#{}", name, count));
  }
  return out;
}

std::vector<std::string> kept_names(const std::vector<std::shared_ptr<Callback>>& callbacks) {
  return kept_names(callbacks, [](const auto& callback) { return callback->name(); });
}

std::vector<std::string> kept_names(const std::vector<metrics::Metric>& metrics) {
  return kept_names(metrics, [](const metrics::Metric& metric) { return metric.name; });
}

// Numbers of a checkpoint; nothing: there are none of this name.
std::optional<std::vector<double>> numbers_of(const StateDict& tensors, const std::string& name) {
  for (const auto& [key, tensor] : tensors)
    if (key == name)
      return tensor.to_vector<double>();
  return std::nullopt;
}

}  // namespace

Checkpoint Trainer::checkpoint(const TrainState& state, const TrainingClock& clock) {
  Checkpoint c{.epoch = state.epoch,
               .batch = state.batch,
               .step = state.step,
               .seconds = clock.total(),
               .epoch_seconds = state.batch > 0 ? clock.epoch() : 0,
               .random = random_state(),
               .history = state.history,
               .stop_reason = state.stop_reason,
               .tensors = {},
               .config_hash = {}};
  add_part(c.tensors, "model.", model_.module().state_dict());
  for (TakenTurn& turn : turns_)
    add_part(c.tensors, "optimizer." + turn.prefixed("", '.'), turn.step.optimizer().state());
  const std::vector<std::string> callbacks = kept_names(options_.callbacks),
                                 metrics = kept_names(options_.metrics);
  for (size_t i = 0; i < callbacks.size(); ++i) {
    const StateDict known = options_.callbacks[i]->state();
    check_in(known.empty() || !options_.callbacks[i]->name().empty(), ErrorKind::usage, "callbacks",
             "the one at {} has a state() and no name() to keep it by", i);
    add_part(c.tensors, "callback." + callbacks[i] + ".", known);
  }
  StateDict running;
  for (const TakenTurn& turn : turns_)
    running.emplace_back(
        turn.prefixed("loss", '.'),
        Tensor::from(std::vector<double>{turn.epoch_loss.sum, turn.epoch_loss.weight}, {2}));
  for (size_t i = 0; i < metrics.size(); ++i) {
    const std::vector<double> values = options_.metrics[i].state();
    running.emplace_back("metric." + metrics[i], Tensor::from(values, {int64_t(values.size())}));
  }
  add_part(c.tensors, "running.", running);
  return c;
}

void Trainer::restore(TrainState& state, const Checkpoint& from, TrainingClock& clock) {
  const StateDict weights = part_of(from.tensors, "model.");
  nn::check_finite(model_.module(), weights, "the checkpoint");
  model_.module().load_state_dict(weights);
  for (TakenTurn& turn : turns_)
    turn.step.optimizer().load_state(part_of(from.tensors, "optimizer." + turn.prefixed("", '.')));
  const std::vector<std::string> callbacks = kept_names(options_.callbacks),
                                 metrics = kept_names(options_.metrics);
  for (size_t i = 0; i < callbacks.size(); ++i)
    if (const StateDict known = part_of(from.tensors, "callback." + callbacks[i] + ".");
        !known.empty())
      options_.callbacks[i]->load_state(known);
  if (from.batch > 0) {  // else the epoch's sums begin anew
    const StateDict running = part_of(from.tensors, "running.");
    for (TakenTurn& turn : turns_) {
      const std::vector<double> loss =
          numbers_of(running, turn.prefixed("loss", '.')).value_or(std::vector<double>());
      check_in(loss.size() == 2 && loss[1] >= 0 && std::isfinite(loss[1]), ErrorKind::data,
               "the checkpoint", "its running loss is damaged");
      turn.epoch_loss = {loss[0], loss[1]};
    }
    for (size_t i = 0; i < metrics.size(); ++i)
      if (const auto known = numbers_of(running, "metric." + metrics[i]))
        options_.metrics[i].set_state(*known);
      else
        begun_late_.insert(i);
  }
  state.epoch = from.epoch;
  state.batch = from.batch;
  state.step = from.step;
  state.history = from.history;
  state.stop_reason = from.stop_reason;
  set_random_state(from.random);
  clock.before = from.seconds;
  clock.epoch_before = from.epoch_seconds;
}

}  // namespace hebb
