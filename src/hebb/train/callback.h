// What happens around training: callbacks see every step and epoch, may stop the training, and keep
// what they know in checkpoints as named tensors.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hebb/metrics/metric.h"
#include "hebb/nn/module.h"
#include "hebb/optim/optimizer.h"
#include "hebb/train/epoch_log.h"

namespace hebb {

using nn::StateDict;

// Where training is. Counters tell what is done: at the end of the first step of the second epoch
// epoch is 1 and batch 1.
struct TrainState {
  nn::Module& model;
  optim::Optimizer& optimizer;
  std::span<const metrics::Metric> metrics = {};  // what is measured beside the loss
  int64_t epoch = 0, epochs = 0;                  // whole epochs done; to do in all
  int64_t batch = 0, batches_per_epoch = 0;       // batches of this epoch done
  int64_t step = 0, total_steps = 0;              // optimiser steps
  double loss = 0;                                // of the step's batches so far
  NamedValues running = {};                       // averages over the epoch so far
  std::vector<EpochLog> history = {};
  std::string stop_reason =
      {};  // a callback that fills it stops training after this step or epoch; checkpoints keep it
};

class Callback {
 public:
  virtual ~Callback() = default;
  virtual void train_begin(TrainState&) {}
  virtual void epoch_begin(TrainState&) {
  }  // also when an epoch is gone on with after an interruption: state.batch is above 0 then
  virtual void batch_end(TrainState&) {}
  // Around what is made of an epoch's weights: validation, and epoch_end() of all callbacks.
  // Whoever puts other weights into the model takes them out again.
  virtual void evaluation_begin(TrainState&) {}
  virtual void evaluation_end(TrainState&) {}
  virtual void epoch_end(TrainState&, EpochLog&) {}  // state.history ends with this log
  virtual void train_end(TrainState&) {}             // also when training was stopped early
  // What it knows, for checkpoints, which keep it by its name: whoever has a state has a name, and
  // gets the state back when training goes on, whatever callbacks stand beside it then.
  virtual std::string name() const { return {}; }
  virtual StateDict state() { return {}; }
  virtual void load_state(const StateDict&) {}
};

}  // namespace hebb
