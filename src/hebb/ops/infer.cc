// Shape rules that many entries share.

#include "hebb/ops/op.h"

namespace hebb {

Specs same_as_first_input(const Call& call) {
  return {{call.common_dtype(), call.in(0).shape()}};
}

namespace {
Dims broadcast_shape(const Call& call) {
  Dims shape;
  for (const Tensor& input : call.inputs())
    if (input.defined())
      shape = broadcast(shape, input.shape());
  return shape;
}
}  // namespace

Specs broadcast_inputs(const Call& call) {
  return {{call.common_dtype(), broadcast_shape(call)}};
}
Specs broadcast_to_bool(const Call& call) {
  return {{DType::boolean, broadcast_shape(call)}};
}

}  // namespace hebb
