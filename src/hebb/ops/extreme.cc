// ops/extreme.cc: max, min, amax, amin, argmax, argmin.

#include "hebb/ops/extreme.h"

#include "hebb/base/check.h"
#include "hebb/kernels/extreme.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/cost.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/reduce_onnx.h"
#include "hebb/ops/reduced_shape.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/extreme.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Dims dims_of(const ExtremeAttrs& a) {
  return a.dim ? Dims{*a.dim} : Dims{};
}

Dims extreme_shape(const Tensor& input, const Dims& dim, bool keepdim) {
  const Dims shape = reduced_shape(input.shape(), dim, keepdim);
  check(!is_complex(input.dtype()), "{} numbers have no order", name(input.dtype()));
  check(input.numel() > 0 || product(shape) == 0,
        "there is nothing to choose from: the input is {}", input.shape());
  return shape;
}

// Elements equal to the extreme share its gradient evenly. NaN is the extreme where there is one;
// nan_is_equal: then all NaN share it, else every element's gradient is NaN.
Tensor shared_gradient(const Call& c, const Tensor& dy, const Dims& dim, bool nan_is_equal) {
  const Tensor &x = c.in(0), &extreme = c.out(0);
  const Dims kept = kept_shape(x.shape(), dim);
  Tensor equal = eq(x, reshape(extreme, kept));
  if (nan_is_equal)
    equal = logical_or(equal, logical_and(isnan(x), isnan(reshape(extreme, kept))));
  const Tensor hit = cast(equal, dy.dtype());
  return hit * (reshape(dy, kept) / reshape(sum(hit, dim, true), kept));
}

Specs infer_extreme(const Call& c) {
  const auto& a = c.attributes<ExtremeAttrs>();
  const Dims shape = extreme_shape(c.in(0), dims_of(a), a.keepdim);
  return {{c.in(0).dtype(), shape}, {DType::i64, shape}};
}
Specs infer_index(const Call& c) {
  const auto& a = c.attributes<ExtremeAttrs>();
  return {{DType::i64, extreme_shape(c.in(0), dims_of(a), a.keepdim)}};
}
Specs infer_amax(const Call& c) {
  const auto& a = c.attributes<ReduceAttrs>();
  return {{c.in(0).dtype(), extreme_shape(c.in(0), a.dim, a.keepdim)}};
}

Grads vjp_extreme(const Call& c, const Grads& dy) {
  if (!dy[0].defined())
    return {};
  const auto& a = c.attributes<ExtremeAttrs>();
  if (!a.dim || c.in(0).dim() == 0)
    return {shared_gradient(c, dy[0], dims_of(a), true)};
  const Dims kept = kept_shape(c.in(0).shape(), dims_of(a));
  return {scatter_add(zeros(c.in(0).shape(), dy[0].dtype(), dy[0].device()), *a.dim,
                      reshape(c.out(1), kept), reshape(dy[0], kept))};
}
Grads vjp_amax(const Call& c, const Grads& dy) {
  return {shared_gradient(c, dy[0], c.attributes<ReduceAttrs>().dim, false)};
}

int two_with_dim(const Call& c) {
  return c.attributes<ExtremeAttrs>().dim ? 2 : 0;
}

std::pair<Tensor, Tensor> both(const Op& op, const Tensor& input, int64_t dim, bool keepdim) {
  const Tensors out = call_all(op, {input}, ExtremeAttrs{dim, keepdim});
  return {out[0], out[1]};
}

}  // namespace

constinit const Op op::max = {
    .name = "max",
    .what = "The largest element, or the largest along a dimension with their indices; NaN wins.",
    .source = "torch.max",
    .inputs = {"input"},
    .outputs = {"values", "indices"},
    .attributes = attrs_type<ExtremeAttrs>,
    .onnx = {{.since = 13, .nodes = "ReduceMax, ArgMax, Reshape", .to = onnx::write_max}},
    .infer = infer_extreme,
    .kernel = kernel::max,
    .keep = {Keep::input(0), Keep::output(0), Keep::output(1)},
    .vjp = vjp_extreme,
    .results = two_with_dim,
    .cost = flop_per_input,
};

constinit const Op op::min = {
    .name = "min",
    .what = "The smallest element, or the smallest along a dimension with their indices; NaN wins.",
    .source = "torch.min",
    .inputs = {"input"},
    .outputs = {"values", "indices"},
    .attributes = attrs_type<ExtremeAttrs>,
    .onnx = {{.since = 13, .nodes = "ReduceMin, ArgMin, Reshape", .to = onnx::write_min}},
    .infer = infer_extreme,
    .kernel = kernel::min,
    .keep = {Keep::input(0), Keep::output(0), Keep::output(1)},
    .vjp = vjp_extreme,
    .results = two_with_dim,
    .cost = flop_per_input,
};

constinit const Op op::amax = {
    .name = "amax",
    .what =
        "The largest elements over the given dimensions, or over all; equals share the gradient "
        "evenly.",
    .source = "torch.amax",
    .inputs = {"input"},
    .attributes = attrs_type<ReduceAttrs>,
    .onnx = {{.type = "ReduceMax",
              .since = 13,
              .to = onnx::write_extreme_along,
              .from = onnx::read_amax}},
    .infer = infer_amax,
    .kernel = kernel::amax,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = vjp_amax,
    .cost = flop_per_input,
};

constinit const Op op::amin = {
    .name = "amin",
    .what =
        "The smallest elements over the given dimensions, or over all; equals share the gradient "
        "evenly.",
    .source = "torch.amin",
    .inputs = {"input"},
    .attributes = attrs_type<ReduceAttrs>,
    .onnx = {{.type = "ReduceMin",
              .since = 13,
              .to = onnx::write_extreme_along,
              .from = onnx::read_amin}},
    .infer = infer_amax,
    .kernel = kernel::amin,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = vjp_amax,
    .cost = flop_per_input,
};

constinit const Op op::argmax = {
    .name = "argmax",
    .what = "The index of the largest element along a dimension, or among all in row-major order.",
    .source = "torch.argmax",
    .inputs = {"input"},
    .attributes = attrs_type<ExtremeAttrs>,
    .onnx = {{.type = "ArgMax",
              .since = 13,
              .nodes = "Reshape",
              .to = onnx::write_arg,
              .from = onnx::read_argmax}},
    .infer = infer_index,
    .kernel = kernel::argmax,
    .no_gradient_because = "indices are whole numbers",
    .cost = flop_per_input,
};

constinit const Op op::argmin = {
    .name = "argmin",
    .what = "The index of the smallest element along a dimension, or among all in row-major order.",
    .source = "torch.argmin",
    .inputs = {"input"},
    .attributes = attrs_type<ExtremeAttrs>,
    .onnx = {{.type = "ArgMin",
              .since = 13,
              .nodes = "Reshape",
              .to = onnx::write_arg,
              .from = onnx::read_argmin}},
    .infer = infer_index,
    .kernel = kernel::argmin,
    .no_gradient_because = "indices are whole numbers",
    .cost = flop_per_input,
};

Tensor max(const Tensor& input) {
  return call(op::max, {input}, ExtremeAttrs{});
}
Tensor min(const Tensor& input) {
  return call(op::min, {input}, ExtremeAttrs{});
}
std::pair<Tensor, Tensor> max(const Tensor& input, int64_t dim, bool keepdim) {
  return both(op::max, input, dim, keepdim);
}
std::pair<Tensor, Tensor> min(const Tensor& input, int64_t dim, bool keepdim) {
  return both(op::min, input, dim, keepdim);
}
Tensor amax(const Tensor& input, const DimOrDims& dim, bool keepdim) {
  return call(op::amax, {input}, ReduceAttrs{dim, keepdim, {}});
}
Tensor amin(const Tensor& input, const DimOrDims& dim, bool keepdim) {
  return call(op::amin, {input}, ReduceAttrs{dim, keepdim, {}});
}
Tensor argmax(const Tensor& input) {
  return call(op::argmax, {input}, ExtremeAttrs{});
}
Tensor argmin(const Tensor& input) {
  return call(op::argmin, {input}, ExtremeAttrs{});
}
Tensor argmax(const Tensor& input, int64_t dim, bool keepdim) {
  return call(op::argmax, {input}, ExtremeAttrs{dim, keepdim});
}
Tensor argmin(const Tensor& input, int64_t dim, bool keepdim) {
  return call(op::argmin, {input}, ExtremeAttrs{dim, keepdim});
}

}  // namespace hebb
