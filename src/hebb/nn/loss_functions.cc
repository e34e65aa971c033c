#include "hebb/nn/loss_functions.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/math.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/reduction.h"

namespace hebb {

Tensor zero_one_loss(const Tensor& input, const Tensor& target) {
  const bool of_classes = input.dim() == 2 && target.dim() == 1 && input.size(0) == target.size(0);
  check_in(
      (of_classes || (input.dim() == 1 && input.shape() == target.shape())) && input.numel() > 0,
      ErrorKind::invalid, "zero_one_loss",
      "input is {} and target {}, should be [N, C] and [N], or [N] both, with N above 0",
      describe(input), describe(target));
  const Tensor wrong = of_classes ? ne(argmax(input.detach(), 1), target)
                                  : ne(ge(input.detach(), 0), gt(target.detach(), 0));
  return mean(wrong.to(input.dtype()));
}

Tensor perceptron_loss(const Tensor& input, const Tensor& target) {
  return perceptron_loss(input, target, "mean");
}
Tensor perceptron_loss(const Tensor& input, const Tensor& target, const std::string& reduction) {
  return reduced(relu(-(target * input)), reduction);
}

Tensor hinge_loss(const Tensor& input, const Tensor& target, const HingeOptions& options) {
  check_in(options.p == 1 || options.p == 2, ErrorKind::invalid, "hinge_loss",
           "p is {}, should be 1 or 2", options.p);
  const Tensor missing = relu(options.margin - target * input);
  return reduced(options.p == 1 ? missing : missing.square(), options.reduction);
}

Tensor log_cosh_loss(const Tensor& input, const Tensor& target) {
  return log_cosh_loss(input, target, "mean");
}
Tensor log_cosh_loss(const Tensor& input, const Tensor& target, const std::string& reduction) {
  const Tensor error = (input - target).abs();
  // log cosh x = x + log(1 + e^(-2x)) - log 2
  return reduced(error + log1p((-2 * error).exp()) - std::log(2.0), reduction);
}

Tensor quantile_loss(const Tensor& input, const Tensor& target, double quantile,
                     const std::string& reduction) {
  check_in(quantile > 0 && quantile < 1, ErrorKind::invalid, "quantile_loss",
           "quantile is {}, should be between 0 and 1", quantile);
  const Tensor too_low = target - input;
  return reduced(quantile * relu(too_low) + (1 - quantile) * relu(-too_low), reduction);
}

Tensor kl_standard_normal(const Tensor& mean, const Tensor& log_variance) {
  check_in(mean.shape() == log_variance.shape() && mean.dim() >= 1, ErrorKind::invalid,
           "kl_standard_normal", "mean is {} and log_variance {}; they should be [samples, ...]",
           describe(mean), describe(log_variance));
  return 0.5 * (mean.square() + log_variance.exp() - log_variance - 1).sum() / double(mean.size(0));
}

Tensor discriminator_loss(const Tensor& real, const Tensor& made) {
  return binary_cross_entropy_with_logits(real, ones_like(real)) +
         binary_cross_entropy_with_logits(made, zeros_like(made));
}

Tensor generator_loss(const Tensor& made) {
  return binary_cross_entropy_with_logits(made, ones_like(made));
}

Tensor saturating_generator_loss(const Tensor& made) {
  return -binary_cross_entropy_with_logits(made, zeros_like(made));
}

}  // namespace hebb
