// Positions inside attention and the blocks that have them, against PyTorch's values, and with
// caches.

#include <gtest/gtest.h>

#include "hebb/autograd/no_grad.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "nn/attention_cases.h"
#include "support/message_of.h"

namespace hebb {
namespace {

using namespace attention_cases;

// What is a function, as a module without parameters.
struct Turned : nn::Module {
  nn::RotaryOptions options;
  int64_t offset;
  Turned(nn::RotaryOptions options, int64_t offset) : options(options), offset(offset) {}
  Tensor forward(const Tensor& x) { return nn::rotary(x, options, offset); }
  HEBB_NO_FIELDS()
};

TEST(Rotary, TurnsAsPyTorchsComplexNumbersDo) {
  const auto call = [](Turned& m, Given in) { return Results{m(in.at("query"))}; };
  agrees<Turned>("rotary", Turned({.width = 6}, 0), call);
  agrees<Turned>("rotary, interleaved", Turned({.width = 4, .base = 100, .interleaved = true}, 7),
                 call);
}

TEST(Rotary, ProductsDependOnDistancesAlone) {
  const Tensor q = randn({1, 8}), k = randn({1, 8});
  const auto product = [&](int64_t at, int64_t other) {
    return (nn::rotary(q, {.width = 8}, at) * nn::rotary(k, {.width = 8}, other)).sum().item();
  };
  EXPECT_NEAR(product(3, 1), product(1003, 1001), 1e-5);
  EXPECT_GT(std::abs(product(3, 1) - product(5, 1)), 1e-4);
  EXPECT_NE(message_of([&] { nn::rotary(q, {.width = 3}); }).find("should be even"),
            std::string::npos);
}

TEST(RelativePositions, FallIntoT5sRanges) {
  using M = nn::RelativePositions;
  agrees<M>("relative", M({.num_heads = 2, .num_buckets = 8, .max_distance = 20}),
            [](M& m, Given) { return Results{m(30, 33)}; });
  agrees<M>("relative, one direction", M({.num_heads = 3, .bidirectional = false}),
            [](M& m, Given) { return Results{m(2, 210, 200)}; });
}

TEST(Alibi, SlopesAreThoseOfThePaper) {
  EXPECT_EQ(
      nn::alibi_slopes(8).to_vector<double>(),
      (std::vector<double>{0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625}));
  const std::vector<double> of_three = nn::alibi_slopes(3).to_vector<double>();
  EXPECT_EQ(of_three, (std::vector<double>{0.0625, 0.00390625, 0.25}));
}

TEST(Llama, BlockAgreesWithPyTorch) {
  agrees<nn::SwiGLU>("swiglu", nn::SwiGLU(4, 6),
                     [](nn::SwiGLU& m, Given in) { return Results{m(in.at("query"))}; });
  agrees<nn::LlamaBlock>(
      "llama",
      nn::LlamaBlock(
          {.hidden_size = 16, .num_heads = 4, .intermediate_size = 10, .num_kv_heads = 2}),
      [](nn::LlamaBlock& m, Given in) { return Results{m(in.at("query"))}; });
}

TEST(Llama, StepsWithACacheGiveWhatAllPositionsGive) {
  NoGrad off;
  manual_seed(5);
  nn::LlamaBlock block(
      {.hidden_size = 16, .num_heads = 4, .intermediate_size = 10, .num_kv_heads = 2});
  const Tensor x = randn({2, 30, 16}), all = block(x);
  nn::KeyValueCache cache;
  for (int64_t from = 0, to = 7; from < 30; from = to, to = from + 1) {
    const Slice here(from, to);
    expect_near("block", block(x[{Slice(), here}], &cache), all[{Slice(), here}], 1e-5);
  }
}

// T5's kind of attention: products without a scale, a number for each distance added.
TEST(GroupedQueryAttention, TakesWhatOtherBlocksNeed) {
  NoGrad off;
  manual_seed(6);
  nn::GroupedQueryAttention attention(
      {.embed_dim = 8, .num_heads = 2, .head_dim = 3, .scale = 1.0, .window_left = 2});
  nn::RelativePositions distances({.num_heads = 2, .num_buckets = 8});
  const Tensor x = randn({1, 5, 8});
  const Tensor y =
      attention(x, nn::GroupedQueryAttentionArgs{.attn_mask = distances(5, 5), .is_causal = true});
  EXPECT_EQ(y.shape(), (Dims{1, 5, 8}));
  const auto heads = [&](nn::Linear& projection) {
    return projection(x).reshape({1, 5, 2, 3}).transpose(1, 2);
  };
  Tensor logits =
      matmul(heads(attention.q_proj), heads(attention.k_proj).transpose(-2, -1)) + distances(5, 5);
  const Tensor apart = arange(5) - unsqueeze(arange(5), 1);
  logits = where(logical_and(apart <= 0, apart >= -2), logits, -INFINITY);
  const Tensor expected = attention.o_proj(
      matmul(logits.softmax(-1), heads(attention.v_proj)).transpose(1, 2).reshape({1, 5, 6}));
  expect_near("output", y, expected, 1e-5);
  EXPECT_NE(message_of([] {
              nn::GroupedQueryAttention({.embed_dim = 8, .num_heads = 4, .num_kv_heads = 3});
            }).find("4 heads do not divide into groups"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
