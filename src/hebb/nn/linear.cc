#include "hebb/nn/linear.h"

#include "hebb/base/check.h"
#include "hebb/nn/extra_repr.h"
#include "hebb/nn/init.h"
#include "hebb/ops/linear.h"

namespace hebb::nn {

Linear::Linear(LinearOptions o) : weight(init::empty_weight("Linear", {o.out, o.in})) {
  if (o.bias)
    bias.emplace(Tensor::empty({o.out}));
  init::default_(weight.tensor(), bias ? &bias->tensor() : nullptr, init::key_of(*this));
}

Tensor Linear::forward(const Tensor& x) const {
  return hebb::linear(x, weight, bias ? bias->tensor() : Tensor());
}

std::string Linear::describe() const {
  return fmt::format("Linear(in_features={}, out_features={}, bias={})", weight.shape()[1],
                     weight.shape()[0], shown(bias.has_value()));
}

}  // namespace hebb::nn
