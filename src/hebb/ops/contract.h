// Products of tensors whose dimensions have labels, of which einsum and tensordot are made. For .cc
// files.
#pragma once

#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {

// A tensor with one label for each dimension; no label twice.
struct Labelled {
  Tensor tensor;
  std::vector<int> labels;
  bool has(int label) const;
  int64_t size(int label) const;  // the label is there
};

// Sums over every label that is not in `kept`.
Labelled sum_unless(const Labelled& x, const std::vector<int>& kept);

// The product of both, summed over the labels that are not in `kept`. A size of 1 repeats against
// another size of the same label. The result's labels are those that both have, then those of a,
// then those of b.
Labelled contract(const Labelled& a, const Labelled& b, const std::vector<int>& kept);

// With the dimensions in the order of `labels`, which are all of x.
Tensor in_order(const Labelled& x, const std::vector<int>& labels);

}  // namespace hebb
