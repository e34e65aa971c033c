// ops/sort.cc: sort, topk, argsort.

#include "hebb/ops/sort.h"

#include "hebb/base/check.h"
#include "hebb/kernels/gather.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/op.h"
#include "hebb/ops/sort_onnx.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/sort.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

// Every value goes back to where it came from.
Grads back(const Call& c, const Tensor& dy, int64_t dim) {
  if (!dy.defined())
    return {};
  if (c.in(0).dim() == 0)
    return {dy};
  return {scatter_add(zeros(c.in(0).shape(), dy.dtype(), dy.device()), dim, c.out(1), dy)};
}

int two(const Call&) {
  return 2;
}

}  // namespace

constinit const Op op::sort = {
    .name = "sort",
    .what =
        "The values in rising or falling order along a dimension, and where each came from; equal "
        "ones keep their order.",
    .source = "torch.sort",
    .inputs = {"input"},
    .outputs = {"values", "indices"},
    .attributes = attrs_type<SortAttrs>,
    .onnx = {{.since = 13, .nodes = "TopK", .to = onnx::write_sort}},
    .infer = [](const Call& c) -> Specs {
      wrap_dim(c.attributes<SortAttrs>().dim, c.in(0).dim());
      return {{c.in(0).dtype(), c.in(0).shape()}, {DType::i64, c.in(0).shape()}};
    },
    .kernel = kernel::sort,
    .keep = {Keep::output(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return back(c, dy[0], c.attributes<SortAttrs>().dim);
    },
    .results = two,
};

static Specs infer_topk(const Call& c) {
  const auto& a = c.attributes<TopkAttrs>();
  const int64_t axis = wrap_dim(a.dim, c.in(0).dim()),
                size = c.in(0).dim() ? c.in(0).size(axis) : 1;
  check(a.k >= 0 && a.k <= size, "k is {}, should be from 0 to {}, the size of dimension {}", a.k,
        size, axis);
  Dims shape = c.in(0).shape();
  if (!shape.empty())
    shape[size_t(axis)] = a.k;
  return {{c.in(0).dtype(), shape}, {DType::i64, shape}};
}

constinit const Op op::topk = {
    .name = "topk",
    .what =
        "The k largest or smallest values along a dimension, in order, and where each came from.",
    .source = "torch.topk",
    .inputs = {"input"},
    .outputs = {"values", "indices"},
    .attributes = attrs_type<TopkAttrs>,
    .onnx = {{.type = "TopK", .since = 13, .to = onnx::write_topk, .from = onnx::read_topk}},
    .infer = infer_topk,
    .kernel = kernel::topk,
    .keep = {Keep::output(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return back(c, dy[0], c.attributes<TopkAttrs>().dim);
    },
    .results = two,
};

constinit const Op op::argsort = {
    .name = "argsort",
    .what = "The indices that sort a dimension; those of equal values keep their order.",
    .source = "torch.argsort",
    .inputs = {"input"},
    .attributes = attrs_type<SortAttrs>,
    .onnx = {{.since = 13, .nodes = "TopK", .to = onnx::write_argsort}},
    .compose = [](const Call& c) -> Tensors {
      return {call_all(op::sort, {c.in(0)}, c.attrs())[1]};
    },
    .no_gradient_because = "indices are whole numbers",
};

std::pair<Tensor, Tensor> sort(const Tensor& input, int64_t dim, bool descending) {
  const Tensors out = call_all(op::sort, {input}, SortAttrs{dim, descending, false});
  return {out[0], out[1]};
}
Tensor argsort(const Tensor& input, int64_t dim, bool descending) {
  return call(op::argsort, {input}, SortAttrs{dim, descending, false});
}
std::pair<Tensor, Tensor> topk(const Tensor& input, int64_t k, int64_t dim, bool largest) {
  const Tensors out = call_all(op::topk, {input}, TopkAttrs{k, dim, largest, true});
  return {out[0], out[1]};
}

}  // namespace hebb
