// What training makes small, and how a model's outputs are read because of it.
#pragma once

#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

#include "hebb/tensor/tensor.h"

namespace hebb {

// What a model's outputs are to the loss.
enum class Outputs : uint8_t {
  logits,         // cross_entropy, bce_with_logits
  probabilities,  // bce: a sigmoid is part of the model
  numbers         // mse and its like: of two classes 0 and 1 with one output, the nearer one
};

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
