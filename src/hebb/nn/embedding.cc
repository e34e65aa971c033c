#include "hebb/nn/embedding.h"

#include <fmt/format.h>

#include "hebb/base/check.h"
#include "hebb/nn/init.h"
#include "hebb/ops/embedding_bag.h"
#include "hebb/ops/gather.h"
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

std::string shown(std::string_view name, const Param& weight, const std::string& more,
                  const std::optional<int64_t>& padding_idx) {
  const int64_t rows = weight.shape()[0];
  std::string text = fmt::format("{}({}, {}{}", name, rows, weight.shape()[1], more);
  if (padding_idx)
    text += fmt::format(", padding_idx={}", *padding_idx < 0 ? *padding_idx + rows : *padding_idx);
  return text + ")";
}

}  // namespace

Embedding::Embedding(EmbeddingOptions o)
    : weight(init::empty_weight("Embedding", {o.rows, o.width})), options_(o) {
  start_rows(weight.tensor(), o.padding_idx, *this);
}
Tensor Embedding::forward(const Tensor& x) const {
  return hebb::embedding(x, weight, options_.padding_idx);
}
std::string Embedding::describe() const {
  return shown("Embedding", weight, "", options_.padding_idx);
}

EmbeddingBag::EmbeddingBag(EmbeddingBagOptions o)
    : weight(init::empty_weight("EmbeddingBag", {o.rows, o.width})), options_(std::move(o)) {
  check(options_.mode == "mean" || options_.mode == "sum" || options_.mode == "max",
        "EmbeddingBag: mode is '{}', should be mean, sum or max", options_.mode);
  start_rows(weight.tensor(), options_.padding_idx, *this);
}
Tensor EmbeddingBag::forward(const Tensor& x, const Tensor& offsets,
                             const Tensor& per_sample_weights) const {
  return hebb::embedding_bag(x, weight, offsets,
                             {.mode = options_.mode,
                              .include_last_offset = options_.include_last_offset,
                              .padding_idx = options_.padding_idx},
                             per_sample_weights);
}
std::string EmbeddingBag::describe() const {
  return shown("EmbeddingBag", weight, fmt::format(", mode='{}'", options_.mode),
               options_.padding_idx);
}

}  // namespace hebb::nn
