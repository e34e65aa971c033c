#include "hebb/nn/loss.h"

#include <vector>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/loss.h"

namespace hebb {
namespace {

Outputs outputs_of_function(Tensor (*function)(const Tensor&, const Tensor&)) {
  using Function = Tensor (*)(const Tensor&, const Tensor&);
  if (function == Function(binary_cross_entropy))
    return Outputs::probabilities;
  for (const Function numbers :
       {Function(mse_loss), Function(l1_loss), Function(smooth_l1_loss), Function(huber_loss)})
    if (function == numbers)
      return Outputs::numbers;
  return Outputs::logits;
}

// Of cross-entropy: what its mean is divided by. Probabilities as targets count by rows, also where
// classes have weights.
double counted_targets(const Tensor& target, int64_t ignore_index,
                       const std::vector<double>& class_weights) {
  if (is_floating(target.dtype()))
    return target.dim() > 1 && target.size(1) > 0 ? double(target.numel() / target.size(1)) : 1;
  double total = 0;
  for (int64_t label : target.to_vector<int64_t>()) {
    if (label == ignore_index)
      continue;
    if (class_weights.empty()) {
      total += 1;
      continue;
    }
    check(label >= 0 && label < int64_t(class_weights.size()),
          "cross_entropy: target {} is no class; there are weights of {}", label,
          class_weights.size());
    total += class_weights[size_t(label)];
  }
  return total;
}

LossWeight weight_of_function(Tensor (*function)(const Tensor&, const Tensor&)) {
  using Function = Tensor (*)(const Tensor&, const Tensor&);
  for (const Function of_classes : {Function(cross_entropy), Function(nll_loss)})
    if (function == of_classes)
      return [](const Tensor& target) {
        return counted_targets(target, ClassLossAttrs().ignore_index, {});
      };
  return {};
}

}  // namespace

Loss::Loss(Tensor (*function)(const Tensor&, const Tensor&))
    : mean_(function), weight_(weight_of_function(function)),
      outputs_(outputs_of_function(function)) {}

double Loss::samples_of(const TensorDict& targets) {
  return !targets.empty() && targets.front().second.dim() > 0
             ? double(targets.front().second.size(0))
             : 1;
}

LossValue Loss::operator()(const TensorDict& outputs, const TensorDict& targets) const {
  check_in(defined(), ErrorKind::invalid, "loss", "there is none; TrainerOptions::loss takes one");
  check_in(value_ || (outputs.size() == 1 && targets.size() == 1), ErrorKind::invalid, "loss",
           "is of one output and one target, but the model gives {} and the targets are {}; a "
           "lambda of two TensorDicts takes them all",
           outputs.listed(), targets.listed());
  LossValue out;
  if (value_)
    out = value_(outputs, targets);
  else
    out = {mean_(outputs.front().second, targets.front().second), weight(targets.front().second)};
  check_in(out.mean.numel() == 1, ErrorKind::invalid, "loss",
           "has shape {}, should be one number per batch", to_string(out.mean.shape()));
  return out;
}

Tensor Loss::operator()(const Tensor& output, const Tensor& target) const {
  if (mean_)
    return mean_(output, target);
  return (*this)(TensorDict{{"output", output}}, TensorDict{{"y", target}}).mean;
}

double Loss::weight(const Tensor& target) const {
  if (weight_)
    return weight_(target);
  return target.dim() > 0 ? double(target.size(0)) : 1;
}

Tensor LossValue::sum() const {
  return mean * weight;
}

LossValue LossValue::of_sum(const Tensor& sum, double weight) {
  return {sum / weight, weight};
}

Loss class_loss(const ClassLossAttrs& options, const Tensor& weight) {
  check_in(options.reduction == "mean", ErrorKind::usage, "class_loss",
           "the reduction is {}, should be mean", options.reduction);
  std::vector<double> class_weights;
  if (weight.defined())
    class_weights = weight.to_vector<double>();
  return Loss(
      [options, weight](const Tensor& output, const Tensor& target) {
        return cross_entropy(output, target, options,
                             weight.defined() ? weight.to(output.device()) : weight);
      },
      Outputs::logits,
      [ignore = options.ignore_index, class_weights](const Tensor& target) {
        return counted_targets(target, ignore, class_weights);
      });
}

}  // namespace hebb
