// Adversarial training: a generator makes samples of noise, and a discriminator learns to tell them
// from those of the data. Source: Goodfellow et al. 2014, with the generator's loss that does not
// saturate.
#pragma once

#include <vector>

#include "hebb/nn/model.h"
#include "hebb/tasks/turn.h"
#include "hebb/tensor/dims.h"

namespace hebb {

struct AdversarialOptions {
  Dims noise = {64};  // of a sample
  optim::OptimizerFactory generator_optimizer = optim::adam();
  optim::OptimizerFactory discriminator_optimizer = optim::adam();
};

// One after the other: the turn of the part "discriminator", on the mean of its losses of real and
// of made samples, and that of "generator", on how surely the discriminator takes its samples for
// made ones. The generator makes x [N, ...] of noise [N, noise...], standard normal; the
// discriminator gives one logit a sample. Both models outlive the turns.
std::vector<Turn> adversarial_turns(const nn::Model& generator, const nn::Model& discriminator,
                                    const AdversarialOptions& options);

// New samples, [n, ...], of noise that is drawn here.
Tensor generated_samples(const nn::Model& generator, const Dims& noise, int64_t n);

}  // namespace hebb
