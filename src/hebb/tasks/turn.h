// Turns: several optimiser steps that each batch is used for, one after the other. Each trains one
// part of the model on a loss of its own, as a generator and a discriminator are trained.
#pragma once

#include <functional>
#include <string>

#include "hebb/nn/loss.h"
#include "hebb/optim/adam.h"
#include "hebb/optim/optimizer.h"
#include "hebb/tensor/tensor_dict.h"

namespace hebb {

struct Turn {
  // A field of the model: "generator". Its parameters are trained; while it is this turn's, no
  // other parameter gets a gradient. Names the turn's optimiser in checkpoints, and its loss.
  std::string part;
  // Calls the model's parts, and says what is to be made small.
  std::function<LossValue(const TensorDict& inputs, const TensorDict& targets)> loss;
  optim::OptimizerFactory optimizer = optim::adam();
};

}  // namespace hebb
