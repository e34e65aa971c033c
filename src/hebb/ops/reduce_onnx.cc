// ops/reduce_onnx.cc: the ONNX forms of reductions: sums, means, extremes, norms and the like.

#include "hebb/ops/reduce_onnx.h"

#include <cmath>

#include "hebb/ops/entries.h"
#include "hebb/ops/onnx_reader.h"
#include "hebb/ops/onnx_writer.h"
#include "hebb/ops/ops.h"

namespace hebb::onnx {
namespace {

struct Reduction {
  Dims dims;  // none: all
  bool keepdim, nothing;
};

Reduction reduction(const OnnxReader& r) {
  const Dims axes = r.count() > 1 ? r.ints_or_none(1) : r.ints("axes");
  return {axes, r.flag("keepdims", true), r.flag("noop_with_empty_axes", false) && axes.empty()};
}

// f(x, dims, keepdim), or x where nothing is to be reduced.
template <class F>
Tensors reduced(const OnnxReader& r, F&& f) {
  const Reduction a = reduction(r);
  return {a.nothing ? r.in(0) : f(r.in(0), a.dims, a.keepdim)};
}

Dims one_dim(std::optional<int64_t> dim) {
  return dim ? Dims{*dim} : Dims{};
}

int64_t group_size(const Tensor& x, const Dims& dims) {
  int64_t count = 1;
  for (int64_t dim : dims)
    count *= x.size(dim);
  return dims.empty() ? x.numel() : count;
}

OnnxValue not_zero_as_i64(OnnxWriter& w) {
  return w.cast(w.in(0, DType::boolean), DType::i64);
}

// Along the attribute's dimension, or of all elements in row-major order.
OnnxValue arg(OnnxWriter& w, std::string_view type, std::optional<int64_t> dim, bool keepdim) {
  const OnnxValue x = w.in(0);
  if (dim && w.operand(0).dim() > 0)
    return w.add(type, {x}, {{"axis", *dim}, {"keepdims", keepdim}}, DType::i64);
  const OnnxValue of_all =
      w.add(type, {w.reshape(x, {-1})}, {{"axis", 0}, {"keepdims", false}}, DType::i64);
  return keepdim ? w.reshape(of_all, Dims(size_t(w.operand(0).dim()), 1)) : of_all;
}

Tensors read_arg(const OnnxReader& r, const Op& op) {
  const int64_t axis = r.integer("axis", 0);
  const bool keepdim = r.flag("keepdims", true);
  const Tensor& x = r.in(0);
  if (!r.flag("select_last_index", false))
    return {call(op, {x}, ExtremeAttrs{axis, keepdim})};
  return {x.size(axis) - 1 - call(op, {flip(x, {axis})}, ExtremeAttrs{axis, keepdim})};
}

OnnxValues extreme(OnnxWriter& w, std::string_view reduce, std::string_view index) {
  const auto& a = w.attributes<ExtremeAttrs>();
  const Dims dims = w.operand(0).dim() > 0 ? one_dim(a.dim) : Dims{};
  OnnxValues results = {w.reduce(reduce, w.in(0), dims, a.keepdim)};
  if (user_results(w.call) == 2)
    results.push_back(arg(w, index, a.dim, a.keepdim));
  return results;
}

OnnxValue squared_distances(OnnxWriter& w) {
  const auto& a = w.attributes<VarAttrs>();
  const double correction = a.correction.value_or(a.unbiased ? 1 : 0),
               count = std::max(0.0, double(group_size(w.operand(0), a.dim)) - correction);
  const OnnxValue x = w.in(0), apart = w.add("Sub", {x, w.reduce("ReduceMean", x, a.dim, true)}),
                  sum = w.reduce("ReduceSum", w.add("Mul", {apart, apart}), a.dim, a.keepdim);
  return w.add("Div", {sum, w.number(count, x.dtype)});
}

}  // namespace

OnnxValues write_sum(OnnxWriter& w) {
  const auto& a = w.attributes<ReduceAttrs>();
  return {w.reduce("ReduceSum", w.in(0, w.out()), a.dim, a.keepdim)};
}

Tensors read_sum(const OnnxReader& r) {
  return reduced(r, [](const Tensor& x, const Dims& dims, bool keepdim) {
    return call(op::sum, {x}, ReduceAttrs{dims, keepdim, x.dtype()});
  });
}

OnnxValues write_mean(OnnxWriter& w) {
  const auto& a = w.attributes<ReduceAttrs>();
  w.require(w.operand(0).numel() > 0, "ONNX does not say what the mean of nothing is");
  return {w.reduce("ReduceMean", w.in(0, w.out()), a.dim, a.keepdim)};
}

Tensors read_mean(const OnnxReader& r) {
  r.require(is_floating(r.in(0).dtype()), "input {} should be floating", describe(r.in(0)));
  return reduced(
      r, [](const Tensor& x, const Dims& dims, bool keepdim) { return mean(x, dims, keepdim); });
}

OnnxValues write_max(OnnxWriter& w) {
  return extreme(w, "ReduceMax", "ArgMax");
}
OnnxValues write_min(OnnxWriter& w) {
  return extreme(w, "ReduceMin", "ArgMin");
}

OnnxValues write_extreme_along(OnnxWriter& w) {  // amax, amin
  const auto& a = w.attributes<ReduceAttrs>();
  return {w.reduce(w.form.type, w.in(0), a.dim, a.keepdim)};
}
Tensors read_amax(const OnnxReader& r) {
  return reduced(
      r, [](const Tensor& x, const Dims& dims, bool keepdim) { return amax(x, dims, keepdim); });
}
Tensors read_amin(const OnnxReader& r) {
  return reduced(
      r, [](const Tensor& x, const Dims& dims, bool keepdim) { return amin(x, dims, keepdim); });
}

OnnxValues write_arg(OnnxWriter& w) {  // argmax, argmin
  const auto& a = w.attributes<ExtremeAttrs>();
  return {arg(w, w.form.type, a.dim, a.keepdim)};
}
Tensors read_argmax(const OnnxReader& r) {
  return read_arg(r, op::argmax);
}
Tensors read_argmin(const OnnxReader& r) {
  return read_arg(r, op::argmin);
}

OnnxValues write_var(OnnxWriter& w) {
  return {squared_distances(w)};
}
OnnxValues write_std(OnnxWriter& w) {
  return {w.add("Sqrt", {squared_distances(w)})};
}

OnnxValues write_logsumexp(OnnxWriter& w) {
  const auto& a = w.attributes<DimsAttrs>();
  return {w.reduce("ReduceLogSumExp", w.in(0, w.out()), a.dim, a.keepdim)};
}
Tensors read_logsumexp(const OnnxReader& r) {
  return reduced(r, [](const Tensor& x, const Dims& dims, bool keepdim) {
    return call(op::logsumexp, {x}, DimsAttrs{dims, keepdim});
  });
}

OnnxValues write_norm(OnnxWriter& w) {
  const auto& [p, dims, keepdim] = w.attributes<NormAttrs>();
  const OnnxValue x = w.in(0);
  if (p == 1)
    return {w.reduce("ReduceL1", x, dims, keepdim)};
  if (p == 2)
    return {w.reduce("ReduceL2", x, dims, keepdim)};
  if (p == 0) {
    const OnnxValue counted = w.cast(w.cast(x, DType::boolean), x.dtype);
    return {w.reduce("ReduceSum", counted, dims, keepdim)};
  }
  const OnnxValue size = w.add("Abs", {x});
  if (std::isinf(p))
    return {w.reduce(p > 0 ? "ReduceMax" : "ReduceMin", size, dims, keepdim)};
  const OnnxValue powers = w.add("Pow", {size, w.number(p, x.dtype)}),
                  sum = w.reduce("ReduceSum", powers, dims, keepdim);
  return {w.add("Pow", {sum, w.number(1 / p, x.dtype)})};
}

Tensors read_norm(const OnnxReader& r) {
  const double p = r.node.op_type == "ReduceL1" ? 1 : 2;
  return reduced(r, [&](const Tensor& x, const Dims& dims, bool keepdim) {
    if (is_floating(x.dtype()))
      return call(op::norm, {x}, NormAttrs{p, dims, keepdim});
    const Tensor wide = cast(x, DType::f64);  // integers stay what they are
    return cast(call(op::norm, {wide}, NormAttrs{p, dims, keepdim}), x.dtype());
  });
}

OnnxValues write_prod(OnnxWriter& w) {
  const auto& a = w.attributes<ProdAttrs>();
  const Dims dims = w.operand(0).dim() > 0 ? one_dim(a.dim) : Dims{};
  return {w.reduce("ReduceProd", w.in(0, w.out()), dims, a.keepdim)};
}
Tensors read_prod(const OnnxReader& r) {
  return reduced(r, [](const Tensor& x, const Dims& dims, bool keepdim) {
    return call(op::product_along, {x}, ReduceAttrs{dims, keepdim, {}});
  });
}

OnnxValues write_any(OnnxWriter& w) {
  const auto& a = w.attributes<DimsAttrs>();
  const OnnxValue count = w.reduce("ReduceSum", not_zero_as_i64(w), a.dim, a.keepdim);
  return {w.cast(count, DType::boolean)};
}

OnnxValues write_all(OnnxWriter& w) {
  const auto& a = w.attributes<DimsAttrs>();
  const OnnxValue zero = w.cast(w.add("Not", {w.in(0, DType::boolean)}), DType::i64),
                  zeros = w.reduce("ReduceSum", zero, a.dim, a.keepdim);
  return {w.add("Not", {w.cast(zeros, DType::boolean)})};
}

OnnxValues write_count_nonzero(OnnxWriter& w) {
  const auto& a = w.attributes<DimsAttrs>();
  return {w.reduce("ReduceSum", not_zero_as_i64(w), a.dim, a.keepdim)};
}

OnnxValues write_cumsum(OnnxWriter& w) {
  const OnnxValue x = w.in(0, w.out());
  if (w.operand(0).dim() == 0)
    return {x};
  const OnnxValue axis = w.number(double(w.attributes<ScanAttrs>().dim), DType::i64);
  return {w.add("CumSum", {x, axis})};
}

Tensors read_cumsum(const OnnxReader& r) {
  const Tensor& given = r.in(0);
  const Dims axis = r.ints(1);
  r.require(axis.size() == 1, "axis {} should be one number", axis);
  const bool backwards = r.flag("reverse", false), exclusive = r.flag("exclusive", false);
  const Tensor x = backwards ? flip(given, axis) : given;
  Tensor sums = call(op::cumsum, {x}, ScanAttrs{axis[0], x.dtype()});
  if (exclusive)
    sums = sums - x;
  return {backwards ? flip(sums, axis) : sums};
}

}  // namespace hebb::onnx
