// The one loop over data that does not train: what Trainer::evaluate, Trainer::predict and
// test_model have in common.
#pragma once

#include <functional>

#include "hebb/base/parallel.h"
#include "hebb/data/dataset.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/module.h"

namespace hebb {

struct InferenceOptions {
  int64_t batch_size = 256;
  int64_t workers = 1;  // threads that load data
};

struct InferredBatch {
  const Tensor &input, &output, &target;
  int64_t first, samples;  // in the data
  // -> the batch's mean, which is NaN where no target counts.
  double add_loss(const Loss& loss, LossSum& to) const {
    const double mean = loss(output, target).item();
    to.add(mean, loss.weight(target));
    return mean;
  }
};

// Calls see for every batch, in order: in inference mode, without augmentation and without
// recording gradients.
void infer_batches(nn::Module& model, const std::function<Tensor(const Tensor&)>& forward,
                   const data::Dataset& data, const InferenceOptions& options,
                   FunctionRef<void(const InferredBatch& batch)> see);

}  // namespace hebb
