#include "hebb/nn/embedding.h"

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/nn/init.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/embedding_bag.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/join.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/scatter.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

// Normal rows, but for the one that is not trained.
void start_rows(Tensor& weight, const std::optional<int64_t>& padding_idx, const Module& module) {
  init::normal_(weight, init::key_of(module));
  if (!padding_idx)
    return;
  const int64_t rows = weight.size(0);
  check(*padding_idx >= -rows && *padding_idx < rows, "padding_idx is {}, but there are {} rows",
        *padding_idx, rows);
  select(weight.detach(), 0, *padding_idx).zero_();
}

// Shortens the rows of the table that x names, where they are longer than max_norm.
void bound_rows(const Param& weight, const Tensor& x, double max_norm, double norm_type) {
  NoGrad off;
  Tensor table = weight.tensor();
  const Tensor ids = reshape(x, {x.numel()}), rows = index_select(table, 0, ids),
               length = norm(rows, norm_type, {1}, true);
  const Tensor bounded = where(length > max_norm, rows * (max_norm / (length + 1e-7)), rows);
  hebb::write(table, index_copy(table, 0, ids, bounded));
}

EmbeddingOptions embedding_start() {
  return {.rows = 1, .width = 1};
}
constexpr const OptionsType& embedding_options = options_type<EmbeddingOptions, embedding_start>;

EmbeddingBagOptions bag_start() {
  return {.rows = 1, .width = 1};
}
constexpr const OptionsType& bag_options = options_type<EmbeddingBagOptions, bag_start>;

// [B] i64: how many ids there are in front of the padding at the end.
Tensor lengths_before(const Tensor& ids, int64_t padding) {
  const Tensor place = arange(1, double(ids.size(1)) + 1, 1, DType::i64, ids.device());
  return amax(where(ids != padding, unsqueeze(place, 0), 0), {1});
}

}  // namespace

Embedding::Embedding(EmbeddingOptions o)
    : weight(init::empty_weight("Embedding", {o.rows, o.width})), options_(o) {
  check_options("Embedding", o);
  start_rows(weight.tensor(), o.padding_idx, *this);
  if (o.padding_idx && *o.padding_idx < 0)
    options_.padding_idx = *o.padding_idx + o.rows;
}
Tensor Embedding::forward(const Tensor& x) const {
  if (options_.max_norm)
    bound_rows(weight, x, *options_.max_norm, options_.norm_type);
  return hebb::embedding(x, weight, options_.padding_idx, options_.scale_grad_by_freq);
}
Sequence Embedding::forward(const Sequence& x) const {
  const bool tells = options_.padding_idx && x.values.dim() == 2 && x.values.size(1) > 0;
  return {forward(x.values), x.lengths.defined() || !tells
                                 ? x.lengths
                                 : lengths_before(x.values, *options_.padding_idx)};
}
std::string Embedding::describe() const {
  return options_repr("Embedding", embedding_options, &options_);
}

constinit const LayerEntry layer::embedding = {
    .name = "embedding",
    .what = "a trained row for each token id",
    .options = &embedding_options,
    .make = made<Embedding, EmbeddingOptions>,
    .ids = [](const void* o) -> int64_t { return as<EmbeddingOptions>(o).rows; },
    .weights =
        [](const void* o) {
          return double(as<EmbeddingOptions>(o).rows) * double(as<EmbeddingOptions>(o).width);
        },
    .outputs =
        [](const void* o, const Dims& shape) {
          return double(product(shape)) * double(as<EmbeddingOptions>(o).width);
        },
};

EmbeddingBag::EmbeddingBag(EmbeddingBagOptions o)
    : weight(init::empty_weight("EmbeddingBag", {o.rows, o.width})), options_(std::move(o)) {
  check_options("EmbeddingBag", options_);
  start_rows(weight.tensor(), options_.padding_idx, *this);
}
Tensor EmbeddingBag::forward(const Tensor& x, const Tensor& offsets,
                             const Tensor& per_sample_weights) const {
  if (options_.max_norm)
    bound_rows(weight, x, *options_.max_norm, options_.norm_type);
  return bags(x, weight, options_.padding_idx, offsets, per_sample_weights);
}
Tensor EmbeddingBag::bags(const Tensor& x, const Tensor& table,
                          const std::optional<int64_t>& padding, const Tensor& offsets,
                          const Tensor& per_sample_weights) const {
  return hebb::embedding_bag(x, table, offsets,
                             {.mode = options_.mode,
                              .include_last_offset = options_.include_last_offset,
                              .padding_idx = padding,
                              .scale_grad_by_freq = options_.scale_grad_by_freq},
                             per_sample_weights);
}
// What lies beyond the lengths is called by the id of padding, for which a table without one gets a
// row more.
Sequence EmbeddingBag::forward(const Sequence& x) const {
  if (!x.lengths.defined())
    return {forward(x.values)};
  const Tensor inside = times_mask(x.lengths, x.values.size(1));
  if (options_.padding_idx)
    return {forward(where(inside, x.values, *options_.padding_idx))};
  if (options_.max_norm)
    bound_rows(weight, where(inside, x.values, 0), *options_.max_norm, options_.norm_type);
  const Tensor none = zeros({1, weight.shape()[1]}, weight->dtype(), weight->device());
  return {bags(where(inside, x.values, int64_t(options_.rows)), cat({weight, none}, 0),
               options_.rows, {}, {})};
}
std::string EmbeddingBag::describe() const {
  EmbeddingBagOptions o = options_;
  if (o.padding_idx && *o.padding_idx < 0)
    *o.padding_idx += o.rows;
  return options_repr("EmbeddingBag", bag_options, &o);
}

constinit const LayerEntry layer::embedding_bag = {
    .name = "embedding_bag",
    .what = "the mean, sum or maximum of the rows of a sample's token ids",
    .options = &bag_options,
    .make = made<EmbeddingBag, EmbeddingBagOptions>,
    .ids = [](const void* o) -> int64_t { return as<EmbeddingBagOptions>(o).rows; },
    .infer =
        [](void*, const Dims& shape) {
          check(shape.size() == 1 && shape[0] > 0,
                "takes token ids [time], but what comes in is {}", shape);
        },
    .weights =
        [](const void* o) {
          const auto& bag = as<EmbeddingBagOptions>(o);
          return double(bag.rows) * double(bag.width);
        },
    .outputs = [](const void* o, const Dims&) { return double(as<EmbeddingBagOptions>(o).width); },
};

}  // namespace hebb::nn
