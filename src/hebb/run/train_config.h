// [train] of a configuration.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/base/note.h"

namespace hebb {

// How much a sample counts for the loss, by its class: "none" (all the same), "balanced" (classes
// together count the same, measured on the training part), or a number for each label.
struct ClassWeights {
  enum class Kind { none, balanced, given } kind = Kind::none;
  std::vector<std::pair<std::string, double>> numbers;  // label, at least 0
};

// From which probability on the second of two classes is named: a number, or the best one by a
// metric on the validation part.
struct Threshold {
  double value = 0.5;
  std::string best;  // the metric; empty: value
};

struct EarlyStoppingConfig {
  std::string monitor = "val_loss";
  int64_t patience = 3;
  double min_delta = 0;
  bool restore_best = true;
  HEBB_FIELDS(monitor, patience, min_delta, restore_best)
  static constexpr Note notes[] = {
      {.field = "monitor", .what = "the measure: val_loss, or val_ and one of the metrics"},
      {.field = "patience", .at_least = 0, .what = "epochs to wait for something better"},
      {.field = "min_delta", .at_least = 0, .what = "by how much better it has to be"},
      {.field = "restore_best",
       .what = "true: the weights of the best epoch are kept, else the last"}};
};

struct CheckpointConfig {
  int64_t every_steps = 0, every_epochs = 1, keep = 2;
  HEBB_FIELDS(every_steps, every_epochs, keep)
  static constexpr Note notes[] = {
      {.field = "every_steps",
       .at_least = 0,
       .should = "at least 1",
       .what = "steps between two checkpoints; 0: by epochs"},
      {.field = "every_epochs", .at_least = 1, .what = "epochs between two checkpoints"},
      {.field = "keep", .at_least = 1, .what = "how many are kept, the newest"}};
};

struct TrainConfig {
  int64_t epochs = 10;
  int64_t max_steps = 0;  // 0: no limit
  std::string max_time;   // DD:HH:MM:SS, or its last parts
  int64_t batch_size = 64;
  bool drop_last = false;  // leave out an epoch's last batch when it is smaller
  std::string optimizer = "adam", schedule = "constant";
  std::string task;  // empty: by targets and model
  std::string loss;  // empty: by the task
  ClassWeights class_weights;
  Threshold threshold;
  std::vector<std::string> metrics;                         // empty: by the task
  double clip_norm = 0, clip_value = 0, clip_adaptive = 0;  // 0: off
  std::string penalty;                                      // empty: none
  std::string average;                                      // empty: none
  int64_t accumulate = 1;
  std::optional<EarlyStoppingConfig> early_stopping;
  CheckpointConfig checkpoint;
  std::string precision = "f32";
  int64_t seed = 0;
  int64_t threads = 0;  // 0: all processors
  HEBB_FIELDS(epochs, max_steps, max_time, batch_size, drop_last, optimizer, schedule, task, loss,
              class_weights, threshold, metrics, clip_norm, clip_value, clip_adaptive, penalty,
              average, accumulate, early_stopping, checkpoint, precision, seed, threads)
  static constexpr Note notes[] = {
      {.field = "epochs",
       .at_least = 1,
       .at_most = 2147483647,
       .what = "how often all samples are seen",
       .resume = Resume::extendable},
      {.field = "max_steps",
       .at_least = 0,
       .should = "at least 1, or 0 for no limit",
       .what = "stop after so many steps of the optimiser; 0: no limit",
       .resume = Resume::extendable},
      {.field = "max_time",
       .what = "stop after so long: \"01:30:00\" is an hour and a half",
       .resume = Resume::extendable},
      {.field = "batch_size", .at_least = 1, .at_most = 2147483647, .what = "samples a batch"},
      {.field = "drop_last",
       .what = "true: leave out an epoch's last batch when it is smaller than the others"},
      {.field = "optimizer",
       .aliases = {"optimiser"},
       .what = "its name and what is not as usual: \"adamw lr=1e-3 weight_decay=0.01\" (hebb help "
               "optimizers)"},
      {.field = "schedule",
       .what = "the learning rate over the training: \"cosine warmup=200\" (hebb help schedules)"},
      {.field = "task",
       .what = "the kind of problem; left out, by targets and model (hebb help tasks)"},
      {.field = "loss",
       .what = "left out: cross_entropy for classes, bce_with_logits for two classes with one "
               "output, mse for quantities (hebb help losses)",
       .resolved = true},
      {.field = "class_weights",
       .what = "how much samples count for the loss: \"balanced\": rare classes as much as "
               "frequent ones; { cat = 1, dog = 2.5 }"},
      {.field = "threshold",
       .what = "of two classes the second is named above this probability; \"best f1\": where the "
               "metric is best on validation",
       .resume = Resume::extendable},
      {.field = "metrics",
       .what =
           "what is measured beside the loss: [\"accuracy\", \"f1_macro\"]; left out, it follows "
           "from the task (hebb help metrics)",
       .resume = Resume::extendable,
       .resolved = true},
      {.field = "clip_norm",
       .at_least = 0,
       .should = "above 0, or 0 for none",
       .what = "gradients are scaled down to this norm of all of them together; 0: off"},
      {.field = "clip_value",
       .at_least = 0,
       .should = "above 0, or 0 for none",
       .what = "each gradient is cut off at plus and minus this; 0: off"},
      {.field = "clip_adaptive",
       .at_least = 0,
       .should = "above 0, or 0 for none",
       .what = "the gradient of each output's weights is at most this share of them: 0.01; 0: off"},
      {.field = "penalty",
       .what =
           "on the size of weights, beside the loss: \"l1 1e-5\", \"l2 1e-4\", \"elastic_net 1e-5 "
           "1e-4\" (hebb help penalties)"},
      {.field = "average",
       .what =
           "an average of the weights is validated and kept: \"ema 0.999\" (fading), \"swa 20\" "
           "(epochs from 20 on)"},
      {.field = "accumulate",
       .at_least = 1,
       .at_most = 2147483647,
       .what = "batches whose gradients are added up for one step"},
      {.field = "early_stopping",
       .what =
           "{ patience = 3 }: stop when a measure no longer gets better; none: train all epochs",
       .resume = Resume::extendable},
      {.field = "checkpoint",
       .what = "how often what --resume needs is saved: { every_epochs = 1, keep = 2 }",
       .resume = Resume::free},
      {.field = "precision", .one_of = {"f32"}, .what = "what is computed with: \"f32\""},
      {.field = "seed",
       .at_least = 0,
       .what =
           "start of all random numbers; the same seed on the same machine gives the same weights"},
      {.field = "threads",
       .at_least = 0,
       .at_most = 1024,
       .should = "from 1 to 1024, or 0 for all",
       .what = "to compute with; 0: all processors"}};
};

}  // namespace hebb
