// ops/statistics.cc: reductions beyond sum and mean, written in operators where that costs little.

#include "hebb/ops/statistics.h"

#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/kernels/gather.h"
#include "hebb/kernels/reduce.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/complex.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/halves.h"
#include "hebb/ops/holomorphic.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/normalized.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/reduced_shape.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/reduce_onnx.h"
#include "hebb/ops/statistics.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_floating(const Tensor& x) {
  check(is_floating(x.dtype()),
        "is not defined for {}; convert the input to a floating dtype first", name(x.dtype()));
}

int64_t group_size(const Tensor& x, const Dims& dim) {
  const Dims kept = kept_shape(x.shape(), dim);
  int64_t count = 1;
  for (size_t i = 0; i < kept.size(); ++i)
    if (kept[i] != x.shape()[i])
      count *= x.shape()[i];
  return count;
}

// The variance, or its root.
Tensor deviation(const Tensor& x, const VarAttrs& a, bool root) {
  if (is_complex(x.dtype())) {  // squared distances in the plane
    const Tensor squared = deviation(real(x), a, false) + deviation(imag(x), a, false);
    const Tensor apart = gt(squared, 0);
    return root ? where(apart, sqrt(where(apart, squared, 1)), squared) : squared;
  }
  check_floating(x);
  const double correction = a.correction.value_or(a.unbiased ? 1 : 0);
  return call(op::deviation_along, {x}, DeviationAttrs{a.dim, a.keepdim, correction, root});
}

// What a gradient that is 0 where x is 0 divides by.
Tensor infinite_if_zero(const Tensor& x) {
  return where(eq(x, 0), std::numeric_limits<double>::infinity(), x);
}

Tensor one_where(const Tensor& condition, const Tensor& x) {
  return where(condition, Tensor(1.0), x);
}

}  // namespace

constinit const Op op::var = {
    .name = "var",
    .what =
        "The variance, sum((x - mean)^2) / (n - correction), over the given dimensions or all, in "
        "two passes.",
    .source = "torch.var",
    .inputs = {"input"},
    .attributes = attrs_type<VarAttrs>,
    .onnx = {{.since = 13, .nodes = "ReduceMean, Sub, Mul, ReduceSum, Div", .to = onnx::write_var}},
    .compose = [](const Call& c) -> Tensors {
      return {deviation(c.in(0), c.attributes<VarAttrs>(), false)};
    },
};

constinit const Op op::std = {
    .name = "std",
    .what = "The standard deviation, the root of the variance; its gradient is 0 where it is 0.",
    .source = "torch.std",
    .inputs = {"input"},
    .attributes = attrs_type<VarAttrs>,
    .onnx = {{.since = 13,
              .nodes = "ReduceMean, Sub, Mul, ReduceSum, Div, Sqrt",
              .to = onnx::write_std}},
    .compose = [](const Call& c) -> Tensors {
      return {deviation(c.in(0), c.attributes<VarAttrs>(), true)};
    },
};

static Grads deviation_along_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<DeviationAttrs>();
  const Tensor& x = c.in(0);
  const Dims kept = kept_shape(x.shape(), a.dim);
  const double divisor = std::max(0.0, double(group_size(x, a.dim)) - a.correction);
  const Tensor apart = centred(x, a.dim), g = reshape(dy[0], kept);
  if (!a.root)
    return {g * apart / divisor * 2};  // a count is a whole number, which a graph can follow
  return {apart / infinite_if_zero(reshape(c.out(0), kept)) * (g / divisor)};
}

// The gradient of a deviation of 0 is 0.
constinit const Op op::deviation_along = {
    .name = "deviation_along",
    .what =
        "The sum of squared distances from the mean over n - correction, or the root of that, in "
        "two passes.",
    .source = "torch.var",
    .inputs = {"input"},
    .attributes = attrs_type<DeviationAttrs>,
    .no_onnx_because = "a piece of var and std",
    .infer = [](const Call& c) -> Specs {
      const auto& a = c.attributes<DeviationAttrs>();
      return {{c.in(0).dtype(), reduced_shape(c.in(0).shape(), a.dim, a.keepdim)}};
    },
    .kernel = kernel::deviation,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = deviation_along_vjp,
    .cost = [](const Call& c) -> Cost { return {.flops = 4.0 * double(c.in(0).numel())}; },
    .internal = true,
};

static Tensors compose_logsumexp(const Call& c) {
  const auto& a = c.attributes<DimsAttrs>();
  const bool whole = !is_differentiable(c.in(0).dtype());
  const Tensor given = whole ? cast(c.in(0), DType::f32) : c.in(0);
  return {in_single(given, [&](const Tensor& x) {
    const Dims shape = reduced_shape(x.shape(), a.dim, a.keepdim);
    if (x.numel() == 0)
      return log(sum(exp(x), a.dim, a.keepdim));
    const Tensor most = amax(is_complex(x.dtype()) ? real(x) : x, a.dim, true);
    const Tensor shift = where(isfinite(most), most, Tensor(0.0));
    return reshape(log(sum(exp(x - shift), a.dim, true)) + shift, shape);
  })};
}

constinit const Op op::logsumexp = {
    .name = "logsumexp",
    .what = "log(sum(exp(x))) over the given dimensions, without overflow.",
    .source = "torch.logsumexp",
    .inputs = {"input"},
    .attributes = attrs_type<DimsAttrs>,
    .onnx = {{.type = "ReduceLogSumExp",
              .since = 13,
              .to = onnx::write_logsumexp,
              .from = onnx::read_logsumexp}},
    .precision = Precision::f32,
    .compose = compose_logsumexp,
};

static Tensors compose_norm(const Call& c) {
  const auto& [p, dim, keepdim] = c.attributes<NormAttrs>();
  const Tensor sizes = is_complex(c.in(0).dtype()) ? abs(c.in(0)) : c.in(0);
  check_floating(sizes);
  check(!std::isnan(p), "p is not a number");
  return {in_single(sizes, [&, p = p, &dim = dim, keepdim = keepdim](const Tensor& x) {
    if (p == 0)
      return cast(sum(ne(x, 0), dim, keepdim), x.dtype());
    const Tensor size = abs(x);
    if (std::isinf(p))
      return p > 0 ? amax(size, dim, keepdim) : amin(size, dim, keepdim);
    if (p == 1)
      return sum(size, dim, keepdim);
    return call(op::power_norm_along, {x}, PowerNormAttrs{p, dim, keepdim, false, 0});
  })};
}

// Where the norm is 0 its gradient is 0.
constinit const Op op::norm = {
    .name = "norm",
    .what =
        "The p-norm (sum |x|^p)^(1/p); for p = 0 the number of elements that are not 0, for p = "
        "inf the largest |x|.",
    .source = "torch.norm",
    .inputs = {"input"},
    .attributes = attrs_type<NormAttrs>,
    .onnx = {{.type = "ReduceL2",
              .since = 13,
              .nodes = "ReduceL1, Abs, ReduceMax, ReduceMin, ReduceSum, Pow",
              .to = onnx::write_norm,
              .from = onnx::read_norm},
             {.type = "ReduceL1", .since = 13, .from = onnx::read_norm, .only_read = true}},
    .precision = Precision::f32,
    .compose = compose_norm,
};

static Grads power_norm_along_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<PowerNormAttrs>();
  const Tensor& x = c.in(0);
  const Dims kept = kept_shape(x.shape(), a.dim);
  Tensor slope = x / infinite_if_zero(reshape(c.out(0), kept));
  if (a.p != 2) {
    const Tensor zero = eq(slope, 0), share = abs(slope);
    slope = sign(x) * where(zero, 0, pow(one_where(zero, share), a.p - 1));
  }
  Tensor g = reshape(dy[0], kept);
  if (a.mean)
    g = g / double(group_size(x, a.dim));
  return {slope * g};
}

// dy/dx = sign(x) (|x| / y)^(p - 1), over the count for a mean; 0 where y is 0, and at 0 for p < 1,
// where there is no finite slope.
constinit const Op op::power_norm_along = {
    .name = "power_norm_along",
    .what =
        "The root of the sum, or of the mean, of powers: (sum |x|^p)^(1/p) for any p but 0 and "
        "infinity.",
    .source = "torch.norm",
    .inputs = {"input"},
    .attributes = attrs_type<PowerNormAttrs>,
    .no_onnx_because = "a piece of norm",
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      const auto& a = c.attributes<PowerNormAttrs>();
      return {{c.in(0).dtype(), reduced_shape(c.in(0).shape(), a.dim, a.keepdim)}};
    },
    .kernel = kernel::power_norm,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = power_norm_along_vjp,
    .cost = [](const Call& c) -> Cost { return {.flops = 2.0 * double(c.in(0).numel())}; },
    .internal = true,
};

static Tensors compose_prod(const Call& c) {
  const auto& a = c.attributes<ProdAttrs>();
  const Tensor x = cast(c.in(0), sum_dtype(c.in(0).dtype(), a.dtype));
  return {call(op::product_along, {x}, ReduceAttrs{a.dim ? Dims{*a.dim} : Dims{}, a.keepdim, {}})};
}

constinit const Op op::prod = {
    .name = "prod",
    .what =
        "The product of all elements, or of those along a dimension; integers and bool give i64.",
    .source = "torch.prod",
    .inputs = {"input"},
    .attributes = attrs_type<ProdAttrs>,
    .onnx = {{.type = "ReduceProd", .since = 13, .to = onnx::write_prod, .from = onnx::read_prod}},
    .precision = Precision::f32,
    .compose = compose_prod,
};

// The product of all others. With one zero in the group only that element has a gradient, with
// two none has.
static Grads product_along_vjp(const Call& c, const Grads& given) {
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    const Tensor& x = c.in(0);
    const Dims& dim = c.attributes<ReduceAttrs>().dim;
    const Dims kept = kept_shape(x.shape(), dim);
    const Tensor zero = eq(x, 0), zeros_here = reshape(sum(zero, dim, true), kept),
                 rest = where(zero, Tensor(1.0), x);
    const Tensor others =
        reshape(call(op::product_along, {rest}, ReduceAttrs{dim, true, {}}), kept);
    const Tensor at_zero = where(eq(zeros_here, 1), others, Tensor(0.0)),
                 elsewhere = where(eq(zeros_here, 0), others / rest, Tensor(0.0));
    return {reshape(dy[0], kept) * where(zero, at_zero, elsewhere)};
  });
}

constinit const Op op::product_along = {
    .name = "product_along",
    .what = "The product over the given dimensions, in the dtype of the input.",
    .source = "torch.prod",
    .inputs = {"input"},
    .attributes = attrs_type<ReduceAttrs>,
    .no_onnx_because = "a piece of prod",
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      const auto& a = c.attributes<ReduceAttrs>();
      return {{c.in(0).dtype(), reduced_shape(c.in(0).shape(), a.dim, a.keepdim)}};
    },
    .kernel = kernel::prod,
    .keep = {Keep::input(0)},
    .vjp = product_along_vjp,
    .internal = true,
};

constinit const Op op::any = {
    .name = "any",
    .what = "Whether some element is not 0, over the given dimensions or all.",
    .source = "torch.any",
    .inputs = {"input"},
    .attributes = attrs_type<DimsAttrs>,
    .onnx = {{.since = 13, .nodes = "ReduceSum", .to = onnx::write_any}},
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<DimsAttrs>();
      return {hebb::gt(hebb::sum(hebb::ne(c.in(0), 0), a.dim, a.keepdim), 0)};
    },
    .no_gradient_because = "truth values come out",
};

constinit const Op op::all = {
    .name = "all",
    .what = "Whether no element is 0, over the given dimensions or all.",
    .source = "torch.all",
    .inputs = {"input"},
    .attributes = attrs_type<DimsAttrs>,
    .onnx = {{.since = 13, .nodes = "Not, ReduceSum", .to = onnx::write_all}},
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<DimsAttrs>();
      return {hebb::eq(hebb::sum(hebb::eq(c.in(0), 0), a.dim, a.keepdim), 0)};
    },
    .no_gradient_because = "truth values come out",
};

constinit const Op op::count_nonzero = {
    .name = "count_nonzero",
    .what = "How many elements are not 0, over the given dimensions or all, as i64.",
    .source = "torch.count_nonzero",
    .inputs = {"input"},
    .attributes = attrs_type<DimsAttrs>,
    .onnx = {{.since = 13, .nodes = "ReduceSum", .to = onnx::write_count_nonzero}},
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<DimsAttrs>();
      return {hebb::sum(hebb::ne(c.in(0), 0), a.dim, a.keepdim)};
    },
    .no_gradient_because = "counts are whole numbers",
};

constinit const Op op::cumsum = {
    .name = "cumsum",
    .what =
        "The running sum along a dimension: each element is the sum of those up to it; integers "
        "and bool give i64.",
    .source = "torch.cumsum",
    .inputs = {"input"},
    .attributes = attrs_type<ScanAttrs>,
    .onnx = {{.type = "CumSum", .since = 13, .to = onnx::write_cumsum, .from = onnx::read_cumsum}},
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<ScanAttrs>();
      return {call(op::running_sum, {hebb::cast(c.in(0), sum_dtype(c.in(0).dtype(), a.dtype))},
                   RunningSumAttrs{a.dim})};
    },
};

constinit const Op op::running_sum = {
    .name = "running_sum",
    .what = "The running sum along a dimension from either end, in the dtype of the input.",
    .source = "torch.cumsum",
    .inputs = {"input"},
    .attributes = attrs_type<RunningSumAttrs>,
    .no_onnx_because = "a piece of cumsum",
    .precision = Precision::f32,
    .infer = [](const Call& c) -> Specs {
      wrap_dim(c.attributes<RunningSumAttrs>().dim, c.in(0).dim());
      return {{c.in(0).dtype(), c.in(0).shape()}};
    },
    .kernel = kernel::cumsum,
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      const auto& a = c.attributes<RunningSumAttrs>();
      return {call(op::running_sum, {dy[0]}, RunningSumAttrs{a.dim, !a.reverse})};
    },
    .internal = true,
};

Tensor var(const Tensor& input, const DimOrDims& dim, double correction, bool keepdim) {
  return call(op::var, {input}, VarAttrs{dim, correction, true, keepdim});
}
Tensor std(const Tensor& input, const DimOrDims& dim, double correction, bool keepdim) {
  return call(op::std, {input}, VarAttrs{dim, correction, true, keepdim});
}
Tensor logsumexp(const Tensor& input, const DimOrDims& dim, bool keepdim) {
  return call(op::logsumexp, {input}, DimsAttrs{dim, keepdim});
}
Tensor norm(const Tensor& input, double p, const DimOrDims& dim, bool keepdim) {
  return call(op::norm, {input}, NormAttrs{p, dim, keepdim});
}
Tensor prod(const Tensor& input) {
  return call(op::prod, {input}, ProdAttrs{});
}
Tensor prod(const Tensor& input, int64_t dim, bool keepdim) {
  return call(op::prod, {input}, ProdAttrs{dim, keepdim, {}});
}
Tensor any(const Tensor& input, const DimOrDims& dim, bool keepdim) {
  return call(op::any, {input}, DimsAttrs{dim, keepdim});
}
Tensor all(const Tensor& input, const DimOrDims& dim, bool keepdim) {
  return call(op::all, {input}, DimsAttrs{dim, keepdim});
}
Tensor count_nonzero(const Tensor& input, const DimOrDims& dim) {
  return call(op::count_nonzero, {input}, DimsAttrs{dim, false});
}
Tensor cumsum(const Tensor& input, int64_t dim) {
  return call(op::cumsum, {input}, ScanAttrs{dim, {}});
}

}  // namespace hebb
