// Samples: attention.
#include "hebb/kernels/attention.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

// [B, H, L, E] as projections leave it: a view of [B, L, H, E].
Tensor by_rows(int64_t batch, int64_t heads, int64_t length, int64_t size) {
  return randn({batch, length, heads, size}).permute({0, 2, 1, 3});
}

// [1, heads, queries, keys]: every third key is not seen.
Tensor striped_mask(int64_t heads, int64_t queries, int64_t keys) {
  Tensor mask = zeros({1, heads, queries, keys}, DType::boolean);
  for (int64_t i = 0; i < mask.numel(); ++i)
    mask.data<bool>()[i] = i % 3 != 1;
  return mask;
}

}  // namespace

OPS_FAMILY(attention) {
  const auto heads = [](int64_t h, int64_t n, int64_t e) { return randn({2, h, n, e}); };
  samples(
      "scaled_dot_product_attention",
      {{"plain", {heads(2, 3, 4), heads(2, 5, 4), heads(2, 5, 3), none(), none()}},
       {"causal",
        {heads(1, 4, 3), heads(1, 4, 3), heads(1, 4, 2), none(), none()},
        R"({"is_causal": true})"},
       {"three dimensions, additive mask",
        {randn({2, 3, 4}), randn({2, 5, 4}), randn({2, 5, 3}), randn({3, 5}), none()}},
       {"two dimensions, scale",
        {randn({3, 4}), randn({5, 4}), randn({5, 3}), none(), none()},
        R"({"scale": 0.3})"},
       {"mask of bools, no key for the last query",
        {heads(1, 3, 2), heads(1, 4, 2), heads(1, 4, 2),
         values({1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0}, {3, 4}, DType::boolean), none()}},
       {"groups",
        {heads(4, 3, 2), heads(2, 3, 2), heads(2, 3, 2), none(), none()},
        R"({"enable_gqa": true, "is_causal": true})"},
       {"window and slopes",
        {heads(2, 4, 2), heads(2, 6, 2), heads(2, 6, 2), none(), uniform(0.1, 1, {2})},
        R"({"window_left": 2, "window_right": 1, "query_offset": 2})"},
       {"batches broadcast",
        {randn({1, 2, 3, 2}), randn({2, 1, 4, 2}), randn({2, 1, 4, 3}), none(), none()}},
       {"no keys", {zeros({1, 2, 3, 2}), zeros({1, 2, 0, 2}), zeros({1, 2, 0, 3}), none(), none()}},
       {"no queries",
        {zeros({1, 2, 0, 2}), zeros({1, 2, 3, 2}), zeros({1, 2, 3, 3}), none(), none()}}});
  refuses("scaled_dot_product_attention",
          {{"should have the same last size",
            {zeros({2, 3, 4}), zeros({2, 3, 5}), zeros({2, 3, 4}), none(), none()}},
           {"should have the same length",
            {zeros({2, 3, 4}), zeros({2, 3, 4}), zeros({2, 4, 4}), none(), none()}},
           {"query [4] should be [..., heads, length, size]",
            {zeros({4}), zeros({3, 4}), zeros({3, 4}), none(), none()}},
           {"key is f64, should be of query's dtype, f32",
            {zeros({3, 4}), zeros({3, 4}, f64), zeros({3, 4}), none(), none()}},
           {"attn_mask [4, 5] should broadcast to",
            {zeros({2, 3, 4}), zeros({2, 5, 4}), zeros({2, 5, 4}), zeros({4, 5}), none()}},
           {"3 heads of query do not divide into the 2 of key",
            {zeros({1, 3, 2, 4}), zeros({1, 2, 2, 4}), zeros({1, 2, 2, 4}), none(), none()},
            R"({"enable_gqa": true})"},
           {"dropout_p is 1, should be from 0 to below 1",
            {zeros({3, 4}), zeros({3, 4}), zeros({3, 4}), none(), none()},
            R"({"dropout_p": 1})"}});

  // Lengths and sizes beyond tiles, panels and vectors.
  const auto piece = [](int64_t n, int64_t keys, int64_t e, int64_t v) {
    return std::vector<Slot>{by_rows(1, 2, n, e), by_rows(1, 1, keys, e), by_rows(1, 1, keys, v)};
  };
  const auto with = [](std::vector<Slot> operands, std::vector<Slot> more) {
    operands.insert(operands.end(), more.begin(), more.end());
    return operands;
  };
  samples("attention",
          {{"plain", with(piece(3, 4, 2, 3), {none(), none(), none()}), AttentionAttrs{}},
           {"dropped", with(piece(7, 5, 2, 3), {none(), none(), key(7)}),
            AttentionAttrs{.dropout_p = 0.4}},
           {"few queries", with(piece(5, 37, 3, 5), {none(), uniform(0.1, 1, {2}), none()}),
            AttentionAttrs{.scale = 0.5, .left = 20, .right = 3, .offset = 30}},
           {"tiles", with(piece(51, 133, 3, 2), {none(), none(), none()}),
            AttentionAttrs{.scale = 0.5, .right = 0, .offset = 70}},
           {"masked tiles", with(piece(9, 140, 2, 3), {striped_mask(2, 9, 140), none(), key(3)}),
            AttentionAttrs{.scale = 0.7, .dropout_p = 0.25}}});
  exempt("attention", {{Check::gradient,
                        "answers with a logarithm as well, which is not differentiated; the "
                        "gradients of scaled_dot_product_attention are"}});
  const auto back = [&](int64_t n, int64_t keys, int64_t e, int64_t v) {
    std::vector<Slot> all = {by_rows(1, 2, n, v)};
    for (Slot& slot : piece(n, keys, e, v))
      all.push_back(slot);
    all.push_back(by_rows(1, 2, n, v));
    all.push_back(uniform(3, 5, {1, 2, n}));
    return all;
  };
  // Not what a forward pass gives, but both kernels read the same operands.
  samples("attention_backward",
          {{"plain", with(back(3, 4, 2, 3), {none(), none(), none()}), AttentionAttrs{}},
           {"tiles", with(back(51, 133, 3, 2), {none(), uniform(0.1, 1, {2}), none()}),
            AttentionAttrs{.scale = 0.5, .right = 0, .offset = 70}},
           {"masked and dropped",
            with(back(50, 130, 17, 33), {striped_mask(2, 50, 130), none(), key(3)}),
            AttentionAttrs{.scale = 0.2, .left = 90, .dropout_p = 0.25}}});
}

}  // namespace hebb::test
