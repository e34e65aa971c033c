// What training makes small, and how a model's outputs are read because of it.
#pragma once

#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

#include "hebb/kernels/class_loss.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// What a model's outputs are to the loss.
enum class Outputs : uint8_t {
  logits,         // cross_entropy, bce_with_logits
  probabilities,  // bce: a sigmoid is part of the model
  numbers         // mse and its like: of two classes 0 and 1 with one output, the nearer one
};

// How much the mean over a batch counts beside those of other batches: the number that it was
// divided by. It follows from the targets alone.
using LossWeight = std::function<double(const Tensor& target)>;

// (output, target) -> a 0-d tensor: the mean over the batch. Takes functions of the library by
// name, and lambdas. What the model's outputs are to it (a lambda's are logits unless it says
// otherwise) decides what metrics see. weight: left out, a batch counts by its samples.
class Loss {
 public:
  Loss(Tensor (*function)(const Tensor&, const Tensor&));
  template <class F>
  requires std::is_invocable_r_v<Tensor, const F&, const Tensor&, const Tensor&> Loss(
      F function, Outputs outputs = Outputs::logits, LossWeight weight = {})
      : function_(std::move(function)), weight_(std::move(weight)), outputs_(outputs) {}
  Tensor operator()(const Tensor& output, const Tensor& target) const {
    return function_(output, target);
  }
  // 0: no target of the batch counts, and its mean, 0/0, means nothing.
  double weight(const Tensor& target) const;
  Outputs outputs() const { return outputs_; }

 private:
  std::function<Tensor(const Tensor&, const Tensor&)> function_;
  LossWeight weight_;
  Outputs outputs_ = Outputs::logits;
};

// A sum of losses and the weight that it is over. Averages over batches of any sizes are its mean:
// never means of means.
struct LossSum {
  double sum = 0, weight = 0;

  // A batch's mean and weight; one whose weight is 0 adds nothing, whatever its mean is.
  void add(double mean, double of) {
    if (of > 0) {
      sum += mean * of;
      weight += of;
    }
  }
  double mean() const { return sum / weight; }  // NaN where nothing counts
};

// cross_entropy with its options, as a loss that knows its weight: the targets that are not
// ignored, each by the weight of its class. weight: [C], of each class; left out, all count 1.
// Source: torch.nn.CrossEntropyLoss.
Loss class_loss(const ClassLossAttrs& options, const Tensor& weight = {});

}  // namespace hebb
