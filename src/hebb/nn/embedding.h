// Tables of vectors: rows that integers name, one by one or in bags. Operators: ops/gather.h and
// ops/embedding_bag.h.
#pragma once

#include <optional>
#include <string>

#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

struct EmbeddingOptions {
  Size rows, width;                         // num_embeddings, embedding_dim
  std::optional<int64_t> padding_idx = {};  // this row begins as zeros and is not trained; negative
                                            // numbers count from the end
};
// x [...] (integers) -> [..., width]. Rows begin normal, with mean 0 and variance 1.
struct Embedding : Module {
  Param weight;  // [rows, width]
  explicit Embedding(EmbeddingOptions options);
  Embedding(Size rows, Size width) : Embedding(EmbeddingOptions{rows, width}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_FIELDS(weight)

 private:
  EmbeddingOptions options_;
};

struct EmbeddingBagOptions {
  Size rows, width;
  std::string mode = "mean";         // mean, sum, max
  bool include_last_offset = false;  // the last offset is the end of the last bag
  std::optional<int64_t> padding_idx = {};
};
// x [bags, length], or [count] with offsets [bags], -> [bags, width].
struct EmbeddingBag : Module {
  Param weight;  // [rows, width]
  explicit EmbeddingBag(EmbeddingBagOptions options);
  EmbeddingBag(Size rows, Size width) : EmbeddingBag(EmbeddingBagOptions{rows, width}) {}
  Tensor forward(const Tensor& x, const Tensor& offsets = {},
                 const Tensor& per_sample_weights = {}) const;
  std::string describe() const override;
  HEBB_FIELDS(weight)

 private:
  EmbeddingBagOptions options_;
};

}  // namespace hebb::nn
