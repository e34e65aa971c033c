// ops/order.cc: what stands at a place of the order of values, written in operators.

#include "hebb/ops/order.h"

#include <limits>

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/halves.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/scan.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/sort.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/order.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// A dimension in its sorted order. A 0-d input counts as one of one element.
struct Sorted {
  Tensor input, values, indices;
  int64_t axis, size;
  Sorted(const Tensor& x, int64_t dim) : input(x.dim() ? x : reshape(x, {1})) {
    axis = wrap_dim(dim, input.dim());
    size = input.size(axis);
    const auto both = sort(input, axis);
    values = both.first;
    indices = both.second;
  }
};

// The elements of `of` at a place of the sorted order; place: i64, of size 1 along the axis. The
// gradient goes straight to the element.
Tensors at_place(const Sorted& sorted, const Tensor& place, bool keepdim, bool scalar) {
  const Tensor index = gather(sorted.indices, sorted.axis, place);
  const Tensor value = gather(sorted.input, sorted.axis, index);
  if (scalar)
    return {reshape(value, {}), reshape(index, {})};
  if (keepdim)
    return {value, index};
  return {squeeze(value, sorted.axis), squeeze(index, sorted.axis)};
}

Tensor everywhere(const Sorted& sorted, int64_t place) {
  Dims shape = sorted.input.shape();
  shape[size_t(sorted.axis)] = 1;
  return full(shape, place, DType::i64, sorted.input.device());
}

Tensors medians(const Call& c, bool leave_out_nan) {
  const auto& a = c.attributes<ExtremeAttrs>();
  const Tensor& x = c.in(0);
  check(!is_complex(x.dtype()), "{} numbers have no order", name(x.dtype()));
  if (!a.dim && x.numel() == 0 && is_floating(x.dtype()))
    return {full({}, std::numeric_limits<double>::quiet_NaN(), x.dtype(), x.device())};
  const Sorted sorted(a.dim ? x : reshape(x, {x.numel()}), a.dim.value_or(0));
  check(sorted.size > 0, "dimension {} of input {} has no elements", sorted.axis, x.shape());
  Tensor place = everywhere(sorted, (sorted.size - 1) / 2);
  if (is_floating(x.dtype())) {  // NaN come last
    const Tensor count = sum(logical_not(isnan(sorted.values)), {sorted.axis}, true);
    place = leave_out_nan ? clamp(floor_divide(count - 1, 2), 0)
                          : where(lt(count, sorted.size), clamp(count, 0, sorted.size - 1), place);
  }
  return at_place(sorted, place, a.keepdim, x.dim() == 0 || !a.dim);
}

int two_along_a_dim(const Call& c) {
  return c.attributes<ExtremeAttrs>().dim ? 2 : 0;
}

int values_and_indices(const Call&) {
  return 2;
}

// Where a share q of n values lies, between their places 0 and n - 1.
struct Between {
  Tensor below, above, weight;
  Between(const Tensor& rank, const std::string& how) {
    below = floor(rank);
    above = ceil(rank);
    if (how == "lower")
      above = below;
    else if (how == "higher")
      below = above;
    else if (how == "nearest")
      below = above = round(rank);
    else
      weight = how == "midpoint" ? full({}, 0.5, rank.dtype(), rank.device()) : rank - below;
  }
};

Tensors quantiles(const Call& c, bool leave_out_nan) {
  const auto& a = c.attributes<QuantileAttrs>();
  const std::string& how = a.interpolation;
  check(
      how == "linear" || how == "lower" || how == "higher" || how == "midpoint" || how == "nearest",
      "interpolation is '{}', should be linear, lower, higher, midpoint or nearest", how);
  const Tensor& x = c.in(0);
  check(is_floating(x.dtype()), "input is {}, should be floating", name(x.dtype()));
  check(x.numel() > 0, "input {} has no elements", x.shape());
  Tensor q = c.in(1);
  check(q.dim() <= 1, "q {} should be a number or have one dimension", q.shape());
  if (q.is_number()) {
    const double share = q.item_as_double();
    check(share >= 0 && share <= 1, "q is {}, should be from 0 to 1", share);
    q = full({}, q, x.dtype(), x.device());
  }
  check(q.dtype() == x.dtype(), "q is {} but input is {}; they should have one dtype",
        name(q.dtype()), name(x.dtype()));
  const int64_t axis = a.dim ? wrap_dim(*a.dim, x.dim()) : 0;
  const Tensor lines = !a.dim || x.dim() == 0 ? reshape(x, {x.numel()}) : movedim(x, axis, -1);
  const Tensor sorted = sort(lines, -1).first;
  const int64_t n = sorted.size(-1);

  // The places [..., Q], in the dtype of the values.
  const Tensor valid = sum(logical_not(isnan(sorted)), {-1}, true), row = reshape(q, {q.numel()});
  Tensor rank = leave_out_nan ? row * cast(clamp(valid - 1, 0), q.dtype())
                              : where(lt(valid, n), double(n - 1), row * double(n - 1));
  const Between between(rank, how);
  const auto values = [&](const Tensor& place) {
    Dims shape = sorted.shape();
    shape.back() = q.numel();
    return gather(sorted, -1, expand(cast(place, DType::i64), shape));
  };
  Tensor out = values(between.below);
  if (between.weight.defined())
    out = lerp(out, values(between.above), between.weight);

  out = movedim(out, -1, 0);  // [Q, ...]
  if (a.keepdim) {
    Dims shape = {q.numel()};
    for (int64_t i = 0; i < x.dim(); ++i)
      shape.push_back(a.dim && i != axis ? x.size(i) : 1);
    out = reshape(out, shape);
  }
  return {q.dim() == 0 ? squeeze(out, 0) : out};
}

}  // namespace

constinit const Op op::msort = {
    .name = "msort",
    .what = "The values in rising order along dimension 0.",
    .source = "torch.msort",
    .inputs = {"input"},
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors { return {hebb::sort(c.in(0), 0).first}; },
};

static Tensors compose_kthvalue(const Call& c) {
  const auto& a = c.attributes<KthvalueAttrs>();
  const Sorted sorted(c.in(0), a.dim);
  check(a.k >= 1 && a.k <= sorted.size, "k is {}, should be from 1 to {}, the size of dimension {}",
        a.k, sorted.size, sorted.axis);
  return at_place(sorted, everywhere(sorted, a.k - 1), a.keepdim, c.in(0).dim() == 0);
}

constinit const Op op::kthvalue = {
    .name = "kthvalue",
    .what = "The k-th smallest value along a dimension, counted from 1, and its index.",
    .source = "torch.kthvalue",
    .inputs = {"input"},
    .outputs = {"values", "indices"},
    .attributes = attrs_type<KthvalueAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_kthvalue,
    .results = values_and_indices,
};

constinit const Op op::median = {
    .name = "median",
    .what =
        "The value in the middle, the lower of two, with its index along a dimension; NaN wins.",
    .source = "torch.median",
    .inputs = {"input"},
    .outputs = {"values", "indices"},
    .attributes = attrs_type<ExtremeAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) { return medians(c, false); },
    .results = two_along_a_dim,
};

constinit const Op op::nanmedian = {
    .name = "nanmedian",
    .what = "The value in the middle of those that are not NaN, with its index along a dimension.",
    .source = "torch.nanmedian",
    .inputs = {"input"},
    .outputs = {"values", "indices"},
    .attributes = attrs_type<ExtremeAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) { return medians(c, true); },
    .results = two_along_a_dim,
};

static Tensors compose_mode(const Call& c) {
  const auto& a = c.attributes<ModeAttrs>();
  const Sorted sorted(c.in(0), a.dim);
  check(sorted.size > 0, "dimension {} of input {} has no elements", sorted.axis, c.in(0).shape());
  const int64_t axis = sorted.axis, n = sorted.size;
  // How many equal values a place ends; the first longest run is that of the smallest value.
  Dims along(size_t(sorted.input.dim()), 1);
  along[size_t(axis)] = n;
  const Tensor place = reshape(arange(double(n), DType::i64, sorted.input.device()), along);
  const Tensor differs =
      ne(slice(sorted.values, axis, Slice(1, n)), slice(sorted.values, axis, Slice(0, n - 1)));
  const Tensor first = full(slice(sorted.values, axis, Slice(0, 1)).shape(), true, DType::boolean,
                            sorted.input.device());
  const Tensor starts = where(cat({first, differs}, axis), place, 0);
  const Tensor length = place - cummax(starts, axis).first;
  return at_place(sorted, argmax(length, axis, true), a.keepdim, c.in(0).dim() == 0);
}

constinit const Op op::mode = {
    .name = "mode",
    .what =
        "The most frequent value along a dimension, the smallest of several, and its last index.",
    .source = "torch.mode",
    .inputs = {"input"},
    .outputs = {"values", "indices"},
    .attributes = attrs_type<ModeAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_mode,
    .results = values_and_indices,
};

constinit const Op op::quantile = {
    .name = "quantile",
    .what = "The values below which a share q of the elements lies; NaN where there is one.",
    .source = "torch.quantile",
    .inputs = {"input", "q"},
    .attributes = attrs_type<QuantileAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) { return quantiles(c, false); },
};

constinit const Op op::nanquantile = {
    .name = "nanquantile",
    .what = "The values below which a share q of the elements lies that are not NaN.",
    .source = "torch.nanquantile",
    .inputs = {"input", "q"},
    .attributes = attrs_type<QuantileAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) { return quantiles(c, true); },
};

Tensor msort(const Tensor& input) {
  return call(op::msort, {input});
}
std::pair<Tensor, Tensor> kthvalue(const Tensor& input, int64_t k, int64_t dim, bool keepdim) {
  const Tensors out = call_all(op::kthvalue, {input}, KthvalueAttrs{k, dim, keepdim});
  return {out[0], out[1]};
}
std::pair<Tensor, Tensor> median(const Tensor& input, int64_t dim, bool keepdim) {
  const Tensors out = call_all(op::median, {input}, ExtremeAttrs{dim, keepdim});
  return {out[0], out[1]};
}
std::pair<Tensor, Tensor> nanmedian(const Tensor& input, int64_t dim, bool keepdim) {
  const Tensors out = call_all(op::nanmedian, {input}, ExtremeAttrs{dim, keepdim});
  return {out[0], out[1]};
}
std::pair<Tensor, Tensor> mode(const Tensor& input, int64_t dim, bool keepdim) {
  const Tensors out = call_all(op::mode, {input}, ModeAttrs{dim, keepdim});
  return {out[0], out[1]};
}
Tensor median(const Tensor& input) {
  return call(op::median, {input}, ExtremeAttrs{});
}
Tensor nanmedian(const Tensor& input) {
  return call(op::nanmedian, {input}, ExtremeAttrs{});
}
Tensor quantile(const Tensor& input, const Tensor& q, const QuantileAttrs& options) {
  return call(op::quantile, {input, q}, options);
}
Tensor nanquantile(const Tensor& input, const Tensor& q, const QuantileAttrs& options) {
  return call(op::nanquantile, {input, q}, options);
}

}  // namespace hebb
