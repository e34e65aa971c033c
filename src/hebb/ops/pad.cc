// ops/pad.cc: more elements around a tensor.

#include "hebb/ops/pad.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/kernels/pad.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/op.h"
#include "hebb/ops/pad_onnx.h"
#include "hebb/ops/whole.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/pad.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Dims padded_shape(const Call& c) {
  const auto& a = c.attributes<PadAttrs>();
  const Tensor& input = c.in(0);
  const int64_t pairs = int64_t(a.pad.size()) / 2;
  check(a.pad.size() % 2 == 0,
        "pad {} has {} values, should have two for each dimension that is padded", a.pad,
        a.pad.size());
  check(pairs <= input.dim(), "pad {} is for {} dimensions but the input {} has {}", a.pad, pairs,
        input.shape(), input.dim());
  const bool reflect = a.mode == "reflect", circular = a.mode == "circular",
             replicate = a.mode == "replicate";
  check(reflect || circular || replicate || a.mode == "constant",
        "mode is '{}', should be constant, reflect, replicate or circular", a.mode);
  check(a.mode == "constant" || !a.value || *a.value == 0, "mode '{}' takes no value", a.mode);
  check_whole("value", a.value.value_or(0), input.dtype());
  check_fits("value", a.value.value_or(0), input.dtype());
  Dims shape = input.shape();
  for (int64_t i = 0; i < pairs; ++i) {
    const auto axis = size_t(input.dim() - 1 - i);
    const int64_t size = shape[axis], before = a.pad[size_t(2 * i)],
                  behind = a.pad[size_t(2 * i + 1)], most = std::max(before, behind);
    constexpr int64_t limit = (int64_t(1) << 31) - 1;
    check(std::max(std::abs(double(before)), std::abs(double(behind))) <= double(limit),
          "pad {} adds or cuts more than {} elements", a.pad, limit);
    if (reflect)
      check(most < size || most <= 0,
            "pad {} reflects {} elements of dimension {}, which has {}; it should be less than the "
            "size",
            a.pad, most, axis, size);
    if (circular) {
      const int64_t kept = size + std::min<int64_t>(before, 0) + std::min<int64_t>(behind, 0);
      check(most <= std::max<int64_t>(0, kept),
            "pad {} goes around dimension {} of size {} more than once", a.pad, axis, size);
    }
    if (replicate)
      check(size > 0 || most <= 0, "dimension {} is empty: there is no edge to repeat", axis);
    shape[axis] = size + before + behind;
    check(shape[axis] >= 0, "pad {} cuts {} elements off dimension {}, which has {}", a.pad,
          -before - behind, axis, size);
  }
  return shape;
}

Dims negated(Dims pad) {
  for (int64_t& p : pad)
    p = -p;
  return pad;
}

}  // namespace

static Grads pad_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<PadAttrs>();
  if (a.mode == "constant")
    return {call(op::pad, {dy[0]}, PadAttrs{negated(a.pad), "constant", {}})};
  return {call(op::pad_backward, {dy[0]}, PadBackwardAttrs{a.pad, a.mode, c.in(0).shape()})};
}

constinit const Op op::pad = {
    .name = "pad",
    .what =
        "Elements added before and behind the last dimensions, or cut off for negative numbers: a "
        "constant, or the input mirrored, repeated or wrapped.",
    .source = "torch.nn.functional.pad",
    .inputs = {"input"},
    .attributes = attrs_type<PadAttrs>,
    .onnx = {{.type = "Pad",
              .since = 13,
              .where = "circular from opset 19 on, and not to cut off",
              .to = onnx::write_pad,
              .from = onnx::read_pad}},
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), padded_shape(c)}};
    },
    .kernel = kernel::pad,
    .vjp = pad_vjp,
};

constinit const Op op::pad_backward = GradientKernel{
    .name = "pad_backward",
    .what =
        "The gradient of what pad mirrored, repeated or wrapped: each element's is the sum of its "
        "copies'.",
    .attributes = attrs_type<PadBackwardAttrs>,
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(), c.attributes<PadBackwardAttrs>().shape}};
    },
    .kernel = kernel::pad_backward,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      const auto& a = c.attributes<PadBackwardAttrs>();
      return {call(op::pad, {dy[0]}, PadAttrs{a.pad, a.mode, {}})};
    },
};

Tensor pad(const Tensor& input, const Dims& pad, std::string_view mode, double value) {
  return call(
      op::pad, {input},
      PadAttrs{pad, std::string(mode), mode == "constant" ? std::optional(value) : std::nullopt});
}

}  // namespace hebb
