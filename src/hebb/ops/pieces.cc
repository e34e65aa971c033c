// ops/pieces.cc: cutting and joining by NumPy's names, and all ways to choose from vectors.

#include "hebb/ops/pieces.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/join.h"
#include "hebb/ops/op.h"
#include "hebb/ops/pieces_onnx.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/pieces.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

int as_many_pieces(const Call& c) {
  return int(c.outputs().size());
}

// Sections may differ by one in size, unless they have to be equal.
Tensors pieces_of(const Tensor& x, const Dims& where, int64_t dim, bool equal_only) {
  const int64_t axis = wrap_dim(dim, x.dim()), size = x.size(axis);
  Tensors parts;
  if (where.size() == 2 && where[0] == in_sections) {
    const int64_t n = where[1];
    check(n >= 1, "indices_or_sections is {}, should be at least 1", n);
    check(n < int64_t(1) << 31, "indices_or_sections is {}, should be less than 2^31", n);
    check(!equal_only || size % n == 0, "{} sections do not divide {}, the size of dimension {}", n,
          size, axis);
    for (int64_t i = 0, at = 0; i < n; ++i) {
      const int64_t part = size / n + (i < size % n);
      parts.push_back(slice(x, axis, Slice(at, at + part)));
      at += part;
    }
    return parts;
  }
  // As slices of Python: counted from the end where negative, cut where outside, empty where the
  // second place is before the first.
  const auto place = [&](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? std::max(at, -size) + size : at, 0, size);
  };
  int64_t from = 0;
  for (int64_t index : where) {
    const int64_t to = place(index);
    parts.push_back(slice(x, axis, Slice(from, std::max(from, to))));
    from = to;
  }
  parts.push_back(slice(x, axis, Slice(from, size)));
  return parts;
}

Tensors split_along(const Call& c, int64_t least, int64_t dim) {
  const Tensor& x = c.in(0);
  check(x.dim() >= least, "input {} should have at least {} dimension{}", x.shape(), least,
        least > 1 ? "s" : "");
  return pieces_of(x, c.attributes<SplitAlongAttrs>().indices_or_sections, dim, true);
}

std::vector<Tensor> each_of(std::span<const Tensor> tensors, Tensor (*f)(const Tensor&)) {
  check(!tensors.empty(), "there should be at least one tensor");
  std::vector<Tensor> out;
  for (const Tensor& t : tensors)
    out.push_back(f(t));
  return out;
}

Tensor as_column(const Tensor& x) {
  return x.dim() <= 1 ? reshape(x, {x.numel(), 1}) : x;
}

// How many tuples of r numbers below n there are. Error: more than can be counted.
int64_t tuples(const TupleAttrs& a) {
  if (a.r == 0)
    return 1;
  check(a.r < int64_t(1) << 40, "r is {}, should be less than 2^40", a.r);
  const int64_t from = a.with_replacement ? a.n + a.r - 1 : a.n;
  if (a.n == 0 || from < a.r)
    return 0;
  // As many as there are ways to leave out the others, which may be fewer numbers.
  const int64_t chosen = std::min(a.r, from - a.r);
  double count = 1;
  int64_t exact = 1;
  for (int64_t i = 1; i <= chosen; ++i) {
    count = count * double(from - chosen + i) / double(i);
    check(count < 0x1p40, "there are more combinations of {} out of {} than can be listed", a.r,
          a.n);
    exact = exact * (from - chosen + i) / i;
  }
  return exact;
}

}  // namespace

constinit const Op op::tensor_split = {
    .name = "tensor_split",
    .what = "Views, cut before the given indices, or so many whose sizes differ by one at most.",
    .source = "torch.tensor_split",
    .inputs = {"input"},
    .outputs = {"outs*"},
    .attributes = attrs_type<TensorSplitAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Split",
              .where = "where the parts do not overlap",
              .to = onnx::write_tensor_split}},
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<TensorSplitAttrs>();
      check(c.in(0).dim() > 0, "a 0-d tensor has no dimension to cut");
      return pieces_of(c.in(0), a.indices_or_sections, a.dim, false);
    },
    .results = as_many_pieces,
};

constinit const Op op::hsplit = {
    .name = "hsplit",
    .what = "Views of columns, or of a vector's parts, cut before indices or into equal sections.",
    .source = "torch.hsplit",
    .inputs = {"input"},
    .outputs = {"outs*"},
    .attributes = attrs_type<SplitAlongAttrs>,
    .onnx = {{.since = 13, .nodes = "Split", .to = onnx::write_hsplit}},
    .compose = [](const Call& c) { return split_along(c, 1, c.in(0).dim() == 1 ? 0 : 1); },
    .results = as_many_pieces,
};

constinit const Op op::vsplit = {
    .name = "vsplit",
    .what = "Views of rows, cut before the given indices or into equal sections.",
    .source = "torch.vsplit",
    .inputs = {"input"},
    .outputs = {"outs*"},
    .attributes = attrs_type<SplitAlongAttrs>,
    .onnx = {{.since = 13, .nodes = "Split", .to = onnx::write_vsplit}},
    .compose = [](const Call& c) { return split_along(c, 2, 0); },
    .results = as_many_pieces,
};

constinit const Op op::dsplit = {
    .name = "dsplit",
    .what = "Views along dimension 2, cut before the given indices or into equal sections.",
    .source = "torch.dsplit",
    .inputs = {"input"},
    .outputs = {"outs*"},
    .attributes = attrs_type<SplitAlongAttrs>,
    .onnx = {{.since = 13, .nodes = "Split", .to = onnx::write_dsplit}},
    .compose = [](const Call& c) { return split_along(c, 3, 2); },
    .results = as_many_pieces,
};

constinit const Op op::hstack = {
    .name = "hstack",
    .what = "Joins tensors as columns, along dimension 1; vectors and numbers along dimension 0.",
    .source = "torch.hstack",
    .inputs = {"tensors*"},
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      const auto parts = each_of(c.list(0), hebb::atleast_1d);
      return {cat(parts, parts[0].dim() == 1 ? 0 : 1)};
    },
};

constinit const Op op::vstack = {
    .name = "vstack",
    .what = "Joins tensors as rows, along dimension 0; a vector is one row.",
    .source = "torch.vstack",
    .inputs = {"tensors*"},
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      return {cat(each_of(c.list(0), hebb::atleast_2d), 0)};
    },
};

constinit const Op op::dstack = {
    .name = "dstack",
    .what = "Joins tensors along dimension 2; of a vector [n] that is [1, n, 1].",
    .source = "torch.dstack",
    .inputs = {"tensors*"},
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      return {cat(each_of(c.list(0), hebb::atleast_3d), 2)};
    },
};

constinit const Op op::column_stack = {
    .name = "column_stack",
    .what = "Joins tensors along dimension 1; a vector is one column.",
    .source = "torch.column_stack",
    .inputs = {"tensors*"},
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors { return {cat(each_of(c.list(0), as_column), 1)}; },
};

static Tensors compose_cartesian_prod(const Call& c) {
  const auto tensors = c.list(0);
  check(!tensors.empty(), "there should be at least one tensor");
  for (size_t i = 0; i < tensors.size(); ++i)
    check(tensors[i].dim() == 1, "tensor {} is {}, should have one dimension", i,
          tensors[i].shape());
  if (tensors.size() == 1)
    return {expand(tensors[0], tensors[0].shape())};
  std::vector<Tensor> columns = meshgrid({tensors.begin(), tensors.end()});
  for (Tensor& column : columns)
    column = reshape(column, {column.numel()});
  return {stack(columns, 1)};
}

constinit const Op op::cartesian_prod = {
    .name = "cartesian_prod",
    .what = "Every choice of one element from each vector, in order: [count, vectors].",
    .source = "torch.cartesian_prod",
    .inputs = {"tensors*"},
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_cartesian_prod,
};

static Tensors compose_combinations(const Call& c) {
  const auto& a = c.attributes<CombinationsAttrs>();
  const Tensor& x = c.in(0);
  check(x.dim() == 1, "input {} should have one dimension", x.shape());
  check(a.r >= 0, "r is {}, should be at least 0", a.r);
  if (a.r == 0)
    return {slice(x, 0, Slice(0, 0))};
  const Tensor at =
      call(op::combination_indices, {}, TupleAttrs{x.numel(), a.r, a.with_replacement, x.device()});
  return {reshape(index_select(x, 0, reshape(at, {at.numel()})), at.shape())};
}

constinit const Op op::combinations = {
    .name = "combinations",
    .what = "Every choice of r elements of a vector, in order: [count, r].",
    .source = "torch.combinations",
    .inputs = {"input"},
    .attributes = attrs_type<CombinationsAttrs>,
    .no_onnx_because = because::onnx_lacks_it,
    .compose = compose_combinations,
};

static Specs infer_combination_indices(const Call& c) {
  const auto& a = c.attributes<TupleAttrs>();
  return {{DType::i64, {tuples(a), a.r}}};
}

constinit const Op op::combination_indices = {
    .name = "combination_indices",
    .what = "The rising tuples of r numbers below n, in order: i64 [count, r].",
    .source = "torch.combinations",
    .attributes = attrs_type<TupleAttrs>,
    .no_onnx_because = "a piece of combinations",
    .infer = infer_combination_indices,
    .kernel = kernel::combination_indices,
    .no_gradient_because = because::integers_come_out,
    .internal = true,
};

std::vector<Tensor> tensor_split(const Tensor& input, int64_t sections, int64_t dim) {
  return call_all(op::tensor_split, {input}, TensorSplitAttrs{{in_sections, sections}, dim})
      .to_vector();
}
std::vector<Tensor> tensor_split(const Tensor& input, const Dims& indices, int64_t dim) {
  return call_all(op::tensor_split, {input}, TensorSplitAttrs{indices, dim}).to_vector();
}
std::vector<Tensor> hsplit(const Tensor& input, int64_t sections) {
  return call_all(op::hsplit, {input}, SplitAlongAttrs{{in_sections, sections}}).to_vector();
}
std::vector<Tensor> vsplit(const Tensor& input, int64_t sections) {
  return call_all(op::vsplit, {input}, SplitAlongAttrs{{in_sections, sections}}).to_vector();
}
std::vector<Tensor> dsplit(const Tensor& input, int64_t sections) {
  return call_all(op::dsplit, {input}, SplitAlongAttrs{{in_sections, sections}}).to_vector();
}
Tensor hstack(const std::vector<Tensor>& tensors) {
  return call_slots(op::hstack, {tensors})[0];
}
Tensor vstack(const std::vector<Tensor>& tensors) {
  return call_slots(op::vstack, {tensors})[0];
}
Tensor dstack(const std::vector<Tensor>& tensors) {
  return call_slots(op::dstack, {tensors})[0];
}
Tensor column_stack(const std::vector<Tensor>& tensors) {
  return call_slots(op::column_stack, {tensors})[0];
}
Tensor cartesian_prod(const std::vector<Tensor>& tensors) {
  return call_slots(op::cartesian_prod, {tensors})[0];
}
Tensor combinations(const Tensor& input, int64_t r, bool with_replacement) {
  return call(op::combinations, {input}, CombinationsAttrs{r, with_replacement});
}

}  // namespace hebb
