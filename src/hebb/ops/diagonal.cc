// ops/diagonal.cc: diagonals of matrices.

#include "hebb/ops/diagonal.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/kernels/indexing.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/diagonal_onnx.h"
#include "hebb/ops/join.h"
#include "hebb/ops/op.h"
#include "hebb/ops/pad.h"
#include "hebb/ops/reasons.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/diagonal.def"
#include "hebb/ops/views.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

struct Axes2 {
  int64_t rows, columns;  // dimensions
};

Axes2 matrix_axes(int64_t dim1, int64_t dim2, int64_t rank) {
  check(rank >= 2, "there should be at least two dimensions");
  const Axes2 axes{wrap_dim(dim1, rank, "dim1"), wrap_dim(dim2, rank, "dim2")};
  check(axes.rows != axes.columns, "dim1 and dim2 both name dimension {}", axes.rows);
  return axes;
}

int64_t length(int64_t rows, int64_t columns, int64_t offset) {
  return std::max<int64_t>(
      0, std::min(rows + std::min<int64_t>(offset, 0), columns - std::max<int64_t>(offset, 0)));
}

// The order of the dimensions that takes the last two to `axes`, and keeps that of the others.
Dims from_last_two(const Axes2& axes, int64_t rank) {
  Dims dims;
  int64_t next = 0;
  for (int64_t i = 0; i < rank; ++i)
    dims.push_back(i == axes.rows ? rank - 2 : i == axes.columns ? rank - 1 : next++);
  return dims;
}

// Values [..., d] on a diagonal of matrices [..., rows, columns] of zeros.
Tensor on_diagonal(const Tensor& x, int64_t rows, int64_t columns, int64_t offset) {
  Dims flat = x.shape(), shape = x.shape();
  flat.back() = product(Dims{rows, columns});
  shape.back() = rows;
  shape.push_back(columns);
  const int64_t d = x.size(-1), start = d == 0 ? 0 : offset >= 0 ? offset : -offset * columns;
  const int64_t stop = d == 0 ? 0 : start + (d - 1) * (columns + 1) + 1;
  return reshape(call(op::slice_backward, {x},
                      SliceBackwardAttrs{flat, x.dim() - 1, start, stop, columns + 1}),
                 shape);
}

}  // namespace

static std::optional<ViewSpec> view_diagonal(const Call& c) {
  const auto& a = c.attributes<DiagonalViewAttrs>();
  const Tensor& x = c.in(0);
  const Axes2 axes = matrix_axes(a.dim1, a.dim2, x.dim());
  ViewSpec view{{}, {}, x.body()->offset};
  for (int64_t i = 0; i < x.dim(); ++i) {
    if (i == axes.rows || i == axes.columns)
      continue;
    view.shape.push_back(x.size(i));
    view.strides.push_back(x.strides()[size_t(i)]);
  }
  const int64_t down = x.strides()[size_t(axes.rows)], right = x.strides()[size_t(axes.columns)];
  const int64_t d = length(x.size(axes.rows), x.size(axes.columns), a.offset);
  view.shape.push_back(d);
  view.strides.push_back(down + right);
  if (d > 0)
    view.offset += a.offset >= 0 ? a.offset * right : -a.offset * down;
  return view;
}

static Grads diagonal_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<DiagonalViewAttrs>();
  const Tensor& x = c.in(0);
  const Axes2 axes = matrix_axes(a.dim1, a.dim2, x.dim());
  return {permute(on_diagonal(dy[0], x.size(axes.rows), x.size(axes.columns), a.offset),
                  from_last_two(axes, x.dim()))};
}

constinit const Op op::diagonal = {
    .name = "diagonal",
    .what =
        "A view of a diagonal of the matrices that two dimensions span; it becomes the last "
        "dimension.",
    .source = "torch.diagonal",
    .inputs = {"input"},
    .attributes = attrs_type<DiagonalViewAttrs>,
    .onnx = {{.since = 13, .nodes = "Transpose, Reshape, Slice", .to = onnx::write_diagonal}},
    .view = view_diagonal,
    .vjp = diagonal_vjp,
};

static Tensors compose_diag_embed(const Call& c) {
  const auto& a = c.attributes<DiagEmbedAttrs>();
  const Tensor& x = c.in(0);
  check(x.dim() >= 1, "input should have at least one dimension");
  const Axes2 axes = matrix_axes(a.dim1, a.dim2, x.dim() + 1);
  check(std::abs(double(a.offset)) < 0x1p40, "offset is {}, should be within 2^40", a.offset);
  const int64_t n = x.size(-1) + std::abs(a.offset);
  return {permute(on_diagonal(x, n, n, a.offset), from_last_two(axes, x.dim() + 1))};
}

constinit const Op op::diag_embed = {
    .name = "diag_embed",
    .what =
        "Square matrices of zeros with the last dimension of the input on a diagonal: [..., n] -> "
        "[..., n, n].",
    .source = "torch.diag_embed",
    .inputs = {"input"},
    .attributes = attrs_type<DiagEmbedAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Unsqueeze, Where, Pad, Transpose",
              .to = onnx::write_diag_embed}},
    .compose = compose_diag_embed,
};

static Tensors compose_diag(const Call& c) {
  const int64_t offset = c.attributes<DiagonalAttrs>().diagonal;
  const Tensor& x = c.in(0);
  check(x.dim() == 1 || x.dim() == 2, "input {} should be a vector or a matrix", x.shape());
  return {x.dim() == 1 ? diag_embed(x, offset) : clone(hebb::diagonal(x, offset))};
}

constinit const Op op::diag = {
    .name = "diag",
    .what = "Of a vector the matrix with it on a diagonal, of a matrix a copy of its diagonal.",
    .source = "torch.diag",
    .inputs = {"input"},
    .attributes = attrs_type<DiagonalAttrs>,
    .onnx = {{.since = 13,
              .nodes = "Reshape, Slice, Unsqueeze, Where, Pad",
              .to = onnx::write_diag}},
    .compose = compose_diag,
};

static Tensors compose_trace(const Call& c) {
  check(c.in(0).dim() == 2, "input {} should be a matrix", c.in(0).shape());
  return {sum(hebb::diagonal(c.in(0)))};
}

constinit const Op op::trace = {
    .name = "trace",
    .what = "The sum of the main diagonal of a matrix; integers and bool give i64.",
    .source = "torch.trace",
    .inputs = {"input"},
    .onnx = {{.since = 13, .nodes = "Reshape, Slice, ReduceSum", .to = onnx::write_trace}},
    .compose = compose_trace,
};

constinit const Op op::linalg_diagonal = {
    .name = "linalg_diagonal",
    .what = "A view of a diagonal of matrices, the last two dimensions unless told.",
    .source = "torch.linalg.diagonal",
    .inputs = {"A"},
    .attributes = attrs_type<DiagEmbedAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<DiagEmbedAttrs>();
      return {hebb::diagonal(c.in(0), a.offset, a.dim1, a.dim2)};
    },
};

constinit const Op op::diagflat = {
    .name = "diagflat",
    .what = "The matrix with all elements of the input, in a row, on a diagonal.",
    .source = "torch.diagflat",
    .inputs = {"input"},
    .attributes = attrs_type<DiagFlatAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = [](const Call& c) -> Tensors {
      return {hebb::diag_embed(hebb::reshape(c.in(0), {c.in(0).numel()}),
                               c.attributes<DiagFlatAttrs>().offset)};
    },
};

static Tensors compose_diagonal_scatter(const Call& c) {
  const auto& a = c.attributes<DiagonalViewAttrs>();
  const Tensor &x = c.in(0), &src = c.in(1);
  const Axes2 axes = matrix_axes(a.dim1, a.dim2, x.dim());
  const Tensor old = hebb::diagonal(x, a.offset, a.dim1, a.dim2);
  check(src.shape() == old.shape() && src.dtype() == x.dtype(), "src {} should be {}{}",
        describe(src), name(x.dtype()), old.shape());
  const auto placed = [&](const Tensor& values) {
    return permute(on_diagonal(values, x.size(axes.rows), x.size(axes.columns), a.offset),
                   from_last_two(axes, x.dim()));
  };
  const Tensor there = placed(ones(old.shape(), DType::f32, x.device()));
  return {where(ne(there, 0), placed(src), x)};
}

constinit const Op op::diagonal_scatter = {
    .name = "diagonal_scatter",
    .what = "input, with src in the place of a diagonal of the matrices that two dimensions span.",
    .source = "torch.diagonal_scatter",
    .inputs = {"input", "src"},
    .attributes = attrs_type<DiagonalViewAttrs>,
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_diagonal_scatter,
};

static Tensors compose_block_diag(const Call& c) {
  std::vector<Tensor> blocks;
  int64_t width = 0, left = 0;
  for (const Tensor& given : c.list(0)) {
    check(given.dim() <= 2, "a tensor is {}, should have at most two dimensions", given.shape());
    blocks.push_back(given.dim() == 2 ? given : reshape(given, {1, given.numel()}));
    width += blocks.back().size(1);
  }
  if (blocks.empty())
    return {zeros({1, 0})};
  for (Tensor& block : blocks) {
    const int64_t columns = block.size(1);
    block = pad(block, {left, width - left - columns});
    left += columns;
  }
  return {cat(blocks, 0)};
}

constinit const Op op::block_diag = {
    .name = "block_diag",
    .what = "Matrices, and vectors as rows, along the diagonal of a matrix of zeros.",
    .source = "torch.block_diag",
    .inputs = {"tensors*"},
    .no_onnx_because = because::parts_have_forms,
    .compose = compose_block_diag,
};

Tensor diagonal(const Tensor& input, int64_t offset, int64_t dim1, int64_t dim2) {
  return call(op::diagonal, {input}, DiagonalViewAttrs{offset, dim1, dim2});
}
Tensor diag_embed(const Tensor& input, int64_t offset, int64_t dim1, int64_t dim2) {
  return call(op::diag_embed, {input}, DiagEmbedAttrs{offset, dim1, dim2});
}
Tensor diag(const Tensor& input, int64_t diagonal) {
  return call(op::diag, {input}, DiagonalAttrs{diagonal});
}
Tensor trace(const Tensor& input) {
  return call(op::trace, {input});
}

Tensor linalg_diagonal(const Tensor& A, int64_t offset, int64_t dim1, int64_t dim2) {
  return call(op::linalg_diagonal, {A}, DiagEmbedAttrs{offset, dim1, dim2});
}
Tensor diagflat(const Tensor& input, int64_t offset) {
  return call(op::diagflat, {input}, DiagFlatAttrs{offset});
}
Tensor diagonal_scatter(const Tensor& input, const Tensor& src, int64_t offset, int64_t dim1,
                        int64_t dim2) {
  return call(op::diagonal_scatter, {input, src}, DiagonalViewAttrs{offset, dim1, dim2});
}
Tensor block_diag(const std::vector<Tensor>& tensors) {
  return call_slots(op::block_diag, {tensors})[0];
}

}  // namespace hebb
