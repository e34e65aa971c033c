#include "hebb/nn/lazy.h"

#include "hebb/base/check.h"

namespace hebb::nn::lazy {

void take_shapes(Module& to, Module& from) {
  const StateDict own = to.state_dict(), made = from.state_dict();
  promise(own.size() == made.size(), "a lazy layer has other parameters than the one it becomes");
  for (size_t i = 0; i < own.size(); ++i) {
    Tensor tensor = own[i].second;
    const Tensor fresh = Tensor::empty(made[i].second.shape(), tensor.dtype(), tensor.device());
    tensor.set_grad({});
    TensorBody& body = *tensor.body();
    body.storage = fresh.body()->storage;
    body.offset = 0;
    body.shape = fresh.shape();
    body.strides = fresh.strides();
    if (tensor.requires_grad())
      tensor.requires_grad_();  // autograd learns the shape
  }
}

RandomState numbered_as(const Module& module) {
  RandomState state = random_state();
  state.next_module = module.random_number();
  return state;
}

int64_t size_of(const Tensor& x, int dim, std::string_view layer) {
  const int64_t at = dim < 0 ? x.dim() + dim : dim;
  check(at >= 0 && at < x.dim(),
        "{} takes its size from dimension {} of the first input, which is "
        "{}",
        layer, dim, to_string(x.shape()));
  return x.size(at);
}

}  // namespace hebb::nn::lazy
