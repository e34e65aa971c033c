// Tables of vectors: rows that integers name, one by one or in bags. Operators: ops/gather.h and
// ops/embedding_bag.h.
#pragma once

#include <optional>
#include <string>

#include "hebb/base/note.h"
#include "hebb/nn/sequence.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

struct EmbeddingOptions {
  Size rows, width;                         // num_embeddings, embedding_dim
  std::optional<int64_t> padding_idx = {};  // this row begins as zeros and is not trained; negative
                                            // numbers count from the end
  std::optional<double> max_norm = {};      // longer rows are made so long before they are used
  double norm_type = 2;                     // the p of that norm
  bool scale_grad_by_freq = false;          // gradients of rows over how often a batch names them
  HEBB_FIELDS(rows, width, padding_idx, max_norm, norm_type, scale_grad_by_freq)
  static constexpr Note notes[] = {
      {.field = "rows",
       .key = "num_embeddings",
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "token ids: 0 up to this number, less 1",
       .shown = Shown::plain},
      {.field = "width",
       .key = "embedding_dim",
       .place = 2,
       .needed = true,
       .at_least = 1,
       .what = "features that come out",
       .shown = Shown::plain},
      {.field = "padding_idx",
       .what =
           "the id of padding, whose row is not trained; layers over time take what comes after "
           "the last other id for padding",
       .shown = Shown::if_changed},
      {.field = "max_norm",
       .above = 0,
       .what = "how long rows may be: longer ones are shortened when they are used",
       .shown = Shown::if_changed},
      {.field = "norm_type",
       .above = 0,
       .what = "the p of the norm that max_norm bounds",
       .shown = Shown::if_changed},
      {.field = "scale_grad_by_freq",
       .what = "whether the gradient of a row is divided by how often a batch names it",
       .shown = Shown::if_changed}};
};
// x [...] (integers) -> [..., width]. Rows begin normal, with mean 0 and variance 1. Of sequences
// [B, T] without lengths, padding_idx tells them: each ends with its last other id.
struct Embedding : Module {
  Param weight;  // [rows, width]
  explicit Embedding(EmbeddingOptions options);
  Embedding(Size rows, Size width) : Embedding(EmbeddingOptions{rows, width}) {}
  Tensor forward(const Tensor& x) const;
  Sequence forward(const Sequence& x) const;
  std::string describe() const override;
  HEBB_FIELDS(weight)

 private:
  EmbeddingOptions options_;  // padding_idx counts from the start
};

struct EmbeddingBagOptions {
  Size rows, width;
  std::string mode = "mean";         // mean, sum, max
  bool include_last_offset = false;  // the last offset is the end of the last bag
  std::optional<int64_t> padding_idx = {};
  std::optional<double> max_norm = {};  // as Embedding's
  double norm_type = 2;
  bool scale_grad_by_freq = false;  // as Embedding's; not of maxima
  // A line has no offsets: each sample is a bag.
  HEBB_FIELDS(rows, width, max_norm, norm_type, scale_grad_by_freq, mode, padding_idx)
  static constexpr Note notes[] = {
      note_of(EmbeddingOptions::notes, "rows"),
      note_of(EmbeddingOptions::notes, "width"),
      note_of(EmbeddingOptions::notes, "max_norm"),
      note_of(EmbeddingOptions::notes, "norm_type"),
      note_of(EmbeddingOptions::notes, "scale_grad_by_freq"),
      {.field = "mode", .one_of = {"mean", "sum", "max"}, .what = "what a bag's rows become"},
      {.field = "padding_idx",
       .what = "the id of padding, whose row is not trained and counts in no bag",
       .shown = Shown::if_changed}};
};
// x [bags, length], or [count] with offsets [bags], -> [bags, width]. Of sequences with lengths,
// the ids beyond them count in no bag.
struct EmbeddingBag : Module {
  Param weight;  // [rows, width]
  explicit EmbeddingBag(EmbeddingBagOptions options);
  EmbeddingBag(Size rows, Size width) : EmbeddingBag(EmbeddingBagOptions{rows, width}) {}
  Tensor forward(const Tensor& x, const Tensor& offsets = {},
                 const Tensor& per_sample_weights = {}) const;
  Sequence forward(const Sequence& x) const;
  std::string describe() const override;
  HEBB_FIELDS(weight)

 private:
  Tensor bags(const Tensor& x, const Tensor& table, const std::optional<int64_t>& padding,
              const Tensor& offsets, const Tensor& per_sample_weights) const;
  EmbeddingBagOptions options_;
};

}  // namespace hebb::nn
