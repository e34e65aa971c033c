// ops/gather.cc: picking and placing elements by index tensors.

#include "hebb/ops/gather.h"

#include <limits>

#include "hebb/base/check.h"
#include "hebb/kernels/gather.h"
#include "hebb/kernels/indexing.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/gather_onnx.h"
#include "hebb/ops/index_checks.h"
#include "hebb/ops/kinds.h"
#include "hebb/ops/op.h"
#include "hebb/ops/scatter_onnx.h"
#include "hebb/ops/views.h"
#include "hebb/ops/whole.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/gather.def"
#include "hebb/ops/views.def"
#undef OP
}  // namespace hebb::op

namespace hebb {

constinit const Op op::gather = {
    .name = "gather",
    .what =
        "Picks along a dimension: out[i][j] = input[index[i][j]][j] for dim 0; index has the shape "
        "of the result.",
    .source = "torch.gather",
    .inputs = {"input", "index"},
    .attributes = attrs_type<AlongAttrs>,
    .onnx = {{.type = "GatherElements",
              .since = 13,
              .nodes = "Reshape",
              .to = onnx::write_gather,
              .from = onnx::read_gather_elements}},
    .indices = {1},
    .infer = [](const Call& c) -> Specs {
      check_index_shape(c.in(1), c.in(0), c.attributes<AlongAttrs>().dim, "input");
      return {{c.in(0).dtype(), c.in(1).shape()}};
    },
    .kernel = kernel::gather,
    .keep = {Keep::input(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {hebb::scatter_add(zeros(c.in(0).shape(), dy[0].dtype(), dy[0].device()),
                                c.attributes<AlongAttrs>().dim, c.in(1), dy[0])};
    },
};

static Specs infer_scatter_add(const Call& c) {
  const int64_t dim = c.attributes<AlongAttrs>().dim;
  check_index_shape(c.in(1), c.in(0), dim, "input");
  check_index_shape(c.in(1), c.in(2), dim, "src");
  const int64_t axis = wrap_dim(dim, c.in(0).dim());
  check(length_along(c.in(1), axis) <= length_along(c.in(2), axis),
        "index {} is longer than src {} in dimension {}", c.in(1).shape(), c.in(2).shape(), axis);
  check_same_dtype(c.in(0), c.in(2), "src");
  return {{c.in(0).dtype(), c.in(0).shape()}};
}

static Grads scatter_add_vjp(const Call& c, const Grads& dy) {
  const int64_t dim = c.attributes<AlongAttrs>().dim;
  Tensor src;
  if (c.wants(2) && c.in(1).numel() == 0) {
    src = zeros(c.in(2).shape(), dy[0].dtype(), dy[0].device());
  } else if (c.wants(2)) {  // what index did not use of src has no gradient
    src = gather(dy[0], dim, c.in(1));
    if (src.dim() != c.in(2).dim())  // one of them is 0-d
      src = reshape(src, Dims(size_t(c.in(2).dim()), 1));
    for (int64_t i = 0; i < src.dim(); ++i)
      if (src.size(i) != c.in(2).size(i)) {
        Dims shape = src.shape();
        shape[size_t(i)] = c.in(2).size(i);
        src = call(op::slice_backward, {src}, SliceBackwardAttrs{shape, i, 0, src.size(i), 1});
      }
  }
  return {dy[0], Tensor(), src};
}

constinit const Op op::scatter_add = {
    .name = "scatter_add",
    .what =
        "Adds src[i][j] at input[index[i][j]][j] for dim 0; places named more than once add up in "
        "order.",
    .source = "torch.scatter_add",
    .inputs = {"input", "index", "src"},
    .attributes = attrs_type<AlongAttrs>,
    .onnx = {{.type = "ScatterElements",
              .since = 16,
              .nodes = "Slice, Reshape",
              .to = onnx::write_scatter_add,
              .from = onnx::read_scatter_elements}},
    .indices = {1},
    .infer = infer_scatter_add,
    .kernel = kernel::scatter_add,
    .keep = {Keep::input(1, {2})},
    .vjp = scatter_add_vjp,
};

static Specs infer_index_select(const Call& c) {
  return {{c.in(0).dtype(), shape_of_rows(c.in(1), c.in(0), c.attributes<AlongAttrs>().dim)}};
}

constinit const Op op::index_select = {
    .name = "index_select",
    .what = "The slices of input along a dimension that index, a vector or a number, names.",
    .source = "torch.index_select",
    .inputs = {"input", "index"},
    .attributes = attrs_type<AlongAttrs>,
    .onnx = {{.type = "Gather",
              .since = 13,
              .nodes = "Reshape",
              .to = onnx::write_index_select,
              .from = onnx::read_gather}},
    .indices = {1},
    .infer = infer_index_select,
    .kernel = kernel::index_select,
    .keep = {Keep::input(1)},
    .vjp = [](const Call& c, const Grads& dy) -> Grads {
      return {hebb::index_add(zeros(c.in(0).shape(), dy[0].dtype(), dy[0].device()),
                              c.attributes<AlongAttrs>().dim, c.in(1), dy[0])};
    },
};

static Specs infer_index_add(const Call& c) {
  const auto& a = c.attributes<IndexAddAttrs>();
  const Dims expected = shape_of_rows(c.in(1), c.in(0), a.dim);
  check_same_dtype(c.in(0), c.in(2), "source");
  check_whole("alpha", a.alpha, c.in(0).dtype());
  check(c.in(2).shape() == expected, "source {} should be {}: one slice of input for each index",
        c.in(2).shape(), expected);
  return {{c.in(0).dtype(), c.in(0).shape()}};
}

static Grads index_add_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<IndexAddAttrs>();
  if (!c.wants(2))
    return {dy[0]};
  const Tensor source = index_select(dy[0], a.dim, c.in(1));
  return {dy[0], Tensor(), a.alpha == 1 ? source : source * a.alpha};
}

constinit const Op op::index_add = {
    .name = "index_add",
    .what = "Adds alpha times the slices of source to the slices of input that index names.",
    .source = "torch.index_add",
    .inputs = {"input", "index", "source"},
    .attributes = attrs_type<IndexAddAttrs>,
    .onnx = {{.since = 16,
              .nodes = "Reshape, Expand, Mul, ScatterElements",
              .to = onnx::write_index_add}},
    .indices = {1},
    .infer = infer_index_add,
    .kernel = kernel::index_add,
    .keep = {Keep::input(1, {2})},
    .vjp = index_add_vjp,
};

static Specs infer_embedding(const Call& c) {
  check(c.in(1).dim() == 2, "weight {} should be a matrix, one row for each value of input",
        c.in(1).shape());
  if (const auto& pad = c.attributes<EmbeddingAttrs>().padding_idx) {
    const int64_t rows = c.in(1).size(0);
    check(*pad >= -rows && *pad < rows, "padding_idx is {}, but weight {} has {} rows", *pad,
          c.in(1).shape(), rows);
  }
  Dims shape = c.in(0).shape();
  shape.push_back(c.in(1).size(1));
  return {{c.in(1).dtype(), shape}};
}

// Of each row of a table how often input names it, at its places in input: [...] -> [..., 1].
static Tensor how_often(const Tensor& input, int64_t rows, DType dtype) {
  const Tensor flat = reshape(input, {input.numel()});
  const Tensor counts = index_add(zeros({rows}, dtype, input.device()), 0, flat,
                                  ones({input.numel()}, dtype, input.device()));
  return unsqueeze(reshape(index_select(counts, 0, flat), input.shape()), -1);
}

static Grads embedding_vjp(const Call& c, const Grads& dy) {
  if (!c.wants(1))
    return {};
  const auto& a = c.attributes<EmbeddingAttrs>();
  const int64_t rows = c.in(1).size(0);
  const Tensor grad =
      a.scale_grad_by_freq ? dy[0] / how_often(c.in(0), rows, dy[0].dtype()) : dy[0];
  return {Tensor(),
          call(op::embedding_backward, {grad, c.in(0)},
               EmbeddingBackwardAttrs{rows, a.padding_idx ? wrap_dim(*a.padding_idx, rows) : -1})};
}

constinit const Op op::embedding = {
    .name = "embedding",
    .what = "The rows of weight [n, d] that the integers in input name: [...] -> [..., d].",
    .source = "torch.nn.functional.embedding",
    .inputs = {"input", "weight"},
    .attributes = attrs_type<EmbeddingAttrs>,
    .onnx = {{.since = 13, .nodes = "Gather", .to = onnx::write_embedding}},
    .indices = {0},
    .infer = infer_embedding,
    .kernel = kernel::embedding,
    .keep = {Keep::input(0)},
    .vjp = embedding_vjp,
};

static Grads embedding_backward_vjp(const Call& c, const Grads& g) {
  const Tensor rows = call(op::embedding, {c.in(1), g[0]}, EmbeddingAttrs{});
  const int64_t pad = c.attributes<EmbeddingBackwardAttrs>().padding_idx;
  return {pad < 0 ? rows : rows * cast(unsqueeze(ne(c.in(1), pad), -1), rows.dtype())};
}

constinit const Op op::embedding_backward = GradientKernel{
    .name = "embedding_backward",
    .what =
        "The gradient of the rows of embedding's weight: those of equal indices add up, "
        "padding_idx gets none.",
    .inputs = {"grad", "input"},
    .attributes = attrs_type<EmbeddingBackwardAttrs>,
    .indices = {1},
    .infer = [](const Call& c) -> Specs {
      return {{c.in(0).dtype(),
               {c.attributes<EmbeddingBackwardAttrs>().num_embeddings, c.in(0).size(-1)}}};
    },
    .kernel = kernel::embedding_backward,
    .keep = {Keep::input(1)},
    .vjp = embedding_backward_vjp,
};

static Tensors compose_take(const Call& c) {
  const int64_t n = c.in(0).numel();
  const Tensor flat = reshape(c.in(1), {c.in(1).numel()});
  const Tensor index = where(lt(flat, 0), flat + n, flat);
  return {reshape(index_select(reshape(c.in(0), {n}), 0, index), c.in(1).shape())};
}

constinit const Op op::take = {
    .name = "take",
    .what =
        "The elements at the given row-major positions of the flattened input; negative ones count "
        "from the end.",
    .source = "torch.take",
    .inputs = {"input", "index"},
    .onnx = {{.since = 13, .nodes = "Reshape, Gather", .to = onnx::write_take}},
    .indices = {1},
    .compose = compose_take,
};

static Tensors compose_one_hot(const Call& c) {
  const Tensor& tensor = c.in(0);
  int64_t classes = c.attributes<OneHotAttrs>().num_classes;
  check(classes >= -1 && classes != 0,
        "num_classes is {}, should be at least 1, or -1 for the largest value + 1", classes);
  if (classes < 0) {
    check(tensor.numel() > 0,
          "an empty tensor does not say how many classes there are; give num_classes");
    const int64_t largest = max(tensor).item_as_int();
    check(largest < std::numeric_limits<int64_t>::max(),
          "tensor holds {}, which is one too large for a class", largest);
    classes = largest + 1;
  }
  Dims shape = tensor.shape();
  shape.push_back(classes);
  Dims one = tensor.shape();
  one.push_back(1);
  return {scatter_add(zeros(shape, DType::i64, tensor.device()), -1, unsqueeze(tensor, -1),
                      ones(one, DType::i64, tensor.device()))};
}

constinit const Op op::one_hot = {
    .name = "one_hot",
    .what =
        "A 1 at the place that each integer names, among zeros: [...] -> i64 [..., num_classes].",
    .source = "torch.nn.functional.one_hot",
    .inputs = {"tensor"},
    .attributes = attrs_type<OneHotAttrs>,
    .onnx = {{.type = "OneHot",
              .since = 13,
              .where = "with num_classes",
              .to = onnx::write_one_hot,
              .from = onnx::read_one_hot}},
    .indices = {0},
    .compose = compose_one_hot,
    .no_gradient_because = "whole numbers go in and come out",
};

Tensor gather(const Tensor& input, int64_t dim, const Tensor& index) {
  return call(op::gather, {input, index}, AlongAttrs{dim});
}
Tensor scatter_add(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& src) {
  return call(op::scatter_add, {input, index, src}, AlongAttrs{dim});
}
Tensor index_select(const Tensor& input, int64_t dim, const Tensor& index) {
  return call(op::index_select, {input, index}, AlongAttrs{dim});
}
Tensor index_add(const Tensor& input, int64_t dim, const Tensor& index, const Tensor& source,
                 double alpha) {
  return call(op::index_add, {input, index, source}, IndexAddAttrs{dim, alpha});
}
Tensor take(const Tensor& input, const Tensor& index) {
  return call(op::take, {input, index});
}
Tensor embedding(const Tensor& input, const Tensor& weight, std::optional<int64_t> padding_idx,
                 bool scale_grad_by_freq) {
  return call(op::embedding, {input, weight}, EmbeddingAttrs{padding_idx, scale_grad_by_freq});
}
Tensor one_hot(const Tensor& tensor, int64_t num_classes) {
  return call(op::one_hot, {tensor}, OneHotAttrs{num_classes});
}

}  // namespace hebb
