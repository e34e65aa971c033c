// Decoding: greedy, samples and beams, over models whose best answers are known.

#include "hebb/nn/generate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"

namespace hebb {
namespace {

using Tokens = std::vector<int64_t>;
using nn::generate;
using nn::GenerateOptions;

// What follows a token has these probabilities, whatever came before.
nn::NextScores chain(const Tensor& probabilities) {
  return [scores = probabilities.log()](const Tensor& tokens, nn::DecodingCache&) {
    return embedding(tokens.select(1, -1), scores);
  };
}
const Tensor three = tensor({{0.1, 0.5, 0.4}, {0.35, 0.34, 0.31}, {0.02, 0.9, 0.08}});

TEST(Generate, GreedyTakesTheLikeliestAndStops) {
  EXPECT_EQ(generate(chain(three), tensor({{0}, {2}}), {.max_new_tokens = 4}),
            (std::vector<Tokens>{{1, 0, 1, 0}, {1, 0, 1, 0}}));
  EXPECT_EQ(generate(chain(three), tensor({{0}, {1}}), {.max_new_tokens = 4, .stop_tokens = {0}}),
            (std::vector<Tokens>{{1, 0}, {0}}));
  EXPECT_EQ(generate(chain(three), tensor({{0}}), {.max_new_tokens = 0}),
            (std::vector<Tokens>{{}}));
}

TEST(Generate, ProbabilitiesOfSamples) {
  const std::vector<double> scores = {std::log(0.1), std::log(0.6), std::log(0.3)};
  const auto near = [](const std::vector<double>& got, const std::vector<double>& expected) {
    for (size_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(got[i], expected[i], 1e-12) << i;
  };
  near(nn::sampling_probabilities(scores, {}), {0.1, 0.6, 0.3});
  near(nn::sampling_probabilities(scores, {.top_k = 2}), {0, 2.0 / 3, 1.0 / 3});
  near(nn::sampling_probabilities(scores, {.top_p = 0.5}), {0, 1, 0});
  near(nn::sampling_probabilities(scores, {.top_p = 0.65}), {0, 2.0 / 3, 1.0 / 3});
  near(nn::sampling_probabilities(scores, {.temperature = 0.5}),
       {0.01 / 0.46, 0.36 / 0.46, 0.09 / 0.46});
}

TEST(Generate, SamplesComeAsOftenAsTheyShould) {
  const Tensor prompt = zeros({2000, 1}, DType::i64);
  const GenerateOptions options = {.max_new_tokens = 1, .do_sample = true, .seed = 11};
  const std::vector<Tokens> all = generate(chain(three), prompt, options);
  std::map<int64_t, double> share;
  for (const Tokens& one : all)
    share[one[0]] += 1.0 / 2000;
  EXPECT_NEAR(share[0], 0.1, 0.03);
  EXPECT_NEAR(share[1], 0.5, 0.04);
  EXPECT_NEAR(share[2], 0.4, 0.04);
  EXPECT_EQ(generate(chain(three), prompt, options), all);
  GenerateOptions other = options;
  other.seed = 12;
  EXPECT_NE(generate(chain(three), prompt, other), all);
  // A row's samples are its own, however many rows there are.
  const std::vector<Tokens> few = generate(chain(three), zeros({3, 1}, DType::i64), options);
  EXPECT_EQ(few, std::vector<Tokens>(all.begin(), all.begin() + 3));
}

// The most probable of all sequences, by trying each.
Tokens best_of_all(int64_t length) {
  const std::vector<double> p = three.to_vector<double>();
  Tokens best;
  double most = -1;
  const auto count = int64_t(std::pow(3, double(length)));
  for (int64_t code = 0; code < count; ++code) {
    Tokens tokens;
    double product = 1;
    int64_t before = 0;
    for (int64_t i = 0, rest = code; i < length; ++i, rest /= 3) {
      tokens.push_back(rest % 3);
      product *= p[size_t(before * 3 + rest % 3)];
      before = rest % 3;
    }
    if (product > most) {
      most = product;
      best = tokens;
    }
  }
  return best;
}

TEST(Generate, BeamsFindWhatGreedyDoesNot) {
  for (int64_t length : {2, 3, 5}) {
    const GenerateOptions options = {.max_new_tokens = length, .num_beams = 9};
    const std::vector<Tokens> found = generate(chain(three), tensor({{0}}), options);
    EXPECT_EQ(found[0], best_of_all(length)) << length;
  }
  EXPECT_NE(best_of_all(2), generate(chain(three), tensor({{0}}), {.max_new_tokens = 2})[0]);
}

// Token 2 ends. From 0: "2" has 0.4; "1 2" 0.5 * 0.31.
TEST(Generate, BeamsRateByLength) {
  const auto best = [](double penalty) {
    return generate(
        chain(three), tensor({{0}}),
        {.max_new_tokens = 6, .num_beams = 3, .length_penalty = penalty, .stop_tokens = {2}})[0];
  };
  EXPECT_EQ(best(0), Tokens{2});
  EXPECT_GT(best(3).size(), 1U);
}

// A model with a cache: beams that are reordered go on from their own positions.
struct Gpt : nn::Module {
  nn::Embedding tokens{11, 16};
  nn::SinusoidalPositions places;
  nn::TransformerEncoder blocks{{.d_model = 16,
                                 .nhead = 2,
                                 .dim_feedforward = 32,
                                 .dropout = 0,
                                 .batch_first = true,
                                 .norm_first = true},
                                2};
  nn::Linear head{16, 11};
  Tensor forward(const Tensor& ids, nn::DecodingCache* cache = nullptr) {
    const Tensor x = places(tokens(ids), cache ? cache->length() : 0);
    return head(blocks(x, nn::TransformerEncoderArgs{.is_causal = true, .cache = cache}));
  }
  HEBB_FIELDS(tokens, places, blocks, head)
};

TEST(Generate, ACacheChangesNothing) {
  manual_seed(8);
  Gpt model;
  model.eval();
  const auto with = [&](const Tensor& ids, nn::DecodingCache& cache) {
    return model(ids, &cache).select(1, -1);
  };
  // Keeps the tokens themselves, and computes all of them anew each time.
  const auto without = [&](const Tensor& ids, nn::DecodingCache& cache) {
    nn::KeyValueCache& kept = cache.layer(0).self;
    const Tensor added = ids.to(f32).reshape({ids.size(0), 1, ids.size(1), 1});
    kept.append(added, added);
    return model(kept.key().reshape({ids.size(0), kept.length()}).to(DType::i64)).select(1, -1);
  };
  const Tensor prompt = tensor({{1, 2, 3}, {4, 5, 6}});
  for (const GenerateOptions& options :
       std::vector<GenerateOptions>{{.max_new_tokens = 20},
                                    {.max_new_tokens = 20, .do_sample = true, .seed = 3},
                                    {.max_new_tokens = 12, .num_beams = 4, .stop_tokens = {7}}})
    EXPECT_EQ(generate(with, prompt, options), generate(without, prompt, options));
}

TEST(Generate, RefusesWhatCannotBe) {
  const auto refusal = [](const nn::NextScores& next, const Tensor& prompt,
                          const GenerateOptions& options) {
    return message_of([&] { generate(next, prompt, options); });
  };
  const Tensor prompt = tensor({{0}});
  for (const auto& [words, message] : std::vector<std::pair<std::string, std::string>>{
           {"temperature", refusal(chain(three), prompt, {.temperature = 0})},
           {"beams take no samples",
            refusal(chain(three), prompt, {.do_sample = true, .num_beams = 2})},
           {"should be integers [N, length]", refusal(chain(three), zeros({1, 2}), {})},
           {"should be scores [1, vocabulary]",
            refusal([](const Tensor&, nn::DecodingCache&) { return zeros({3}); }, prompt, {})},
           {"NaN", refusal(
                       [](const Tensor&, nn::DecodingCache&) {
                         return full({1, 3}, NAN);
                       },
                       prompt, {})}})
    EXPECT_NE(message.find(words), std::string::npos) << message;
}

}  // namespace
}  // namespace hebb
