// ops/statistics.cc: reductions beyond sum and mean, written in operators where that costs little.

#include "hebb/ops/statistics.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/entries.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/halves.h"
#include "hebb/ops/holomorphic.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/reduced_shape.h"
#include "hebb/ops/views.h"

namespace hebb {
namespace {

void check_floating(const Tensor& x) {
  check(is_floating(x.dtype()),
        "is not defined for {}; convert the input to a floating dtype first", name(x.dtype()));
}

Tensor variance(const Tensor& x, const VarAttrs& a) {
  check_floating(x);
  const Dims shape = reduced_shape(x.shape(), a.dim, a.keepdim);
  int64_t count = 1;
  const Dims kept = kept_shape(x.shape(), a.dim);
  for (size_t i = 0; i < kept.size(); ++i)
    if (kept[i] != x.shape()[i])
      count *= x.shape()[i];
  const double divisor = std::max(0.0, double(count) - a.correction.value_or(a.unbiased ? 1 : 0));
  return reshape(sum(square(x - mean(x, a.dim, true)), a.dim, true) / divisor, shape);
}

// The square root, whose gradient at 0 is 0.
Tensor root_or_zero(const Tensor& x) {
  const Tensor nothing = eq(x, 0);
  return where(nothing, Tensor(0.0), sqrt(where(nothing, Tensor(1.0), x)));
}

}  // namespace

constinit const Op op::var = {
    .name = "var",
    .inputs = {"input"},
    .attributes = attrs_type<VarAttrs>,
    .compose = [](const Call& c) -> Tensors {
      return {in_single(c.in(0),
                        [&](const Tensor& x) { return variance(x, c.attributes<VarAttrs>()); })};
    },
};

constinit const Op op::std = {
    .name = "std",
    .inputs = {"input"},
    .attributes = attrs_type<VarAttrs>,
    .compose = [](const Call& c) -> Tensors {
      return {in_single(c.in(0), [&](const Tensor& x) {
        return root_or_zero(variance(x, c.attributes<VarAttrs>()));
      })};
    },
};

constinit const Op op::logsumexp = {
    .name = "logsumexp",
    .inputs = {"input"},
    .attributes = attrs_type<DimsAttrs>,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<DimsAttrs>();
      check_floating(c.in(0));
      return {in_single(c.in(0), [&](const Tensor& x) {
        const Dims shape = reduced_shape(x.shape(), a.dim, a.keepdim);
        if (x.numel() == 0)
          return hebb::log(hebb::sum(hebb::exp(x), a.dim, a.keepdim));
        const Tensor most = hebb::amax(x, a.dim, true);
        const Tensor shift = hebb::where(hebb::isfinite(most), most, Tensor(0.0));
        return hebb::reshape(hebb::log(hebb::sum(hebb::exp(x - shift), a.dim, true)) + shift,
                             shape);
      })};
    },
};

// (sum |x|^p)^(1/p). Where the norm is 0 its gradient is 0.
constinit const Op op::norm = {
    .name = "norm",
    .inputs = {"input"},
    .attributes = attrs_type<NormAttrs>,
    .compose = [](const Call& c) -> Tensors {
      const auto& [p, dim, keepdim] = c.attributes<NormAttrs>();
      check_floating(c.in(0));
      check(!std::isnan(p), "p is not a number");
      return {in_single(c.in(0), [&, p = p, &dim = dim, keepdim = keepdim](const Tensor& x) {
        if (p == 0)
          return hebb::cast(hebb::sum(hebb::ne(x, 0), dim, keepdim), x.dtype());
        const Tensor size = hebb::abs(x);
        if (std::isinf(p))
          return p > 0 ? hebb::amax(size, dim, keepdim) : hebb::amin(size, dim, keepdim);
        if (p == 1)
          return hebb::sum(size, dim, keepdim);
        if (p == 2)
          return root_or_zero(hebb::sum(hebb::square(x), dim, keepdim));
        // Below 1 the power of 0 has no finite slope, and a negative one no finite value: it counts
        // as 0 and makes the norm 0.
        const Tensor zero = hebb::eq(x, 0),
                     powers = p < 1
                                  ? hebb::where(zero, Tensor(0.0),
                                                hebb::pow(hebb::where(zero, Tensor(1.0), size), p))
                                  : hebb::pow(size, p);
        const Tensor total = hebb::sum(powers, dim, keepdim);
        const Tensor nothing = p > 0 ? hebb::eq(total, 0) : hebb::any(zero, dim, keepdim);
        return hebb::where(nothing, Tensor(0.0),
                           hebb::pow(hebb::where(nothing, Tensor(1.0), total), 1 / p));
      })};
    },
};

constinit const Op op::prod = {
    .name = "prod",
    .inputs = {"input"},
    .attributes = attrs_type<ProdAttrs>,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<ProdAttrs>();
      const Tensor x = hebb::cast(c.in(0), sum_dtype(c.in(0).dtype(), a.dtype));
      return {
          call(op::product_along, {x}, ReduceAttrs{a.dim ? Dims{*a.dim} : Dims{}, a.keepdim, {}})};
    },
};

constinit const Op op::product_along = {
    .name = "product_along",
    .inputs = {"input"},
    .attributes = attrs_type<ReduceAttrs>,
    .infer = [](const Call& c) -> Specs {
      const auto& a = c.attributes<ReduceAttrs>();
      return {{c.in(0).dtype(), reduced_shape(c.in(0).shape(), a.dim, a.keepdim)}};
    },
    .kernels = {cpu::prod_plain},
    .keep = {Keep::input(0)},
    // The product of all others. With one zero in the group only that element has a gradient, with
    // two none has.
    .vjp = [](const Call& c, const Grads& given) -> Grads {
      return holomorphic(given, [&](const Grads& dy) -> Grads {
        const Tensor& x = c.in(0);
        const Dims& dim = c.attributes<ReduceAttrs>().dim;
        const Dims kept = kept_shape(x.shape(), dim);
        const Tensor zero = hebb::eq(x, 0),
                     zeros_here = hebb::reshape(hebb::sum(zero, dim, true), kept),
                     rest = hebb::where(zero, Tensor(1.0), x);
        const Tensor others =
            hebb::reshape(call(op::product_along, {rest}, ReduceAttrs{dim, true, {}}), kept);
        const Tensor at_zero = hebb::where(hebb::eq(zeros_here, 1), others, Tensor(0.0)),
                     elsewhere = hebb::where(hebb::eq(zeros_here, 0), others / rest, Tensor(0.0));
        return {hebb::reshape(dy[0], kept) * hebb::where(zero, at_zero, elsewhere)};
      });
    },
    .internal = true,
};

constinit const Op op::any = {
    .name = "any",
    .inputs = {"input"},
    .attributes = attrs_type<DimsAttrs>,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<DimsAttrs>();
      return {hebb::gt(hebb::sum(hebb::ne(c.in(0), 0), a.dim, a.keepdim), 0)};
    },
    .no_gradient = true,
};

constinit const Op op::all = {
    .name = "all",
    .inputs = {"input"},
    .attributes = attrs_type<DimsAttrs>,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<DimsAttrs>();
      return {hebb::eq(hebb::sum(hebb::eq(c.in(0), 0), a.dim, a.keepdim), 0)};
    },
    .no_gradient = true,
};

constinit const Op op::count_nonzero = {
    .name = "count_nonzero",
    .inputs = {"input"},
    .attributes = attrs_type<DimsAttrs>,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<DimsAttrs>();
      return {hebb::sum(hebb::ne(c.in(0), 0), a.dim, a.keepdim)};
    },
    .no_gradient = true,
};

constinit const Op op::cumsum = {
    .name = "cumsum",
    .inputs = {"input"},
    .attributes = attrs_type<ScanAttrs>,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<ScanAttrs>();
      return {call(op::running_sum, {hebb::cast(c.in(0), sum_dtype(c.in(0).dtype(), a.dtype))},
                   ScanAttrs{a.dim, {}})};
    },
};

constinit const Op op::running_sum = {
    .name = "running_sum",
    .inputs = {"input"},
    .attributes = attrs_type<ScanAttrs>,
    .infer = [](const Call& c) -> Specs {
      wrap_dim(c.attributes<ScanAttrs>().dim, c.in(0).dim());
      return {{c.in(0).dtype(), c.in(0).shape()}};
    },
    .kernels = {cpu::cumsum_plain},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {  // the sum of what comes after
      const int64_t dim = c.attributes<ScanAttrs>().dim;
      if (dy[0].dim() == 0)
        return {dy[0]};
      return {hebb::flip(hebb::cumsum(hebb::flip(dy[0], {dim}), dim), {dim})};
    },
    .internal = true,
};

Tensor var(const Tensor& input, const Dims& dim, double correction, bool keepdim) {
  return call(op::var, {input}, VarAttrs{dim, correction, true, keepdim});
}
Tensor std(const Tensor& input, const Dims& dim, double correction, bool keepdim) {
  return call(op::std, {input}, VarAttrs{dim, correction, true, keepdim});
}
Tensor logsumexp(const Tensor& input, const Dims& dim, bool keepdim) {
  return call(op::logsumexp, {input}, DimsAttrs{dim, keepdim});
}
Tensor norm(const Tensor& input, double p, const Dims& dim, bool keepdim) {
  return call(op::norm, {input}, NormAttrs{p, dim, keepdim});
}
Tensor prod(const Tensor& input) {
  return call(op::prod, {input}, ProdAttrs{});
}
Tensor prod(const Tensor& input, int64_t dim, bool keepdim) {
  return call(op::prod, {input}, ProdAttrs{dim, keepdim, {}});
}
Tensor any(const Tensor& input, const Dims& dim, bool keepdim) {
  return call(op::any, {input}, DimsAttrs{dim, keepdim});
}
Tensor all(const Tensor& input, const Dims& dim, bool keepdim) {
  return call(op::all, {input}, DimsAttrs{dim, keepdim});
}
Tensor count_nonzero(const Tensor& input, const Dims& dim) {
  return call(op::count_nonzero, {input}, DimsAttrs{dim, false});
}
Tensor cumsum(const Tensor& input, int64_t dim) {
  return call(op::cumsum, {input}, ScanAttrs{dim, {}});
}

}  // namespace hebb
