// ops/scan.cc: what runs along one dimension.

#include "hebb/ops/scan.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/kernels/scan.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/holomorphic.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/reduced_shape.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/scan.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

Specs infer_running_extreme(const Call& c) {
  wrap_dim(c.attributes<AlongAttrs>().dim, c.in(0).dim());
  check(!is_complex(c.in(0).dtype()), "{} numbers have no order", name(c.in(0).dtype()));
  return {{c.in(0).dtype(), c.in(0).shape()}, {DType::i64, c.in(0).shape()}};
}

// The gradients of all places that show one element add up there.
Grads running_extreme_vjp(const Call& c, const Grads& dy) {
  if (!dy[0].defined())
    return {};
  const Tensor nothing = zeros(c.in(0).shape(), dy[0].dtype(), dy[0].device());
  return {scatter_add(nothing, c.attributes<AlongAttrs>().dim, c.out(1), dy[0])};
}

int value_and_index(const Call&) {
  return 2;
}

Specs infer_along(const Call& c) {
  wrap_dim(c.attributes<AlongAttrs>().dim, c.in(0).dim());
  return {{c.in(0).dtype(), c.in(0).shape()}};
}

// The sums of what comes after, each element with itself.
Tensor sums_from_here(const Tensor& x, int64_t dim) {
  return x.dim() == 0 ? x : flip(cumsum(flip(x, {dim}), dim), {dim});
}

}  // namespace

constinit const Op op::cummax = {
    .name = "cummax",
    .what = "The largest element so far along a dimension, and its index, of equal ones the last.",
    .source = "torch.cummax",
    .inputs = {"input"},
    .outputs = {"values", "indices"},
    .attributes = attrs_type<AlongAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .infer = infer_running_extreme,
    .kernel = kernel::cummax,
    .keep = {Keep::output(1)},
    .vjp = running_extreme_vjp,
    .results = value_and_index,
};

constinit const Op op::cummin = {
    .name = "cummin",
    .what = "The smallest element so far along a dimension, and its index, of equal ones the last.",
    .source = "torch.cummin",
    .inputs = {"input"},
    .outputs = {"values", "indices"},
    .attributes = attrs_type<AlongAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .infer = infer_running_extreme,
    .kernel = kernel::cummin,
    .keep = {Keep::output(1)},
    .vjp = running_extreme_vjp,
    .results = value_and_index,
};

constinit const Op op::cumprod = {
    .name = "cumprod",
    .what = "The product of the elements so far along a dimension; integers and bool give i64.",
    .source = "torch.cumprod",
    .inputs = {"input"},
    .attributes = attrs_type<ScanAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<ScanAttrs>();
      return {call(op::running_product, {cast(c.in(0), sum_dtype(c.in(0).dtype(), a.dtype))},
                   AlongAttrs{a.dim})};
    },
};

// The gradient of x[k] is the sum over i >= k of g[i] y[i] / x[k]. From the first zero on y is 0;
// that zero's own gradient has 1 in its place, and what comes after it has none.
static Grads running_product_vjp(const Call& c, const Grads& given) {
  const int64_t dim = c.attributes<AlongAttrs>().dim;
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    const Tensor& x = c.in(0);
    if (x.dim() == 0)
      return {dy[0]};
    const Tensor zero = eq(x, 0), count = cumsum(zero, dim);
    const Tensor first = logical_and(zero, eq(count, 1)), before = eq(count, 0);
    const Tensor plain = sums_from_here(dy[0] * c.out(0), dim) / where(zero, 1, x);
    const Tensor others = call(op::running_product, {where(first, 1, x)}, AlongAttrs{dim});
    const Tensor at_zero = sums_from_here(where(before, 0, dy[0] * others), dim);
    return {where(before, plain, where(first, at_zero, 0))};
  });
}

constinit const Op op::running_product = {
    .name = "running_product",
    .what = "The product of the elements so far along a dimension, in the dtype of the input.",
    .source = "torch.cumprod",
    .inputs = {"input"},
    .attributes = attrs_type<AlongAttrs>,
    .no_onnx_because = "a piece of cumprod",
    .precision = Precision::f32,
    .infer = infer_along,
    .kernel = kernel::cumprod,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = running_product_vjp,
    .internal = true,
};

static Specs infer_logcumsumexp(const Call& c) {
  check(is_differentiable(c.in(0).dtype()), "input is {}, should be floating or complex",
        name(c.in(0).dtype()));
  return infer_along(c);
}

// sum over i >= j of g[i] exp(x[j] - y[i]), as logarithms. Of real numbers the positive and the
// negative g apart.
static Grads logcumsumexp_vjp(const Call& c, const Grads& given) {
  const int64_t dim = c.attributes<AlongAttrs>().dim;
  const Tensor &x = c.in(0), &y = c.out(0);
  if (x.dim() == 0)
    return {given[0]};
  const auto part = [&](const Tensor& size, const Tensor& takes) {
    const Tensor logs =
        where(takes, log(where(takes, size, 1)) - y, -std::numeric_limits<double>::infinity());
    return exp(flip(logcumsumexp(flip(logs, {dim}), dim), {dim}) + x);
  };
  return holomorphic(given, [&](const Grads& dy) -> Grads {
    const Tensor& g = dy[0];
    if (is_complex(g.dtype()))
      return {part(g, ne(g, 0))};
    const Tensor above = gt(g, 0), below = lt(g, 0);
    return {part(g, above) - part(-g, below)};
  });
}

constinit const Op op::logcumsumexp = {
    .name = "logcumsumexp",
    .what = "The logarithm of the sum of e^x so far along a dimension, without overflow.",
    .source = "torch.logcumsumexp",
    .inputs = {"input"},
    .attributes = attrs_type<AlongAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .precision = Precision::f32,
    .infer = infer_logcumsumexp,
    .kernel = kernel::logcumsumexp,
    .keep = {Keep::input(0), Keep::output(0)},
    .vjp = logcumsumexp_vjp,
};

static Tensors compose_diff(const Call& c) {
  const auto& a = c.attributes<DiffAttrs>();
  check(c.in(0).dim() > 0, "a 0-d tensor has no neighbours");
  check(a.n >= 0, "n is {}, should be at least 0", a.n);
  Tensor x = c.in(0);
  if (a.n > 0 && (c.has(1) || c.has(2))) {
    std::vector<Tensor> parts;
    for (const Tensor& part : {c.in(1), x, c.in(2)})
      if (part.defined())
        parts.push_back(part);
    x = cat(parts, a.dim);
  }
  const int64_t size = x.size(a.dim);
  for (int64_t i = 0; i < std::min(a.n, size); ++i) {
    const int64_t left = x.size(a.dim);
    const Tensor next = slice(x, a.dim, Slice(1, left)), last = slice(x, a.dim, Slice(0, left - 1));
    x = x.dtype() == DType::boolean ? logical_xor(next, last) : next - last;
  }
  return {x};
}

constinit const Op op::diff = {
    .name = "diff",
    .what = "Each element less the one before it along a dimension, n times; of bools, xor.",
    .source = "torch.diff",
    .inputs = {"input", "prepend?", "append?"},
    .attributes = attrs_type<DiffAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_diff,
};

// Twice the area between each value of y and the next.
static Tensor doubled_areas(const Call& c) {
  const auto& a = c.attributes<TrapezoidAttrs>();
  const Tensor& y = c.in(0);
  check(y.dim() > 0, "a 0-d tensor has no area below it");
  const int64_t axis = wrap_dim(a.dim, y.dim()), n = y.size(axis);
  check(!c.has(1) || a.dx == 1, "x and dx are given; leave one of them out");
  const auto next = [](const Tensor& t, int64_t dim) {
    return slice(t, dim, Slice(std::min<int64_t>(1, t.size(dim)), t.size(dim)));
  };
  const auto last = [](const Tensor& t, int64_t dim) {
    return slice(t, dim, Slice(0, std::max<int64_t>(0, t.size(dim) - 1)));
  };
  const Tensor heights = next(y, axis) + last(y, axis);
  if (!c.has(1))
    return heights * a.dx;
  Tensor x = c.in(1);
  if (x.dim() == 1) {
    check(x.size(0) == n, "x {} should be [{}]: a place for each value of dimension {} of y {}",
          x.shape(), n, axis, y.shape());
    Dims shape(size_t(y.dim()), 1);
    shape[size_t(axis)] = n;
    x = reshape(x, shape);
  }
  check(x.dim() > 0, "x should have at least one dimension");
  return heights * (next(x, axis - y.dim()) - last(x, axis - y.dim()));
}

constinit const Op op::trapezoid = {
    .name = "trapezoid",
    .what = "The area below y along a dimension, by the rule of trapezoids.",
    .source = "torch.trapezoid",
    .inputs = {"y", "x?"},
    .attributes = attrs_type<TrapezoidAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      return {sum(doubled_areas(c), {c.attributes<TrapezoidAttrs>().dim}) / 2};
    },
};

constinit const Op op::cumulative_trapezoid = {
    .name = "cumulative_trapezoid",
    .what = "The areas below y along a dimension, up to each value but the first.",
    .source = "torch.cumulative_trapezoid",
    .inputs = {"y", "x?"},
    .attributes = attrs_type<TrapezoidAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      return {cumsum(doubled_areas(c), c.attributes<TrapezoidAttrs>().dim) / 2};
    },
};

std::pair<Tensor, Tensor> cummax(const Tensor& input, int64_t dim) {
  const Tensors out = call_all(op::cummax, {input}, AlongAttrs{dim});
  return {out[0], out[1]};
}
std::pair<Tensor, Tensor> cummin(const Tensor& input, int64_t dim) {
  const Tensors out = call_all(op::cummin, {input}, AlongAttrs{dim});
  return {out[0], out[1]};
}
// The slope along one dimension. Source: PyTorch's, and NumPy's, second-order differences.
static Tensor slope_along(const Tensor& x, int64_t axis, double step, int64_t edge_order) {
  const int64_t n = x.size(axis);
  check(n > edge_order, "dimension {} has the size {}, should be more than edge_order, {}", axis, n,
        edge_order);
  const auto part = [&](int64_t from, int64_t to) { return slice(x, axis, Slice(from, to)); };
  const auto at = [&](int64_t i) { return part(i, i + 1); };
  const auto end = [&](int64_t first, int64_t way) {  // the slope at `first`, seen along `way`
    const double signed_step = step * double(way);
    if (edge_order == 1)
      return (at(first + way) - at(first)) / signed_step;
    return (4 * at(first + way) - 3 * at(first) - at(first + 2 * way)) / (2 * signed_step);
  };
  std::vector<Tensor> parts = {end(0, 1)};
  if (n > 2)
    parts.push_back((part(2, n) - part(0, n - 2)) / (2 * step));
  parts.push_back(end(n - 1, -1));
  return cat(parts, axis);
}

static Tensors compose_gradient(const Call& c) {
  const auto& a = c.attributes<GradientAttrs>();
  const Tensor& given = c.in(0);
  check(given.dim() > 0, "a 0-d tensor has no slope");
  check(given.dtype() != DType::boolean, "input is bool, should be numbers");
  check(a.edge_order == 1 || a.edge_order == 2, "edge_order is {}, should be 1 or 2", a.edge_order);
  Dims axes;
  for (int64_t i = 0; i < (a.dim.empty() ? given.dim() : int64_t(a.dim.size())); ++i)
    axes.push_back(a.dim.empty() ? i : wrap_dim(a.dim[size_t(i)], given.dim()));
  check(a.spacing.size() == 1 || a.spacing.size() == axes.size(),
        "spacing has {} numbers, should have 1 or {}", a.spacing.size(), axes.size());
  const Tensor x = is_differentiable(given.dtype()) ? given : cast(given, DType::f32);
  Tensors out;
  for (size_t i = 0; i < axes.size(); ++i) {
    const double step = a.spacing[a.spacing.size() == 1 ? 0 : i];
    check(step != 0 && std::isfinite(step), "spacing is {}, should be finite and not 0", step);
    out.push_back(slope_along(x, axes[i], step, a.edge_order));
  }
  return out;
}

constinit const Op op::gradient = {
    .name = "gradient",
    .what =
        "The slopes of values that are spacing apart, along each of dim or of all dimensions: "
        "differences of what lies on both sides.",
    .source = "torch.gradient",
    .inputs = {"input"},
    .outputs = {"outs*"},
    .attributes = attrs_type<GradientAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_gradient,
    .results = [](const Call& c) { return int(c.outputs().size()); },
};

static Tensor powers(const Tensor& x, std::optional<int64_t> count) {
  const int64_t n = count.value_or(x.size(-1));
  check(n >= 0, "N is {}, should be at least 0", n);
  Dims shape = x.shape();
  shape.push_back(1);
  const Tensor one = ones(shape, x.dtype(), x.device());
  if (n <= 1)
    return n == 1 ? one : slice(one, -1, Slice(0, 0));
  shape.back() = n - 1;
  return cat({one, cumprod(expand(unsqueeze(x, -1), shape), -1)}, -1);
}

constinit const Op op::linalg_vander = {
    .name = "linalg_vander",
    .what = "The powers 0 to N - 1 of each element: [..., n] -> [..., n, N].",
    .source = "torch.linalg.vander",
    .inputs = {"x"},
    .attributes = attrs_type<LinalgVanderAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .compose = [](const Call& c) -> Tensors {
      check(c.in(0).dim() > 0, "x should have at least one dimension");
      check(c.in(0).dtype() != DType::boolean, "x is bool, should be numbers");
      return {powers(c.in(0), c.attributes<LinalgVanderAttrs>().N)};
    },
};

constinit const Op op::vander = {
    .name = "vander",
    .what =
        "The powers of each element of a vector, from N - 1 to 0, or with increasing from 0 on.",
    .source = "torch.vander",
    .inputs = {"x"},
    .attributes = attrs_type<VanderAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<VanderAttrs>();
      check(c.in(0).dim() == 1, "x {} should be a vector", c.in(0).shape());
      check(c.in(0).dtype() != DType::boolean, "x is bool, should be numbers");
      const Tensor rising = powers(c.in(0), a.N);
      return {a.increasing ? rising : flip(rising, {1})};
    },
};

Tensor cumprod(const Tensor& input, int64_t dim) {
  return call(op::cumprod, {input}, ScanAttrs{dim, {}});
}
Tensor logcumsumexp(const Tensor& input, int64_t dim) {
  return call(op::logcumsumexp, {input}, AlongAttrs{dim});
}
Tensor diff(const Tensor& input, int64_t n, int64_t dim, const Tensor& prepend,
            const Tensor& append) {
  return call(op::diff, {input, prepend, append}, DiffAttrs{n, dim});
}
Tensor trapezoid(const Tensor& y, const Tensor& x, double dx, int64_t dim) {
  return call(op::trapezoid, {y, x}, TrapezoidAttrs{dx, dim});
}
Tensor cumulative_trapezoid(const Tensor& y, const Tensor& x, double dx, int64_t dim) {
  return call(op::cumulative_trapezoid, {y, x}, TrapezoidAttrs{dx, dim});
}

std::vector<Tensor> gradient(const Tensor& input, const std::vector<double>& spacing,
                             const Dims& dim, int64_t edge_order) {
  return call_all(op::gradient, {input}, GradientAttrs{spacing, dim, edge_order}).to_vector();
}
Tensor linalg_vander(const Tensor& x, std::optional<int64_t> N) {
  return call(op::linalg_vander, {x}, LinalgVanderAttrs{N});
}
Tensor vander(const Tensor& x, std::optional<int64_t> N, bool increasing) {
  return call(op::vander, {x}, VanderAttrs{N, increasing});
}

}  // namespace hebb
