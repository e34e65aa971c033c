#include "hebb/nn/loss.h"

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

}  // namespace

Loss::Loss(Tensor (*function)(const Tensor&, const Tensor&))
    : function_(function), outputs_(outputs_of_function(function)) {}

}  // namespace hebb
