// Losses that are no operators of their own but a few of them: of signed margins, of quantiles, of
// distributions and of adversaries. Each is the mean over all elements unless it says otherwise, or
// what reduction asks for: "mean", "sum" or "none".
#pragma once

#include <string>

#include "hebb/tensor/tensor.h"

namespace hebb {

// The share of samples that are wrong: of scores [N, C] and classes [N] where another class has the
// largest score, of scores [N] and signed labels [N] where the sign differs; a score of 0 is
// positive. 0-d; it has no gradient. Error: other shapes, no samples.
Tensor zero_one_loss(const Tensor& input, const Tensor& target);

// Of scores and signed labels, -1 or 1. Rosenblatt 1958: max(0, -target input).
Tensor perceptron_loss(const Tensor& input, const Tensor& target);
Tensor perceptron_loss(const Tensor& input, const Tensor& target, const std::string& reduction);

struct HingeOptions {
  double margin = 1;
  int64_t p = 1;  // the power of what is missing: 1 or 2
  std::string reduction = "mean";
};
// Of scores and signed labels: max(0, margin - target input)^p. Cortes and Vapnik 1995. Error: p is
// neither 1 nor 2.
Tensor hinge_loss(const Tensor& input, const Tensor& target, const HingeOptions& options = {});

// Of quantities: about a square near 0 and |x| - ln 2 far from it, smooth everywhere; without
// overflow.
Tensor log_cosh_loss(const Tensor& input, const Tensor& target);
Tensor log_cosh_loss(const Tensor& input, const Tensor& target, const std::string& reduction);
// What the quantile of the targets makes smallest: quantile times what the input is too low, 1 -
// quantile times what it is too high. 0.5: half of l1_loss. Koenker and Bassett 1978. Error: the
// quantile is not between 0 and 1.
Tensor quantile_loss(const Tensor& input, const Tensor& target, double quantile = 0.5,
                     const std::string& reduction = "mean");

// The divergence of normal distributions [N, ...] from the standard one, in nats: the sum over a
// sample's dimensions, the mean over samples. With the negative log-likelihood of what is made of a
// draw it is the negative ELBO of a variational autoencoder. Kingma and Welling 2014, appendix B.
Tensor kl_standard_normal(const Tensor& mean, const Tensor& log_variance);

// Of a discriminator's logits of real samples and of made ones: -log D(real) - log(1 - D(made)),
// the negative of what the two play for; 2 ln 2 where it can only guess. Goodfellow et al. 2014.
Tensor discriminator_loss(const Tensor& real, const Tensor& made);
// Of its logits of made samples. -log D(made), which does not saturate where the discriminator is
// sure; and log(1 - D(made)), as the game has it.
Tensor generator_loss(const Tensor& made);
Tensor saturating_generator_loss(const Tensor& made);

}  // namespace hebb
