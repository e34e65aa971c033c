// What training makes small, and how a model's outputs are read because of it.
#pragma once

#include <functional>
#include <type_traits>
#include <utility>

#include "hebb/tensor/tensor.h"
#include "hebb/train/outputs.h"

namespace hebb {

// (output, target) -> a 0-d tensor: the mean over the batch. Takes functions of the library by
// name, and lambdas. What the model's outputs are to it (a lambda's are logits unless it says
// otherwise) decides what metrics see.
class Loss {
 public:
  Loss(Tensor (*function)(const Tensor&, const Tensor&));
  template <class F>
  requires std::is_invocable_r_v<Tensor, const F&, const Tensor&, const Tensor&> Loss(
      F function, Outputs outputs = Outputs::logits)
      : function_(std::move(function)), outputs_(outputs) {}
  Tensor operator()(const Tensor& output, const Tensor& target) const {
    return function_(output, target);
  }
  Outputs outputs() const { return outputs_; }

 private:
  std::function<Tensor(const Tensor&, const Tensor&)> function_;
  Outputs outputs_ = Outputs::logits;
};

}  // namespace hebb
