// ops/summary.cc: reductions that leave NaN out, and those of which two are wanted at once.

#include "hebb/ops/summary.h"

#include "hebb/base/check.h"
#include "hebb/kernels/extreme.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/halves.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/reduced_shape.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/statistics.def"
#include "hebb/ops/summary.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

int always_two(const Call&) {
  return 2;
}

Tensor without_nan(const Tensor& x) {
  return is_floating(x.dtype()) ? where(isnan(x), 0, x) : x;
}

Tensor spread_mean(const Call& c) {
  const auto& a = c.attributes<VarAttrs>();
  return mean(c.in(0), a.dim, a.keepdim);
}
Tensor spread(const Call& c, const Op& op) {
  return call(op, {c.in(0)}, c.attributes<VarAttrs>());
}

}  // namespace

constinit const Op op::nansum = {
    .name = "nansum",
    .what = "The sum of what is not NaN, over the given dimensions or all.",
    .source = "torch.nansum",
    .inputs = {"input"},
    .attributes = attrs_type<ReduceAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<ReduceAttrs>();
      const DType dtype = sum_dtype(c.in(0).dtype(), a.dtype);
      return {sum(cast(without_nan(c.in(0)), dtype), a.dim, a.keepdim)};
    },
};

static Tensors compose_nanmean(const Call& c) {
  const auto& a = c.attributes<ReduceAttrs>();
  check(is_floating(c.in(0).dtype()), "input is {}, should be floating", name(c.in(0).dtype()));
  const Tensor x = cast(c.in(0), a.dtype.value_or(c.in(0).dtype()));
  return {in_single(x, [&](const Tensor& wide) {
    const Tensor count = sum(logical_not(isnan(wide)), a.dim, a.keepdim);
    return sum(without_nan(wide), a.dim, a.keepdim) / cast(count, wide.dtype());
  })};
}

constinit const Op op::nanmean = {
    .name = "nanmean",
    .what = "The mean of what is not NaN, over the given dimensions or all; NaN where nothing is.",
    .source = "torch.nanmean",
    .inputs = {"input"},
    .attributes = attrs_type<ReduceAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .precision = Precision::f32,
    .compose = compose_nanmean,
};

constinit const Op op::aminmax = {
    .name = "aminmax",
    .what = "The smallest and the largest element, along a dimension or of all; equals share.",
    .source = "torch.aminmax",
    .inputs = {"input"},
    .outputs = {"min", "max"},
    .attributes = attrs_type<ExtremeAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<ExtremeAttrs>();
      const Dims dim = a.dim ? Dims{*a.dim} : Dims{};
      return {amin(c.in(0), dim, a.keepdim), amax(c.in(0), dim, a.keepdim)};
    },
    .results = always_two,
};

constinit const Op op::var_mean = {
    .name = "var_mean",
    .what = "The variance and the mean, over the given dimensions or all.",
    .source = "torch.var_mean",
    .inputs = {"input"},
    .outputs = {"var", "mean"},
    .attributes = attrs_type<VarAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      return {spread(c, op::var), spread_mean(c)};
    },
    .results = always_two,
};

constinit const Op op::std_mean = {
    .name = "std_mean",
    .what = "The standard deviation and the mean, over the given dimensions or all.",
    .source = "torch.std_mean",
    .inputs = {"input"},
    .outputs = {"std", "mean"},
    .attributes = attrs_type<VarAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      return {spread(c, op::std), spread_mean(c)};
    },
    .results = always_two,
};

Tensor nansum(const Tensor& input, const DimOrDims& dim, bool keepdim) {
  return call(op::nansum, {input}, ReduceAttrs{dim, keepdim, {}});
}
Tensor nanmean(const Tensor& input, const DimOrDims& dim, bool keepdim) {
  return call(op::nanmean, {input}, ReduceAttrs{dim, keepdim, {}});
}
std::pair<Tensor, Tensor> aminmax(const Tensor& input, std::optional<int64_t> dim, bool keepdim) {
  const Tensors out = call_all(op::aminmax, {input}, ExtremeAttrs{dim, keepdim});
  return {out[0], out[1]};
}
std::pair<Tensor, Tensor> var_mean(const Tensor& input, const DimOrDims& dim, double correction,
                                   bool keepdim) {
  const Tensors out = call_all(op::var_mean, {input}, VarAttrs{dim, correction, true, keepdim});
  return {out[0], out[1]};
}
std::pair<Tensor, Tensor> std_mean(const Tensor& input, const DimOrDims& dim, double correction,
                                   bool keepdim) {
  const Tensors out = call_all(op::std_mean, {input}, VarAttrs{dim, correction, true, keepdim});
  return {out[0], out[1]};
}

}  // namespace hebb
