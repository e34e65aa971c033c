#include "hebb/nn/linear.h"

#include "hebb/base/check.h"
#include "hebb/nn/init.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/linear.h"

namespace hebb::nn {
namespace {

LinearOptions linear_start() {
  return {.in = 1, .out = 1};
}

}  // namespace

Linear::Linear(LinearOptions o) : weight(init::empty_weight("Linear", {o.out, o.in})) {
  if (o.bias)
    bias.emplace(Tensor::empty({o.out}));
  init::default_(weight.tensor(), bias ? &bias->tensor() : nullptr, init::key_of(*this));
}

Tensor Linear::forward(const Tensor& x, const Tensor& other_weight) const {
  return hebb::linear(x, other_weight, bias ? bias->tensor() : Tensor());
}

std::string Linear::describe() const {
  const LinearOptions o{
      .in = weight.shape()[1], .out = weight.shape()[0], .bias = bias.has_value()};
  return options_repr("Linear", options_type<LinearOptions, linear_start>, &o);
}

constinit const LayerEntry layer::linear = {
    .name = "linear",
    .what = "a fully connected layer",
    .options = &options_type<LinearOptions, linear_start>,
    .make = made<Linear, LinearOptions>,
    .features_last = true,
    .infer =
        [](void* o, const Dims& shape) {
          check(!shape.empty(), "takes features, but what comes in is one number");
          static_cast<LinearOptions*>(o)->in = shape.back();
        },
    .weights =
        [](const void* o) {
          return double(as<LinearOptions>(o).in) * double(as<LinearOptions>(o).out);
        },
    .outputs =
        [](const void* o, const Dims& shape) {
          double rows = 1;
          for (size_t i = 0; i + 1 < shape.size(); ++i)
            rows *= double(shape[i]);
          return rows * double(as<LinearOptions>(o).out);
        },
};

}  // namespace hebb::nn
