#include "hebb/nn/loss.h"

#include <vector>

#include "hebb/base/check.h"
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
    : function_(function), weight_(weight_of_function(function)),
      outputs_(outputs_of_function(function)) {}

double Loss::weight(const Tensor& target) const {
  if (weight_)
    return weight_(target);
  return target.dim() > 0 ? double(target.size(0)) : 1;
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
