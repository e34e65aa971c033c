// ops/counted.cc: nonzero, masked_select, unique: the values say how many elements come out.

#include "hebb/ops/counted.h"

#include "hebb/base/check.h"
#include "hebb/kernels/counted.h"
#include "hebb/kernels/search.h"
#include "hebb/ops/counted_onnx.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/op.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/counted.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr std::string_view none_of_equals =
    "PyTorch defines none: it is open which of equal elements a value comes from";

template <class A>
int as_asked(const Call& c) {
  const auto& a = c.attributes<A>();
  return a.return_inverse || a.return_counts ? 1 + a.return_inverse + a.return_counts : 0;
}

template <class A>
Tensors asked_of(const Unique& all, const A& a) {
  Tensors out = {all.values};
  if (a.return_inverse)
    out.push_back(all.inverse);
  if (a.return_counts)
    out.push_back(all.counts);
  return out;
}

// The distinct slices along a dimension; none: elements.
Unique distinct(const Tensor& input, std::optional<int64_t> dim, bool consecutive) {
  const UniqueRowsAttrs attrs{consecutive};
  if (!dim || input.dim() == 0) {
    const Tensors out = call_all(op::unique_rows, {reshape(input, {input.numel(), 1})}, attrs);
    return {reshape(out[0], {out[0].size(0)}), reshape(out[1], input.shape()), out[2]};
  }
  const int64_t axis = wrap_dim(*dim, input.dim());
  const Tensor turned = movedim(input, axis, 0);
  Dims shape = turned.shape(), slice_shape = shape;
  slice_shape.erase(0);
  const int64_t n = shape[0], width = product(slice_shape);
  check(width > 0, "the slices of input {} along dimension {} have no elements", input.shape(),
        axis);
  const Tensors out = call_all(op::unique_rows, {reshape(turned, {n, width})}, attrs);
  shape[0] = out[0].size(0);
  return {movedim(reshape(out[0], shape), 0, axis), out[1], out[2]};
}

}  // namespace

constinit const Op op::nonzero = {
    .name = "nonzero",
    .what =
        "The positions of all elements that are not 0, in row-major order: [...] -> i64 [count, "
        "dimensions].",
    .source = "torch.nonzero",
    .inputs = {"input"},
    .onnx = {{.type = "NonZero",
              .since = 13,
              .nodes = "Transpose",
              .where = "not of 0-d inputs",
              .to = onnx::write_nonzero,
              .from = onnx::read_nonzero}},
    .infer = [](const Call& c) -> Specs {
      return {{DType::i64, {c.in(0).numel(), c.in(0).dim()}}};
    },
    .counted = {0},
    .kernel = kernel::nonzero,
    .no_gradient_because = "positions are whole numbers",
};

static Tensors compose_masked_select(const Call& c) {
  const Tensor &input = c.in(0), &mask = c.in(1);
  check(mask.dtype() == DType::boolean, "mask is {}, should be bool", name(mask.dtype()));
  const Dims shape = broadcast(input.shape(), mask.shape());
  auto flat = [&](const Tensor& t) { return reshape(expand(t, shape), {product(shape)}); };
  return {index_select(flat(input), 0, select(nonzero(flat(mask)), 1, 0))};
}

constinit const Op op::masked_select = {
    .name = "masked_select",
    .what =
        "The elements at which mask holds, in row-major order, as one dimension; both operands "
        "broadcast.",
    .source = "torch.masked_select",
    .inputs = {"input", "mask"},
    .onnx = {{.type = "Compress",
              .since = 13,
              .nodes = "Expand, Reshape",
              .to = onnx::write_masked_select,
              .from = onnx::read_compress}},
    .compose = compose_masked_select,
};

static Tensors compose_unique(const Call& c) {
  const auto& a = c.attributes<UniqueAttrs>();
  return asked_of(a.dim ? distinct(c.in(0), a.dim, false) : unique(c.in(0)), a);
}

constinit const Op op::unique = {
    .name = "unique",
    .what =
        "The distinct values in rising order, and where asked for which of them each element is "
        "and how often each is there.",
    .source = "torch.unique",
    .inputs = {"input"},
    .outputs = {"out", "inverse", "counts"},
    .attributes = attrs_type<UniqueAttrs>,
    .onnx = {{.type = "Unique",
              .since = 13,
              .nodes = "Reshape",
              .to = onnx::write_unique,
              .from = onnx::read_unique}},
    .compose = compose_unique,
    .no_gradient_because = none_of_equals,
    .results = as_asked<UniqueAttrs>,
};

static Specs infer_unique_counted(const Call& c) {
  const int64_t most = c.in(0).numel();
  check(!is_complex(c.in(0).dtype()), "input is {}, which has no order; should be real",
        name(c.in(0).dtype()));
  return {{c.in(0).dtype(), {most}}, {DType::i64, c.in(0).shape()}, {DType::i64, {most}}};
}

constinit const Op op::unique_counted = {
    .name = "unique_counted",
    .what =
        "The distinct values in rising order, the index among them of each element, and how often "
        "each is there.",
    .source = "torch.unique",
    .inputs = {"input"},
    .outputs = {"values", "inverse", "counts"},
    .no_onnx_because = "a piece of unique",
    .infer = infer_unique_counted,
    .counted = {0, 2},
    .kernel = kernel::unique,
    .no_gradient_because = none_of_equals,
    .internal = true,
};

constinit const Op op::unique_consecutive = {
    .name = "unique_consecutive",
    .what =
        "Of equal neighbours one; where asked for which each element is, and how many there are.",
    .source = "torch.unique_consecutive",
    .inputs = {"input"},
    .outputs = {"out", "inverse", "counts"},
    .attributes = attrs_type<UniqueConsecutiveAttrs>,
    .no_onnx_because = "ONNX's Unique looks at all elements, not at neighbours",
    .compose = [](const Call& c) -> Tensors {
      const auto& a = c.attributes<UniqueConsecutiveAttrs>();
      return asked_of(distinct(c.in(0), a.dim, true), a);
    },
    .no_gradient_because = none_of_equals,
    .results = as_asked<UniqueConsecutiveAttrs>,
};

static Specs infer_unique_rows(const Call& c) {
  const Dims& shape = c.in(0).shape();
  check(!is_complex(c.in(0).dtype()), "input is {}, which has no order; should be real",
        name(c.in(0).dtype()));
  return {{c.in(0).dtype(), shape}, {DType::i64, {shape[0]}}, {DType::i64, {shape[0]}}};
}

constinit const Op op::unique_rows = {
    .name = "unique_rows",
    .what =
        "The distinct rows of a matrix, the index among them of each, and how often each is there.",
    .source = "torch.unique",
    .inputs = {"input"},
    .outputs = {"values", "inverse", "counts"},
    .attributes = attrs_type<UniqueRowsAttrs>,
    .no_onnx_because = "a piece of unique and unique_consecutive",
    .infer = infer_unique_rows,
    .counted = {0, 2},
    .kernel = kernel::unique_rows,
    .no_gradient_because = none_of_equals,
    .internal = true,
};

Tensor nonzero(const Tensor& input) {
  return call(op::nonzero, {input});
}
Tensor masked_select(const Tensor& input, const Tensor& mask) {
  return call(op::masked_select, {input, mask});
}
Unique unique(const Tensor& input) {
  const Tensors out = call_all(op::unique_counted, {input});
  return {out[0], out[1], out[2]};
}
Unique unique(const Tensor& input, int64_t dim) {
  const Tensors out = call_all(op::unique, {input}, UniqueAttrs{true, true, true, dim});
  return {out[0], out[1], out[2]};
}
Unique unique_consecutive(const Tensor& input, std::optional<int64_t> dim) {
  const Tensors out =
      call_all(op::unique_consecutive, {input}, UniqueConsecutiveAttrs{true, true, dim});
  return {out[0], out[1], out[2]};
}

}  // namespace hebb
