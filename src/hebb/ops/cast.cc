// ops/cast.cc: copies into another dtype, into memory of their own, or onto another device.

#include "hebb/ops/cast.h"

#include "hebb/base/check.h"
#include "hebb/kernels/copy.h"
#include "hebb/ops/cast_onnx.h"
#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/cast.def"
#undef OP
}  // namespace hebb::op

namespace hebb {

constinit const Op op::clone = {
    .name = "clone",
    .what = "A copy of the values in memory of their own.",
    .source = "torch.clone",
    .inputs = {"input"},
    .onnx = {{.type = "Identity", .since = 13}},
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), c.in(0).shape()}};
    },
    .kernel = kernel::copy,
    .vjp = [](const Call&, const Grads& dy) -> Grads { return {dy[0]}; },
};

constinit const Op op::cast = {
    .name = "cast",
    .what = "The values in another dtype; floating values lose their fraction in an integer one.",
    .source = "torch.Tensor.to",
    .inputs = {"input"},
    .attributes = attrs_type<CastAttrs>,
    .onnx = {{.type = "Cast", .since = 13, .to = onnx::write_cast, .from = onnx::read_cast}},
    .elementwise = true,
    .infer = [](const Call& c) -> Specs {
      return {{c.attributes<CastAttrs>().dtype, c.in(0).shape()}};
    },
    .kernel = kernel::copy,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {hebb::cast(dy[0], c.in(0).dtype())};
    },
};

constinit const Op op::to_device = {
    .name = "to_device",
    .what = "The same values in the memory of another device.",
    .source = "torch.Tensor.to",
    .inputs = {"input"},
    .attributes = attrs_type<ToDeviceAttrs>,
    .onnx = {{.since = 13, .to = onnx::write_same_values}},
    .elementwise = true,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), c.in(0).shape()}};
    },
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {hebb::to_device(dy[0], c.in(0).device())};
    },
    .moves = true,
};

Tensor cast(const Tensor& input, DType dtype) {
  return input.dtype() == dtype && !input.is_number() ? input
                                                      : call(op::cast, {input}, CastAttrs{dtype});
}
Tensor to_device(const Tensor& input, Device device) {
  if (input.is_number() || input.device() == device)
    return input;
  check_device(device);
  check_in(input.device() != meta, ErrorKind::invalid, "to",
           "the tensor {} is on meta: it has no values that could go to {}", describe(input),
           to_string(device));
  return call(op::to_device, {input}, ToDeviceAttrs{device});
}
Tensor clone(const Tensor& input) {
  return call(op::clone, {input});
}

}  // namespace hebb
