// ops/embedding_bag.cc: bags of embeddings. Gradients are written in operators, from the bag of
// each index, or for maxima from the row of each.

#include "hebb/ops/embedding_bag.h"

#include "hebb/base/check.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/op.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/embedding_bag.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

constexpr int bag_input = 0, bag_table = 1, bag_offsets = 2, bag_factors = 3;  // the operands

Specs infer_embedding_bag(const Call& c) {
  const auto& a = c.attributes<EmbeddingBagAttrs>();
  const Tensor &x = c.in(bag_input), &table = c.in(bag_table);
  check(a.mode == "mean" || a.mode == "sum" || a.mode == "max",
        "mode is '{}', should be mean, sum or max", a.mode);
  check(!a.scale_grad_by_freq || a.mode != "max", "scale_grad_by_freq is for mean and sum");
  check(is_floating(table.dtype()) && table.dim() == 2,
        "weight {} should be a floating matrix, one row for each value of input", describe(table));
  check(x.dim() == 1 || x.dim() == 2, "input {} should be [bags, length], or [count] with offsets",
        x.shape());
  check(c.has(bag_offsets) == (x.dim() == 1), "{}",
        c.has(bag_offsets) ? "offsets are for an input of one dimension"
                           : "an input of one dimension needs offsets");
  check(!c.has(bag_offsets) || c.in(bag_offsets).dim() == 1, "offsets should have one dimension");
  check(!a.include_last_offset || (c.has(bag_offsets) && c.in(bag_offsets).size(0) > 0),
        "include_last_offset needs offsets with at least one number");
  if (a.padding_idx)
    check(*a.padding_idx >= -table.size(0) && *a.padding_idx < table.size(0),
          "padding_idx is {}, but weight {} has {} rows", *a.padding_idx, table.shape(),
          table.size(0));
  if (c.has(bag_factors)) {
    check(a.mode == "sum", "per_sample_weights are for mode sum, not for {}", a.mode);
    check(c.in(bag_factors).shape() == x.shape() && c.in(bag_factors).dtype() == table.dtype(),
          "per_sample_weights {} should be {}{}, as many as indices, in weight's dtype",
          describe(c.in(bag_factors)), name(table.dtype()), x.shape());
  }
  const int64_t bags =
      c.has(bag_offsets) ? c.in(bag_offsets).size(0) - (a.include_last_offset ? 1 : 0) : x.size(0);
  const Dims out = {bags, table.size(1)};
  return {{table.dtype(), out},
          {DType::i64, {x.numel()}},
          {DType::i64, a.mode == "max" ? out : Dims{0}}};
}

Tensor flat(const Tensor& x) {
  return reshape(x, {x.numel()});
}

// For each index the row of [bags, d] that is its bag's, zeros where it counts for nothing.
Tensor rows_of_bags(const Tensor& bags, const Tensor& bag_of) {
  const Tensor counts = unsqueeze(cast(ge(bag_of, 0), bags.dtype()), 1);
  return index_select(bags, 0, clamp(bag_of, 0)) * counts;
}

// How many indices of each bag count, at least 1: [bags, 1].
Tensor sizes_of_bags(int64_t bags, const Tensor& bag_of, DType dtype) {
  const Tensor none = zeros({bags}, DType::i64, bag_of.device());
  const Tensor sizes = scatter_add(none, 0, clamp(bag_of, 0), cast(ge(bag_of, 0), DType::i64));
  return unsqueeze(cast(clamp(sizes, 1), dtype), 1);
}

// How often each of the indices is among them, for a table of so many rows: [count, 1].
Tensor frequencies(const Tensor& indices, int64_t rows, DType dtype) {
  const Tensor none = zeros({rows}, DType::i64, indices.device());
  const Tensor counts = scatter_add(none, 0, indices, ones_like(indices));
  return unsqueeze(cast(index_select(counts, 0, indices), dtype), 1);
}

// Of maxima: each gradient goes to the row that gave the value.
Tensor gradient_of_maxima(const Call& c, const Tensor& dy) {
  const Tensor& from = c.out(2);
  const Tensor none = zeros(c.in(bag_table).shape(), dy.dtype(), dy.device());
  return scatter_add(none, 0, clamp(from, 0), dy * cast(ge(from, 0), dy.dtype()));
}

Grads embedding_bag_vjp(const Call& c, const Grads& dy) {
  const auto& a = c.attributes<EmbeddingBagAttrs>();
  Grads grads(4);
  if (!dy[0].defined() || dy[0].size(0) == 0)
    return {Tensor(),
            zeros(c.in(bag_table).shape(), c.in(bag_table).dtype(), c.in(bag_table).device()),
            Tensor(), c.has(bag_factors) ? zeros_like(c.in(bag_factors)) : Tensor()};
  if (a.mode == "max") {
    grads[bag_table] = gradient_of_maxima(c, dy[0]);
    return grads;
  }
  const Tensor &bag_of = c.out(1), indices = flat(c.in(bag_input));
  const Tensor share =
      a.mode == "mean" ? dy[0] / sizes_of_bags(dy[0].size(0), bag_of, dy[0].dtype()) : dy[0];
  const Tensor rows = rows_of_bags(share, bag_of);  // [count, d]
  if (c.wants(bag_table)) {
    const Tensor none = zeros(c.in(bag_table).shape(), dy[0].dtype(), dy[0].device());
    Tensor weighted = c.has(bag_factors) ? rows * unsqueeze(flat(c.in(bag_factors)), 1) : rows;
    if (a.scale_grad_by_freq)
      weighted = weighted / frequencies(indices, none.size(0), rows.dtype());
    grads[bag_table] = index_add(none, 0, indices, weighted);
  }
  if (c.has(bag_factors) && c.wants(bag_factors))
    grads[bag_factors] = reshape(sum(rows * index_select(c.in(bag_table), 0, indices), {1}),
                                 c.in(bag_factors).shape());
  return grads;
}

}  // namespace

static Tensors compose_embedding_bag(const Call& c) {
  check(!c.has(bag_offsets) || is_integral(c.in(bag_offsets).dtype()),
        "offsets are {}, should be integers",
        c.has(bag_offsets) ? name(c.in(bag_offsets).dtype()) : "");
  const Tensor offsets = c.has(bag_offsets) ? cast(c.in(bag_offsets), DType::i64) : Tensor();
  return {call(op::embedding_bag_rows,
               {c.in(bag_input), c.in(bag_table), offsets, c.in(bag_factors)},
               c.attributes<EmbeddingBagAttrs>())};
}

constinit const Op op::embedding_bag = {
    .name = "embedding_bag",
    .what =
        "The sum, mean or maxima of the rows of weight [n, d] that the indices of each bag "
        "name: [bags, d].",
    .source = "torch.nn.functional.embedding_bag",
    .inputs = {"input", "weight", "offsets?", "per_sample_weights?"},
    .attributes = attrs_type<EmbeddingBagAttrs>,
    .no_onnx_because = "ONNX has no bags, only single rows (Gather)",
    .indices = {bag_input},
    .compose = compose_embedding_bag,
};

constinit const Op op::embedding_bag_rows = {
    .name = "embedding_bag_rows",
    .what =
        "Bags of rows as embedding_bag has them, with the bag of each index, and for maxima the "
        "row that each one comes from.",
    .source = "torch.ops.aten._embedding_bag",
    .inputs = {"input", "weight", "offsets?", "per_sample_weights?"},
    .outputs = {"out", "bag_of", "row_of"},
    .attributes = attrs_type<EmbeddingBagAttrs>,
    .no_onnx_because = "a piece of embedding_bag",
    .indices = {bag_input},
    .infer = infer_embedding_bag,
    .kernel = kernel::embedding_bag,
    .keep = {Keep::input(bag_input), Keep::input(bag_table, {bag_factors}),
             Keep::input(bag_factors, {bag_table}), Keep::output(1), Keep::output(2)},
    .vjp = embedding_bag_vjp,
    .internal = true,
};

Tensor embedding_bag(const Tensor& input, const Tensor& weight, const Tensor& offsets,
                     const EmbeddingBagAttrs& options, const Tensor& per_sample_weights) {
  return call(op::embedding_bag, {input, weight, offsets, per_sample_weights}, options);
}

}  // namespace hebb
