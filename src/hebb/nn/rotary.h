// Positions inside attention: queries and keys that are turned by their place (rotary), and what is
// added to the products of queries and keys (T5's buckets, ALiBi's slopes).
#pragma once

#include "hebb/base/note.h"
#include "hebb/nn/embedding.h"
#include "hebb/nn/module.h"
#include "hebb/nn/size.h"

namespace hebb::nn {

// The pair i of columns of the vector at place p is turned by the angle p / base^(2 i / width), so
// that products depend on distances alone. Source: Su et al. 2021.
struct RotaryOptions {
  Size width;  // an even number of columns, the first ones; the others stay
  double base = 10000;
  bool interleaved = false;  // pairs are columns 2 i and 2 i + 1 (the paper, GPT-J); else i and
                             // i + width / 2 (LLaMA, GPT-NeoX)
  HEBB_FIELDS(width, base, interleaved)
  static constexpr Note notes[] = {{.field = "width", .at_least = 2},
                                   {.field = "base", .above = 1}};
};
// x [..., length, columns], whose first row is at the place `offset`.
Tensor rotary(const Tensor& x, const RotaryOptions& options, int64_t offset = 0);

// A trained number for each head and each range of distances, to be added to the products: ranges
// are exact for near keys and grow as the logarithm up to max_distance. Source: Raffel et al. 2020
// (T5), whose names it has.
struct RelativePositionsOptions {
  Size num_heads;
  Size num_buckets = 32;
  Size max_distance = 128;
  bool bidirectional = true;  // false: keys behind the query share the range of distance 0
  HEBB_FIELDS(num_heads, num_buckets, max_distance, bidirectional)
  static constexpr Note notes[] = {{.field = "num_heads", .at_least = 1},
                                   {.field = "num_buckets", .at_least = 4},
                                   {.field = "max_distance", .at_least = 2}};
};
struct RelativePositions : Module {
  Embedding relative_attention_bias;  // [num_buckets, num_heads]
  explicit RelativePositions(RelativePositionsOptions options);
  // -> [num_heads, queries, keys], an attn_mask; the first query is at the place `offset`.
  Tensor forward(int64_t queries, int64_t keys, int64_t offset = 0);
  HEBB_FIELDS(relative_attention_bias)

 private:
  RelativePositionsOptions options_;
};

// f32 [heads]: how much distance takes off in each head, from 2^(-8 / heads) on in a geometric
// series. For the operator's alibi_slopes. Source: Press et al. 2022.
Tensor alibi_slopes(int64_t heads);

}  // namespace hebb::nn
