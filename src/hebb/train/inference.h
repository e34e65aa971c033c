// The one loop over data that does not train: what Trainer::evaluate, Trainer::predict and
// test_model have in common.
#pragma once

#include "hebb/base/parallel.h"
#include "hebb/data/dataset.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/model.h"

namespace hebb {

struct InferenceOptions {
  int64_t batch_size = 256;
  int64_t workers = 1;  // threads that load data
};

struct InferredBatch {
  const TensorDict &inputs, &outputs, &targets;
  int64_t first, samples;  // in the data

  // What metrics and answers are of, where there are several: the first.
  const Tensor& output() const { return outputs.front().second; }
  const Tensor& target() const { return targets.front().second; }
  // How much each sample counts; undefined: all the same.
  Tensor weights() const {
    const Tensor* found = targets.find(sample_weight_name);
    return found ? *found : Tensor();
  }
  // -> the batch's mean and weight; the mean is NaN where no target counts.
  LossValue add_loss(const Loss& loss, LossSum& to) const {
    LossValue out = loss(outputs, targets);
    to.add(out.mean.item(), out.weight);
    return out;
  }
};

// Calls see for every batch, in order: in inference mode, without augmentation and without
// recording gradients. Error (invalid): the model does not take such inputs.
void infer_batches(const nn::Model& model, const data::Dataset& data,
                   const InferenceOptions& options,
                   FunctionRef<void(const InferredBatch& batch)> see);

}  // namespace hebb
