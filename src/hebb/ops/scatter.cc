// ops/scatter.cc: placing elements by index tensors.

#include "hebb/ops/scatter.h"

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/gather_onnx.h"
#include "hebb/ops/index_checks.h"
#include "hebb/ops/join.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/scatter_onnx.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/scatter.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// The part of src that index reaches: a view of index's shape, of which 0-d counts as [1].
Tensor reached(const Tensor& index, const Tensor& src, int64_t dim) {
  check_index_shape(index, src, dim, "src");
  Tensor part = src.dim() || index.dim() == 0 ? src : reshape(src, {1});
  for (int64_t i = 0; i < part.dim(); ++i) {
    const int64_t reach = length_along(index, i);
    check(reach <= part.size(i), "index {} is longer than src {} in dimension {}", index.shape(),
          src.shape(), i);
    if (reach < part.size(i))
      part = slice(part, i, Slice(0, reach));
  }
  return part.dim() == index.dim() ? part : reshape(part, {});
}

Tensor set_at(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& src) {
  return call(op::scatter_set, {input, index, src}, AlongAttrs{dim});
}

Tensor zero_at(const Tensor& input, int64_t dim, const Tensor& index) {
  return set_at(input, dim, index, zeros(index.shape(), input.dtype(), input.device()));
}

// A row of positions, one for each slice of `source`, as an index of source's shape.
Tensor for_all(const Tensor& row, const Tensor& source, int64_t axis) {
  Dims shape(size_t(source.dim()), 1);
  shape[size_t(axis)] = row.numel();
  return expand(reshape(row, shape), source.shape());
}

// Checks the operands of index_copy and its like; a 0-d input counts as one of one element.
struct Rows {
  Tensor input, index, source;
  int64_t axis;
  Rows(const Tensor& in, const Tensor& at, const Tensor& from, int64_t dim)
      : input(in.dim() ? in : reshape(in, {1})), index(reshape(at, {at.numel()})),
        source(from.dim() || in.dim() != 1 ? from : reshape(from, {1})),
        axis(wrap_dim(dim, input.dim())) {
    check(at.dim() <= 1, "index {} should have one dimension", at.shape());
    check_same_dtype(in, from, "source");
    Dims expected = input.shape();
    expected[size_t(axis)] = index.numel();
    if (source.dim() == 0)
      source = reshape(source, {1});
    check(source.shape() == expected, "source {} should be {}: one slice of input for each index",
          from.shape(), expected);
  }
};

void check_reduce(const std::string& reduce, std::initializer_list<std::string_view> known) {
  std::string names;
  for (std::string_view name : known) {
    if (reduce == name)
      return;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  check(false, "reduce is '{}', should be one of {}", reduce, names);
}

// Halves are combined in f32 and rounded once.
Tensor combine(const Tensor& input, const Tensor& index, const Tensor& src,
               const ScatterReduceAttrs& a) {
  if (a.reduce == "sum" && a.include_self)
    return scatter_add(input, a.dim, index, src);
  const DType dtype = input.dtype();
  const bool half = dtype == DType::f16 || dtype == DType::bf16;
  const auto wide = [&](const Tensor& t) { return half ? cast(t, DType::f32) : t; };
  return cast(call(op::scatter_combine, {wide(input), index, wide(src)}, a), dtype);
}

}  // namespace

static Tensors compose_scatter(const Call& c) {
  const auto& a = c.attributes<ScatterAttrs>();
  const Tensor &input = c.in(0), &index = c.in(1);
  check(c.has(2) != c.has(3), "src or value should be given, and not both");
  check_index_shape(index, input, a.dim, "input");
  Tensor src;
  if (c.has(3)) {
    check(c.in(3).numel() == 1, "value should be one number, but has shape {}", c.in(3).shape());
    src = full(index.shape(), c.in(3), input.dtype(), input.device());
  } else {
    check_same_dtype(input, c.in(2), "src");
    src = reached(index, c.in(2), a.dim);
  }
  if (!a.reduce)
    return {set_at(input, a.dim, index, src)};
  check_reduce(*a.reduce, {"add", "multiply"});
  return {combine(input, index, src, {a.dim, *a.reduce == "add" ? "sum" : "prod", true})};
}

constinit const Op op::scatter = {
    .name = "scatter",
    .what =
        "input, with src[i][j], or one value, at [index[i][j]][j] for dim 0; the last one counts.",
    .source = "torch.scatter",
    .inputs = {"input", "index", "src?", "value?"},
    .attributes = attrs_type<ScatterAttrs>,
    .onnx = {{.since = 16,
              .nodes = "Slice, Expand, Reshape, ScatterElements",
              .to = onnx::write_scatter},
             {.type = "ScatterElements",
              .since = 13,
              .until = 15,
              .nodes = "Slice, Expand, Reshape",
              .where = "without reduce",
              .to = onnx::write_scatter,
              .from = onnx::read_scatter_elements}},
    .indices = {1},
    .compose = compose_scatter,
};

static Tensors compose_scatter_reduce(const Call& c) {
  const auto& a = c.attributes<ScatterReduceAttrs>();
  check_reduce(a.reduce, {"sum", "prod", "mean", "amax", "amin"});
  check_index_shape(c.in(1), c.in(0), a.dim, "input");
  check_same_dtype(c.in(0), c.in(2), "src");
  return {combine(c.in(0), c.in(1), reached(c.in(1), c.in(2), a.dim), a)};
}

constinit const Op op::scatter_reduce = {
    .name = "scatter_reduce",
    .what = "input, with the sum, prod, mean, amax or amin of all elements of src for a place.",
    .source = "torch.scatter_reduce",
    .inputs = {"input", "index", "src"},
    .attributes = attrs_type<ScatterReduceAttrs>,
    .onnx = {{.since = 18,
              .nodes = "Slice, Reshape, ScatterElements",
              .where = "with include_self, but for means",
              .to = onnx::write_scatter_reduce}},
    .indices = {1},
    .compose = compose_scatter_reduce,
};

static Specs infer_scatter_piece(const Call& c) {
  check(c.in(1).shape() == c.in(2).shape(), "index {} and src {} should have one shape",
        c.in(1).shape(), c.in(2).shape());
  return {{c.in(0).dtype(), c.in(0).shape()}};
}

static Grads scatter_set_vjp(const Call& c, const Grads& dy) {
  const int64_t dim = c.attributes<AlongAttrs>().dim;
  return {c.wants(0) ? zero_at(dy[0], dim, c.in(1)) : Tensor(), Tensor(),
          c.wants(2) ? gather(dy[0], dim, c.in(1)) : Tensor()};
}

constinit const Op op::scatter_set = {
    .name = "scatter_set",
    .what =
        "input, with the elements of src, which has the shape of index, at the places of index.",
    .source = "torch.scatter",
    .inputs = {"input", "index", "src"},
    .attributes = attrs_type<AlongAttrs>,
    .no_onnx_because = "a piece of scatter",
    .indices = {1},
    .infer = infer_scatter_piece,
    .kernel = kernel::scatter_set,
    .keep = {Keep::input(1)},
    .vjp = scatter_set_vjp,
    .internal = true,
};

static Specs infer_combine(const Call& c) {
  const DType dtype = c.in(0).dtype();
  check(!is_complex(dtype) && dtype != DType::boolean, "{} is not defined for {}",
        c.attributes<ScatterReduceAttrs>().reduce, name(dtype));
  return infer_scatter_piece(c);
}

// With one zero among the factors of a place only that one has a gradient by the others' product.
static Grads prod_vjp(const Call& c, const Tensor& dy, const ScatterReduceAttrs& a) {
  const Tensor &x = c.in(0), &index = c.in(1), &src = c.in(2);
  Grads grads(3);
  if (c.wants(0)) {
    const Tensor others = combine(where(eq(x, 0), 1, x), index, src, a);
    grads[0] = dy * (others / where(eq(x, 0), 1, x));
  }
  if (c.wants(2)) {
    const Tensor zero = eq(src, 0);
    const Tensor count = gather(
        scatter_add(zeros(x.shape(), x.dtype(), x.device()), a.dim, index, cast(zero, x.dtype())),
        a.dim, index);
    const Tensor single = logical_and(zero, eq(count, 1));
    const Tensor others = combine(x, index, where(single, 1, src), a);
    const Tensor rest = gather(dy * c.out(0), a.dim, index) / where(zero, 1, src);
    grads[2] = where(single, gather(dy * others, a.dim, index), where(zero, 0, rest));
  }
  return grads;
}

static Grads extreme_vjp(const Call& c, const Tensor& dy, const ScatterReduceAttrs& a) {
  const Tensor &x = c.in(0), &index = c.in(1), &out = c.out(0);
  Tensor own = cast(eq(x, out), dy.dtype());
  if (!a.include_self)
    own = zero_at(own, a.dim, index);
  const Tensor hit = cast(eq(c.in(2), gather(out, a.dim, index)), dy.dtype());
  const Tensor winners = scatter_add(own, a.dim, index, hit);
  const Tensor share = dy / where(eq(winners, 0), 1, winners);
  return {share * own, Tensor(), hit * gather(share, a.dim, index)};
}

static Grads scatter_combine_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<ScatterReduceAttrs>();
  const Tensor &x = c.in(0), &index = c.in(1);
  Grads grads;
  if (a.reduce == "prod") {
    grads = prod_vjp(c, dy[0], a);
  } else if (a.reduce == "amax" || a.reduce == "amin") {
    return extreme_vjp(c, dy[0], a);
  } else {
    Tensor share = dy[0];
    if (a.reduce == "mean") {
      const Tensor one = ones(index.shape(), share.dtype(), share.device());
      Tensor count = full(x.shape(), a.include_self ? 1 : 0, share.dtype(), share.device());
      count = scatter_add(count, a.dim, index, one);
      share = share / where(eq(count, 0), 1, count);
    }
    grads = {share, Tensor(), c.wants(2) ? gather(share, a.dim, index) : Tensor()};
  }
  if (!a.include_self && c.wants(0))
    grads[0] = zero_at(grads[0], a.dim, index);
  return grads;
}

constinit const Op op::scatter_combine = {
    .name = "scatter_combine",
    .what = "scatter_reduce of a src that has the shape of index, in no dtype narrower than f32.",
    .source = "torch.scatter_reduce",
    .inputs = {"input", "index", "src"},
    .attributes = attrs_type<ScatterReduceAttrs>,
    .no_onnx_because = "a piece of scatter_reduce",
    .indices = {1},
    .infer = infer_combine,
    .kernel = kernel::scatter_combine,
    .keep = {Keep::input(0), Keep::input(1), Keep::input(2), Keep::output(0)},
    .vjp = scatter_combine_vjp,
    .internal = true,
};

static Tensors compose_index_copy(const Call& c) {
  const Rows rows(c.in(0), c.in(1), c.in(2), c.attributes<AlongAttrs>().dim);
  const Tensor index = for_all(rows.index, rows.source, rows.axis);
  return {reshape(set_at(rows.input, rows.axis, index, rows.source), c.in(0).shape())};
}

constinit const Op op::index_copy = {
    .name = "index_copy",
    .what = "input, with the slices of source at the places of a dimension that index names.",
    .source = "torch.index_copy",
    .inputs = {"input", "index", "source"},
    .attributes = attrs_type<AlongAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Reshape, Expand, ScatterElements",
              .to = onnx::write_index_copy}},
    .indices = {1},
    .compose = compose_index_copy,
};

static Tensors compose_index_fill(const Call& c) {
  const Tensor input = c.in(0).dim() ? c.in(0) : reshape(c.in(0), {1}), &value = c.in(2);
  check(c.in(1).dim() <= 1, "index {} should have one dimension", c.in(1).shape());
  check(value.dim() == 0, "value should be one number, but has shape {}", value.shape());
  const int64_t axis = wrap_dim(c.attributes<AlongAttrs>().dim, input.dim());
  Dims shape = input.shape();
  shape[size_t(axis)] = c.in(1).numel();
  const Tensor source = value.is_number() ? full(shape, value, input.dtype(), input.device())
                                          : expand(cast(value, input.dtype()), shape);
  const Tensor given = reshape(c.in(1), {c.in(1).numel()}),
               row = where(lt(given, 0), given + input.size(axis), given);
  return {reshape(set_at(input, axis, for_all(row, source, axis), source), c.in(0).shape())};
}

constinit const Op op::index_fill = {
    .name = "index_fill",
    .what =
        "input, with one value in the slices of a dimension that index names; negative ones "
        "count from the end.",
    .source = "torch.index_fill",
    .inputs = {"input", "index", "value"},
    .attributes = attrs_type<AlongAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Reshape, Expand, ScatterElements",
              .to = onnx::write_index_fill}},
    .indices = {1},
    .compose = compose_index_fill,
};

static Tensors compose_index_reduce(const Call& c) {
  const auto& a = c.attributes<IndexReduceAttrs>();
  check_reduce(a.reduce, {"prod", "mean", "amax", "amin"});
  const Rows rows(c.in(0), c.in(1), c.in(2), a.dim);
  const Tensor index = for_all(rows.index, rows.source, rows.axis);
  return {reshape(combine(rows.input, index, rows.source, {rows.axis, a.reduce, a.include_self}),
                  c.in(0).shape())};
}

constinit const Op op::index_reduce = {
    .name = "index_reduce",
    .what = "input, with the prod, mean, amax or amin of all slices of source for a place.",
    .source = "torch.index_reduce",
    .inputs = {"input", "index", "source"},
    .attributes = attrs_type<IndexReduceAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .indices = {1},
    .compose = compose_index_reduce,
};

static Tensors compose_put(const Call& c) {
  const Tensor &input = c.in(0), &source = c.in(2);
  const int64_t n = input.numel(), count = c.in(1).numel();
  check_same_dtype(input, source, "source");
  check(source.numel() == count, "source {} and index {} should have equally many elements",
        source.shape(), c.in(1).shape());
  const Tensor flat = reshape(c.in(1), {count}), index = where(lt(flat, 0), flat + n, flat);
  const Tensor whole = reshape(input, {n}), values = reshape(source, {count});
  return {reshape(c.attributes<PutAttrs>().accumulate ? index_add(whole, 0, index, values)
                                                      : set_at(whole, 0, index, values),
                  input.shape())};
}

constinit const Op op::put = {
    .name = "put",
    .what = "input, with source at the row-major positions in index, or added there.",
    .source = "torch.Tensor.put",
    .inputs = {"input", "index", "source"},
    .attributes = attrs_type<PutAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .indices = {1},
    .compose = compose_put,
};

static Tensors compose_masked_scatter(const Call& c) {
  const Tensor &mask = c.in(1), &source = c.in(2);
  check(mask.dtype() == DType::boolean, "mask is {}, should be bool", name(mask.dtype()));
  check_same_dtype(c.in(0), source, "source");
  const Dims shape = broadcast(c.in(0).shape(), mask.shape());
  const int64_t n = product(shape);
  if (n == 0)
    return {expand(c.in(0), shape)};
  const Tensor taken = reshape(expand(mask, shape), {n});
  // Where nothing is taken any index will do, so an empty source gets one element.
  Tensor values = reshape(source, {source.numel()});
  if (source.numel() == 0)
    values = cat({values, zeros({1}, source.dtype(), source.device())});
  const Tensor order = where(taken, cumsum(cast(taken, DType::i64), 0) - 1, 0);
  return {where(expand(mask, shape), reshape(index_select(values, 0, order), shape),
                expand(c.in(0), shape))};
}

constinit const Op op::masked_scatter = {
    .name = "masked_scatter",
    .what = "input, with the elements of source, one after the other, where mask holds.",
    .source = "torch.Tensor.masked_scatter",
    .inputs = {"input", "mask", "source"},
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_masked_scatter,
};

static Tensors compose_select_scatter(const Call& c) {
  const auto& a = c.attributes<SelectScatterAttrs>();
  const Tensor &input = c.in(0), part = select(input, a.dim, a.index);
  check_same_dtype(input, c.in(1), "src");
  check(c.in(1).shape() == part.shape(), "src {} should be {}", c.in(1).shape(), part.shape());
  const int64_t axis = wrap_dim(a.dim, input.dim()), size = input.size(axis);
  const Tensor src = unsqueeze(c.in(1), axis);
  const int64_t at = a.index < 0 ? a.index + size : a.index;
  return {set_at(input, axis, full(src.shape(), at, DType::i64, input.device()), src)};
}

constinit const Op op::select_scatter = {
    .name = "select_scatter",
    .what = "input, with src in the place of one index of a dimension.",
    .source = "torch.select_scatter",
    .inputs = {"input", "src"},
    .attributes = attrs_type<SelectScatterAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_select_scatter,
};

static Tensors compose_slice_scatter(const Call& c) {
  const auto& a = c.attributes<SliceScatterAttrs>();
  const Tensor &input = c.in(0), &src = c.in(1);
  const Tensor part = slice(input, a.dim, Slice(a.start, a.end, a.step));
  check_same_dtype(input, src, "src");
  check(src.shape() == part.shape(), "src {} should be {}", src.shape(), part.shape());
  const int64_t axis = wrap_dim(a.dim, input.dim()), size = input.size(axis);
  const int64_t asked = a.start.value_or(0),
                start = asked < 0 ? std::max<int64_t>(0, asked + size) : std::min(asked, size);
  const Tensor count = arange(double(src.size(axis)), DType::i64, input.device());
  return {set_at(input, axis, for_all(count * a.step + start, src, axis), src)};
}

constinit const Op op::slice_scatter = {
    .name = "slice_scatter",
    .what = "input, with src in the place of a slice of a dimension.",
    .source = "torch.slice_scatter",
    .inputs = {"input", "src"},
    .attributes = attrs_type<SliceScatterAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_slice_scatter,
};

Tensor scatter(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& src,
               const std::optional<std::string>& reduce) {
  return call(op::scatter, {input, index, src, Tensor()}, ScatterAttrs{dim, reduce});
}
Tensor scatter_value(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& value) {
  return call(op::scatter, {input, index, Tensor(), value}, ScatterAttrs{dim, {}});
}
Tensor scatter_reduce(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& src,
                      const std::string& reduce, bool include_self) {
  return call(op::scatter_reduce, {input, index, src},
              ScatterReduceAttrs{dim, reduce, include_self});
}
Tensor index_copy(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& source) {
  return call(op::index_copy, {input, index, source}, AlongAttrs{dim});
}
Tensor index_fill(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& value) {
  return call(op::index_fill, {input, index, value}, AlongAttrs{dim});
}
Tensor index_reduce(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& source,
                    const std::string& reduce, bool include_self) {
  return call(op::index_reduce, {input, index, source},
              IndexReduceAttrs{dim, reduce, include_self});
}
Tensor put(const Tensor& input, const Tensor& index, const Tensor& source, bool accumulate) {
  return call(op::put, {input, index, source}, PutAttrs{accumulate});
}
Tensor masked_scatter(const Tensor& input, const Tensor& mask, const Tensor& source) {
  return call(op::masked_scatter, {input, mask, source});
}
Tensor select_scatter(const Tensor& input, const Tensor& src, int64_t dim, int64_t index) {
  return call(op::select_scatter, {input, src}, SelectScatterAttrs{dim, index});
}
Tensor slice_scatter(const Tensor& input, const Tensor& src, int64_t dim, Slice range) {
  return call(op::slice_scatter, {input, src},
              SliceScatterAttrs{dim, range.start, range.stop, range.step});
}

}  // namespace hebb
