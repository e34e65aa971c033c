// Models with weights that behave like trained ones without any training: activations keep their
// size from layer to layer, no scale is 1, no shift is 0, and the running statistics of batch norm
// are those of pictures.
#pragma once

#include <utility>

#include "hebb/autograd/no_grad.h"
#include "hebb/nn/initialisers.h"
#include "hebb/nn/module.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/random.h"
#include "hebb/ops/random_key.h"

namespace hebb::bench {

// A model in evaluation mode. picture: the shape of one sample, without the batch, at which every
// layer still has several values a channel. The seed settles the weights, and starts the random
// numbers of the program.
template <class Model, class... Args>
Model seeded(uint64_t seed, const Dims& picture, Args&&... args) {
  NoGrad off;
  manual_seed(seed);
  Model model(std::forward<Args>(args)...);
  nn::initialise(model, "kaiming_normal");
  for (Tensor& t : model.parameters()) {
    const bool is_scale_or_shift = t.dim() == 1;
    if (is_scale_or_shift)
      t.copy_(t + uniform(t.shape(), -0.2, 0.2));
  }
  Dims one_picture = {1};
  for (const int64_t size : picture)
    one_picture.push_back(size);
  constexpr int passes = 20;  // each moves the running statistics by a tenth of the way
  for (int i = 0; i < passes; ++i)
    model(randn(one_picture));
  model.eval();
  return model;
}

}  // namespace hebb::bench
