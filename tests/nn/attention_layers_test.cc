// Layers of attention against PyTorch's values, forward and every gradient
// (tests/reference/attention_layers.npz, which attention_layers.py writes), and with caches against
// all positions at once.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/autograd/no_grad.h"
#include "hebb/nn/build.h"
#include "hebb/nn/layer_lines.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "nn/attention_cases.h"
#include "support/layer_lines_of.h"
#include "support/message_of.h"
#include "support/same_bits.h"

namespace hebb {
namespace {

using namespace attention_cases;
using nn::MultiheadAttention;

Results pair(std::pair<Tensor, Tensor> both) {
  return {both.first, both.second};
}
Tensor not_later(int64_t length) {  // true where a key is behind the query, and left out
  return arange(double(length)) > unsqueeze(arange(double(length)), 1);
}

TEST(MultiheadAttention, AgreesWithPyTorch) {
  using M = MultiheadAttention;
  agrees<M>("self", M(8, 2), [](M& m, Given in) {
    const Tensor& x = in.at("query");
    return pair(m.with_weights(x, x, x));
  });
  agrees<M>("cross", M({.embed_dim = 8, .num_heads = 2, .batch_first = true}), [](M& m, Given in) {
    return pair(m.with_weights(in.at("query"), in.at("key"), in.at("key"),
                               {.average_attn_weights = false}));
  });
  agrees<M>("sizes", M({.embed_dim = 6, .num_heads = 3, .bias = false, .kdim = 4, .vdim = 5}),
            [](M& m, Given in) {
              return pair(m.with_weights(in.at("query"), in.at("key"), in.at("value")));
            });
  agrees<M>("one sequence", M(8, 4), [](M& m, Given in) {
    const Tensor& x = in.at("query");
    return pair(m.with_weights(x, x, x, {.key_padding_mask = in.at("key_padding_mask")}));
  });
  agrees<M>("added keys",
            M({.embed_dim = 8, .num_heads = 2, .add_bias_kv = true, .add_zero_attn = true}),
            [](M& m, Given in) {
              const Tensor& x = in.at("query");
              return pair(m.with_weights(x, x, x, {.attn_mask = in.at("attn_mask")}));
            });
  const nn::MultiheadAttentionOptions first = {.embed_dim = 8, .num_heads = 2, .batch_first = true};
  agrees<M>("padding", M(first), [](M& m, Given in) {
    const Tensor& x = in.at("query");
    return pair(m.with_weights(x, x, x, {.key_padding_mask = in.at("key_padding_mask")}));
  });
  agrees<M>("causal", M(first), [](M& m, Given in) {
    const Tensor& x = in.at("query");
    return Results{
        m(x, x, x,
          nn::AttentionArgs{.key_padding_mask = in.at("key_padding_mask"), .is_causal = true})};
  });
  agrees<M>("mask of heads", M(first), [](M& m, Given in) {
    return pair(m.with_weights(in.at("query"), in.at("key"), in.at("key"),
                               {.attn_mask = in.at("attn_mask")}));
  });
  nn::MultiheadAttentionOptions added = first;
  added.add_bias_kv = true;
  agrees<M>("float and bool", M(added), [](M& m, Given in) {
    const Tensor& x = in.at("query");
    return pair(m.with_weights(
        x, x, x, {.attn_mask = in.at("attn_mask"), .key_padding_mask = in.at("key_padding_mask")}));
  });
}

// Without weights in memory the numbers are the same: of every mask, and of keys that are added.
TEST(MultiheadAttention, GivesTheSameWithAndWithoutWeights) {
  manual_seed(1);
  for (const bool more : {false, true}) {
    MultiheadAttention m({.embed_dim = 8,
                          .num_heads = 2,
                          .add_bias_kv = more,
                          .add_zero_attn = more,
                          .batch_first = true});
    const Tensor x = randn({2, 5, 8});
    const Tensor padding = Tensor::from<bool>({0, 0, 0, 0, 1, 0, 1, 0, 1, 0}, {2, 5});
    for (const nn::AttentionArgs& args : std::vector<nn::AttentionArgs>{
             {},
             {.is_causal = true},
             {.attn_mask = randn({5, 5}), .is_causal = true},
             {.attn_mask = randn({4, 5, 5}), .key_padding_mask = padding},
             {.attn_mask = not_later(5), .key_padding_mask = padding, .is_causal = true}})
      expect_near("output", m(x, x, x, args), m.with_weights(x, x, x, args).first, 1e-6);
  }
}

TEST(MultiheadAttention, BeginsAsPyTorchs) {
  manual_seed(2);
  MultiheadAttention m({.embed_dim = 64, .num_heads = 4, .add_bias_kv = true});
  const double limit = std::sqrt(6.0 / (64 + 3 * 64));
  EXPECT_LE(m.in_proj_weight->tensor().abs().max().item(), limit);
  EXPECT_GT(m.in_proj_weight->tensor().abs().max().item(), 0.99 * limit);
  EXPECT_EQ(m.in_proj_bias->tensor().abs().max().item(), 0);
  EXPECT_EQ(m.out_proj.bias->tensor().abs().max().item(), 0);
  EXPECT_NEAR(m.bias_k->tensor().std().item(), 1 / std::sqrt(64.0), 0.04);
  const std::string refusal = message_of([] { MultiheadAttention(10, 4); });
  EXPECT_NE(refusal.find("embed_dim 10 does not divide into 4 heads"), std::string::npos)
      << refusal;
}

TEST(MultiheadAttention, DropoutIsOfTrainingAlone) {
  manual_seed(3);
  MultiheadAttention m({.embed_dim = 8, .num_heads = 2, .dropout = 0.5, .batch_first = true});
  Tensor x = randn({2, 5, 8});
  x.requires_grad_();
  const Tensor trained = m(x, x, x), again = m(x, x, x);
  EXPECT_GT((trained - again).abs().max().item(), 1e-3);
  trained.sum().backward();
  EXPECT_TRUE(std::isfinite(x.grad().abs().sum().item()));
  const Tensor dropped = m.with_weights(x, x, x, {.average_attn_weights = false}).second;
  EXPECT_GT((dropped == 0).to(f32).mean().item(), 0.2);
  m.eval();
  expect_near("evaluation", m(x, x, x), m.with_weights(x, x, x).first, 1e-6);
}

TEST(MultiheadAttention, ComputesInHalves) {
  NoGrad off;
  manual_seed(4);
  nn::TransformerEncoderLayer layer(
      {.d_model = 16, .nhead = 2, .dim_feedforward = 32, .dropout = 0, .batch_first = true});
  const Tensor x = randn({2, 6, 16}), expected = layer(x);
  layer.to(DType::bf16);
  const Tensor y = layer(x.to(DType::bf16));
  EXPECT_EQ(y.dtype(), DType::bf16);
  expect_near("bf16", y, expected, 0.05);
}

// Results and gradients of halves are halves: those of f32, rounded once. A mask may be f32.
TEST(Attention, ComputesHalvesInSingle) {
  manual_seed(6);
  for (const DType half : {DType::bf16, DType::f16}) {
    std::vector<Tensor> halves, wholes;
    for (int i = 0; i < 3; ++i) {
      halves.push_back(randn({2, 2, 7, 8}).to(half));
      wholes.push_back(halves.back().to(f32));
      halves.back().requires_grad_();
      wholes.back().requires_grad_();
    }
    const Tensor mask = randn({7, 7}),
                 got = scaled_dot_product_attention(halves[0], halves[1], halves[2], mask),
                 expected = scaled_dot_product_attention(wholes[0], wholes[1], wholes[2], mask);
    EXPECT_TRUE(same_bits(got, expected.to(half)));
    got.sum().backward();
    expected.sum().backward();
    for (size_t i = 0; i < 3; ++i)
      EXPECT_TRUE(same_bits(halves[i].grad(), wholes[i].grad().to(half))) << i;
  }
}

TEST(MultiheadAttention, PrintsAsPyTorchs) {
  nn::TransformerEncoderLayer layer(8, 2);
  const std::string text = to_string(layer);
  EXPECT_NE(text.find("(self_attn): MultiheadAttention(\n    (out_proj): "), std::string::npos)
      << text;
}

TEST(MultiheadAttention, RefusesWhatDoesNotFit) {
  MultiheadAttention m(8, 2);
  const Tensor x = ones({3, 2, 8});
  const auto refusal = [&](const Tensor& key, const nn::AttentionArgs& args) {
    return message_of([&] { m(x, key, key, args); });
  };
  EXPECT_NE(refusal(ones({3, 2, 7}), {}).find("key [3, 2, 7] should be [length, N, 8]"),
            std::string::npos);
  EXPECT_NE(refusal(ones({3, 1, 8}), {}).find("the same N"), std::string::npos);
  EXPECT_NE(refusal(x, {.attn_mask = ones({3, 4})}).find("attn_mask [3, 4] should be [3, 3]"),
            std::string::npos);
  EXPECT_NE(refusal(x, {.key_padding_mask = ones({2, 3}, DType::i64)}).find("bool or floating"),
            std::string::npos);
}

// They are what the operator multiplies value with, whatever says which keys are seen.
TEST(AttentionWeights, AreTheOperators) {
  manual_seed(7);
  const Tensor q = randn({2, 4, 5, 3}), k = randn({2, 2, 6, 3}), v = randn({2, 2, 6, 3});
  const Tensor mask = Tensor::from<bool>(
      {1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1},
      {5, 6});
  ScaledDotProductAttentionAttrs grouped;
  grouped.enable_gqa = true;
  grouped.window_left = 3;
  const Tensor slopes = nn::alibi_slopes(4);
  const Tensor weights = attention_weights(q, k, mask, grouped, slopes);
  const Tensor values = v.unsqueeze(2).expand({2, 2, 2, 6, 3}).reshape({2, 4, 6, 3});
  expect_near("output", matmul(weights, values),
              scaled_dot_product_attention(q, k, v, mask, grouped, slopes), 1e-6);
  // The second query sees no key.
  expect_near("sums of rows", weights.sum(-1)[{0, 0}], tensor({1., 0., 1., 1., 1.}), 1e-6);
}

// A model of these layers can be saved as a run: its layers have lines.
TEST(TransformerEncoder, HasALineOfAConfiguration) {
  const std::string line = "transformer_encoder 2 4 dim_feedforward=12 norm=true is_causal=true";
  nn::Sequential built = nn::build({line}, {5, 8});
  EXPECT_EQ(test::lines_of(nn::layer_lines(built, {5, 8})), std::vector<std::string>{line});
  nn::Sequential other(nn::TransformerEncoder({.d_model = 8, .nhead = 4}, 2));
  const std::string refusal = message_of([&] { nn::layer_lines(other, {5, 8}); });
  EXPECT_NE(refusal.find("is not what its line"), std::string::npos) << refusal;
}

const nn::TransformerLayerOptions plain = {.d_model = 8, .nhead = 2, .dim_feedforward = 12};
nn::TransformerLayerOptions batch_first() {
  nn::TransformerLayerOptions o = plain;
  o.batch_first = true;
  return o;
}

TEST(Transformer, LayersAgreeWithPyTorch) {
  using E = nn::TransformerEncoderLayer;
  using D = nn::TransformerDecoderLayer;
  agrees<E>("encoder layer", E(plain), [](E& m, Given in) { return Results{m(in.at("src"))}; });
  nn::TransformerLayerOptions o = batch_first();
  o.activation = "gelu";
  o.norm_first = true;
  o.layer_norm_eps = 1e-3;
  agrees<E>("encoder layer, norm first", E(o), [](E& m, Given in) {
    return Results{m(in.at("src"), nn::TransformerEncoderArgs{
                                       .src_mask = not_later(4),
                                       .src_key_padding_mask = in.at("src_key_padding_mask")})};
  });
  o = plain;
  o.bias = false;
  agrees<E>("encoder layer, no bias", E(o),
            [](E& m, Given in) { return Results{m(in.at("src"))}; });
  agrees<D>("decoder layer", D(plain), [](D& m, Given in) {
    return Results{
        m(in.at("tgt"), in.at("memory"), nn::TransformerDecoderArgs{.tgt_is_causal = true})};
  });
  o = batch_first();
  o.activation = "silu";
  o.norm_first = true;
  agrees<D>("decoder layer, norm first", D(o), [](D& m, Given in) {
    return Results{
        m(in.at("tgt"), in.at("memory"),
          nn::TransformerDecoderArgs{.memory_mask = in.at("memory_mask"),
                                     .memory_key_padding_mask = in.at("memory_key_padding_mask")})};
  });
}

TEST(Transformer, StacksAgreeWithPyTorch) {
  using E = nn::TransformerEncoder;
  using D = nn::TransformerDecoder;
  using T = nn::Transformer;
  agrees<E>("encoder", E(batch_first(), 2, true), [](E& m, Given in) {
    return Results{m(in.at("src"), nn::TransformerEncoderArgs{.is_causal = true})};
  });
  agrees<D>("decoder", D(batch_first(), 2, true), [](D& m, Given in) {
    return Results{
        m(in.at("tgt"), in.at("memory"), nn::TransformerDecoderArgs{.tgt_mask = not_later(4)})};
  });
  agrees<T>(
      "transformer",
      T({.d_model = 8,
         .nhead = 2,
         .num_encoder_layers = 1,
         .num_decoder_layers = 2,
         .dim_feedforward = 12,
         .batch_first = true}),
      [](T& m, Given in) {
        return Results{m(in.at("src"), in.at("tgt"),
                         nn::TransformerArgs{.tgt_mask = T::generate_square_subsequent_mask(4),
                                             .src_key_padding_mask = in.at("padding"),
                                             .memory_key_padding_mask = in.at("padding")})};
      });
}

// By lengths what key_padding_mask gives, in a stack and in a layer; where times are known, they go
// on to the next layer.
TEST(Transformer, TakesSequencesOfDifferentLengths) {
  manual_seed(5);
  nn::TransformerEncoder encoder(batch_first(), 2, true);
  nn::TransformerEncoderLayer layer(batch_first());
  encoder.eval();
  layer.eval();
  const Tensor x = randn({3, 5, 8}), lengths = tensor({2, 5, 1});
  const nn::TransformerEncoderArgs masked = {
      .src_key_padding_mask = arange(5, DType::i64).unsqueeze(0) >= lengths.unsqueeze(1)};
  const nn::Sequence out = encoder(nn::Sequence{x, lengths, true});
  expect_near("encoder", out.values, encoder(x, masked), 0);
  EXPECT_TRUE(out.lengths.same(lengths));
  EXPECT_FALSE(out.two_ways) << "each feature looks at all times";
  expect_near("layer", layer(nn::Sequence{x, lengths}).values, layer(x, masked), 0);
  expect_near("no lengths", encoder(nn::Sequence{x}).values, encoder(x), 0);
  nn::TransformerEncoder time_first({.d_model = 8, .nhead = 2}, 1);
  EXPECT_NE(message_of([&] {
              time_first(nn::Sequence{x, lengths});
            }).find("need batch_first = true"),
            std::string::npos);
}

// Position by position with a cache, and some at once: what all at once give.
TEST(Transformer, StepsWithACacheGiveWhatAllPositionsGive) {
  NoGrad off;
  manual_seed(4);
  const Tensor src = randn({2, 40, 8}), memory = randn({2, 7, 8});
  const auto piece = [&](int64_t from, int64_t to) { return src[{Slice(), Slice(from, to)}]; };
  nn::TransformerEncoder encoder(batch_first(), 2, true);
  nn::TransformerDecoder decoder(batch_first(), 2);
  encoder.eval();
  decoder.eval();
  const Tensor encoded = encoder(src, nn::TransformerEncoderArgs{.is_causal = true}),
               decoded = decoder(src, memory, nn::TransformerDecoderArgs{.tgt_is_causal = true});
  nn::DecodingCache of_encoder, of_decoder;
  for (int64_t from = 0, to = 5; from < 40; from = to, to = from + 1) {
    const Slice here(from, to);
    expect_near("encoder",
                encoder(piece(from, to),
                        nn::TransformerEncoderArgs{.is_causal = true, .cache = &of_encoder}),
                encoded[{Slice(), here}], 1e-5);
    expect_near("decoder",
                decoder(piece(from, to), memory,
                        nn::TransformerDecoderArgs{.tgt_is_causal = true, .cache = &of_decoder}),
                decoded[{Slice(), here}], 1e-5);
    EXPECT_EQ(of_encoder.length(), to);
  }
}

}  // namespace
}  // namespace hebb
