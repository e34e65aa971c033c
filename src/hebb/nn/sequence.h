// Sequences on their way through the layers of a Sequential: what layers over time need to know
// beside the values.
#pragma once

#include <concepts>
#include <string_view>

#include "hebb/nn/module.h"
#include "hebb/tensor/tensor_dict.h"

namespace hebb::nn {

struct Sequence {
  Tensor values;          // [B, T, ...]; whatever a layer made, where there are no times
  Tensor lengths = {};    // [B] i64, the times of each; undefined: all of T
  bool two_ways = false;  // half of the features come from the past, half from the future
  HEBB_FIELDS(values, lengths, two_ways)

  // What a layer that looks at `values` alone made of them. Lengths stay while the times do. Layers
  // without weights, which treat all features the same, leave the two ways apart.
  Sequence with(const Tensor& made, Module& by) const;
};

// A layer that looks at the times of sequences.
template <class M>
concept TakesSequence = requires(M& module, const Sequence& x) {
  { module.forward(x) } -> std::same_as<Sequence>;
};

// What a batch calls the times of its sequences, and the batch's only other tensor beside them.
inline constexpr std::string_view lengths_name = "lengths";
Sequence sequence_of(const TensorDict& batch);

// [B, T] bools: whether a time is one of its sequence. Values are padding elsewhere.
Tensor times_mask(const Tensor& lengths, int64_t times);

}  // namespace hebb::nn
