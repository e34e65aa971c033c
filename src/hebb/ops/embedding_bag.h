// Bags of embeddings: sums, means or maxima of rows of a table.
#pragma once

#include "hebb/kernels/embedding_bag.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// The rows of weight [n, d] that each bag of indices names, as one: input [bags, length], or
// [count] with offsets [bags], where each bag begins (with include_last_offset one more, where the
// last one ends). per_sample_weights: of input's shape, for mode sum. An empty bag gives zeros.
// Error: an index out of range; offsets that do not begin with 0 or fall. Source:
// torch.nn.functional.embedding_bag.
Tensor embedding_bag(const Tensor& input, const Tensor& weight, const Tensor& offsets = {},
                     const EmbeddingBagAttrs& options = {}, const Tensor& per_sample_weights = {});

}  // namespace hebb
