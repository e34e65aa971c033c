#include "hebb/nn/linear_cross_entropy.h"

#include <fmt/format.h>

#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

// Of the weight, without the features: [classes, places...].
Dims outputs(const LinearCrossEntropyOptions& o) {
  Dims shape{o.num_classes};
  for (int64_t size : o.out_features)
    shape.push_back(size);
  return shape;
}

}  // namespace

LinearCrossEntropyLoss::LinearCrossEntropyLoss(LinearCrossEntropyOptions o, const Tensor& given)
    : linear({.in = o.in_features, .out = product(outputs(o)), .bias = o.bias}),
      options_(std::move(o)) {
  if (given.defined())
    weight.emplace(given);
}

Tensor LinearCrossEntropyLoss::forward(const Tensor& x, const Tensor& target) const {
  const Dims scores = outputs(options_);
  Dims shape = scores;
  shape.push_back(options_.in_features);
  return linear_cross_entropy(x, reshape(linear.weight, shape), target, options_.loss,
                              linear.bias ? reshape(*linear.bias, scores) : Tensor(),
                              weight ? weight->tensor() : Tensor());
}

std::string LinearCrossEntropyLoss::describe() const {
  return fmt::format(
      "LinearCrossEntropyLoss(in_features={}, num_classes={}, out_features={}, bias={}, "
      "reduction={}, ignore_index={}, label_smoothing={})",
      int64_t(options_.in_features), int64_t(options_.num_classes),
      to_string(options_.out_features), options_.bias ? "True" : "False", options_.loss.reduction,
      options_.loss.ignore_index, options_.loss.label_smoothing);
}

}  // namespace hebb::nn
