// ops/reduce.cc: reductions over one, several or all dimensions.

#include "hebb/ops/reduce.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/kernels/reduce.h"
#include "hebb/ops/cost.h"
#include "hebb/ops/halves.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reduce_onnx.h"
#include "hebb/ops/reduced_shape.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/reduce.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Tensor expanded(const Tensor& reduced,
                const Call& c) {  // a reduction's result, once for every element that went into it
  return expand(reshape(reduced, kept_shape(c.in(0).shape(), c.attributes<ReduceAttrs>().dim)),
                c.in(0).shape());
}

}  // namespace

constinit const Op op::sum = {
    .name = "sum",
    .what = "The sum over the given dimensions, or over all.",
    .source = "torch.sum",
    .inputs = {"input"},
    .attributes = attrs_type<ReduceAttrs>,
    .onnx = {{.type = "ReduceSum", .since = 13, .to = onnx::write_sum, .from = onnx::read_sum}},
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      const auto& a = c.attributes<ReduceAttrs>();
      const DType in = c.in(0).dtype();
      return {{sum_dtype(in, a.dtype), reduced_shape(c.in(0).shape(), a.dim, a.keepdim)}};
    },
    .kernel = kernel::sum,
    .vjp = [](const Call& c, const Grads& dy) -> Grads { return {expanded(dy[0], c)}; },
    .cost = flop_per_input,
};

static Specs infer_mean(const Call& c) {
  const auto& a = c.attributes<ReduceAttrs>();
  const DType out = a.dtype.value_or(c.in(0).dtype());
  check(is_floating(out) || is_complex(out),
        "the mean of {} is not defined; convert the input, or ask for dtype f32", name(out));
  return {{out, reduced_shape(c.in(0).shape(), a.dim, a.keepdim)}};
}

constinit const Op op::mean = {
    .name = "mean",
    .what = "The mean over the given dimensions, or over all.",
    .source = "torch.mean",
    .inputs = {"input"},
    .attributes = attrs_type<ReduceAttrs>,
    .onnx = {{.type = "ReduceMean",
              .since = 13,
              .where = "not of empty inputs",
              .to = onnx::write_mean,
              .from = onnx::read_mean}},
    .infer = infer_mean,
    .kernel = kernel::mean,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      const double count = double(c.in(0).numel()) / double(std::max<int64_t>(1, dy[0].numel()));
      return {expanded(divided(dy[0], count), c)};
    },
    .cost = flop_per_input,
};

Tensor mean(const Tensor& input, const DimOrDims& dim, bool keepdim) {
  return call(op::mean, {input}, ReduceAttrs{dim, keepdim, {}});
}
Tensor sum(const Tensor& input, const DimOrDims& dim, bool keepdim) {
  return call(op::sum, {input}, ReduceAttrs{dim, keepdim, {}});
}

}  // namespace hebb
