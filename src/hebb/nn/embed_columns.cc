#include "hebb/nn/embed_columns.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/indexing.h"
#include "hebb/ops/join.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

constexpr int64_t widest = 50;

double weights_of(const Dims& words) {
  double out = 0;
  for (int64_t n : words)
    out += double(n) * double(embedded_width(n));
  return out;
}

}  // namespace

int64_t embedded_width(int64_t words) {
  return std::clamp<int64_t>(std::llround(1.6 * std::pow(double(words), 0.56)), 1, widest);
}

EmbedColumns::EmbedColumns(const EmbedColumnsOptions& options) : options_(options) {
  columns.reserve(options.words.size());
  for (int64_t words : options.words) {
    columns.emplace_back(words, embedded_width(words));
    select(columns.back().weight.tensor().detach(), 0, 0).zero_();
  }
}

Tensor EmbedColumns::forward(const Tensor& x) {
  const auto coded = int64_t(columns.size());
  check(x.dim() == 2 && x.size(1) >= coded,
        "EmbedColumns: takes rows of at least {} numbers, the last of which are codes, and gets {}",
        coded, x.shape());
  if (coded == 0)
    return x;
  const int64_t numbers = x.size(1) - coded;
  std::vector<Tensor> parts;
  if (numbers > 0)
    parts.push_back(slice(x, 1, Slice(0, numbers)));
  for (int64_t c = 0; c < coded; ++c)
    parts.push_back(columns[size_t(c)](select(x, 1, numbers + c).to(i64)));
  return cat(parts, 1);
}

std::string EmbedColumns::describe() const {
  return options_repr("EmbedColumns", options_type<EmbedColumnsOptions>, &options_);
}

constinit const LayerEntry layer::embed_columns = {
    .name = "embed_columns",
    .what = "a table's categories as learned vectors, beside its numbers; the first layer",
    .options = &options_type<EmbedColumnsOptions>,
    .make = made<EmbedColumns, EmbedColumnsOptions>,
    .infer =
        [](void* o, const Dims& shape) {
          const Dims& words = static_cast<EmbedColumnsOptions*>(o)->words;
          check(shape.size() == 1, "takes the rows of a table, but what comes in has the shape {}",
                to_string(shape));
          check(shape[0] >= int64_t(words.size()), "has {} columns of codes, but a row has {}",
                words.size(), shape[0]);
        },
    .weights = [](const void* o) { return weights_of(as<EmbedColumnsOptions>(o).words); },
    .outputs =
        [](const void* o, const Dims& shape) {
          double out = double(shape[0]);
          for (int64_t n : as<EmbedColumnsOptions>(o).words)
            out += double(embedded_width(n)) - 1;
          return out;
        },
};

}  // namespace hebb::nn
