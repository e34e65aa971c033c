// ops/mask.cc: masked_fill, tril, triu, written in operators.

#include "hebb/ops/mask.h"

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/fits.h"
#include "hebb/ops/mask_onnx.h"
#include "hebb/ops/op.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/mask.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// How far every element lies right of the main diagonal.
Tensor distance(const Tensor& input) {
  check(input.dim() >= 2, "input {} should have at least two dimensions", input.shape());
  return arange(double(input.size(-1)), DType::i64, input.device()) -
         unsqueeze(arange(double(input.size(-2)), DType::i64, input.device()), 1);
}

}  // namespace

static Tensors compose_masked_fill(const Call& c) {
  check(c.in(1).dtype() == DType::boolean, "mask is {}, should be bool", name(c.in(1).dtype()));
  check(c.in(2).dim() == 0, "value should be one number, but has shape {}", c.in(2).shape());
  if (c.in(2).is_number())
    check_fits("value", c.in(2), c.in(0).dtype());
  const Tensor value = cast(c.in(2), c.in(0).dtype());
  return {where(c.in(1), value.to(c.in(0).device()), c.in(0))};
}

constinit const Op op::masked_fill = {
    .name = "masked_fill",
    .what = "The number value where mask holds, else input; both broadcast.",
    .source = "torch.Tensor.masked_fill",
    .inputs = {"input", "mask", "value"},
    .onnx = {{.since = 13, .nodes = "Where", .to = onnx::write_masked_fill}},
    .compose = compose_masked_fill,
};

constinit const Op op::tril = {
    .name = "tril",
    .what = "The lower triangle of each matrix, up to the given diagonal; 0 above it.",
    .source = "torch.tril",
    .inputs = {"input"},
    .attributes = attrs_type<DiagonalAttrs>,
    .onnx = {{.type = "Trilu", .since = 14, .to = onnx::write_tril, .from = onnx::read_trilu}},
    .compose = [](const Call& c) -> Tensors {
      return {hebb::where(hebb::le(distance(c.in(0)), c.attributes<DiagonalAttrs>().diagonal),
                          c.in(0), zeros({}, c.in(0).dtype(), c.in(0).device()))};
    },
};

constinit const Op op::triu = {
    .name = "triu",
    .what = "The upper triangle of each matrix, from the given diagonal on; 0 below it.",
    .source = "torch.triu",
    .inputs = {"input"},
    .attributes = attrs_type<DiagonalAttrs>,
    .onnx = {{.type = "Trilu", .since = 14, .to = onnx::write_triu, .from = onnx::read_trilu}},
    .compose = [](const Call& c) -> Tensors {
      return {hebb::where(hebb::ge(distance(c.in(0)), c.attributes<DiagonalAttrs>().diagonal),
                          c.in(0), zeros({}, c.in(0).dtype(), c.in(0).device()))};
    },
};

Tensor masked_fill(const Tensor& input, const Tensor& mask, const Tensor& value) {
  return call(op::masked_fill, {input, mask, value});
}
Tensor tril(const Tensor& input, int64_t diagonal) {
  return call(op::tril, {input}, DiagonalAttrs{diagonal});
}
Tensor triu(const Tensor& input, int64_t diagonal) {
  return call(op::triu, {input}, DiagonalAttrs{diagonal});
}

}  // namespace hebb
