// A language model of GPT-2's small size (12 layers, 768 features, 12 heads, a vocabulary of 50,257
// tied to the head) with random weights: 64 tokens, one at a time with a cache of keys and values,
// after a prompt of 64. peers/decoding.py is the same in PyTorch. A token is bound by reading the
// 124 million weights once; the last line says how much of the memory's speed that is.
//   build/release/bin/bench_decoding

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/clock.h"
#include "hebb/base/parallel.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "support/arguments.h"

using namespace hebb;

namespace {

constexpr int64_t vocabulary = 50257, width = 768, prompt_length = 64, new_tokens = 64;

struct Gpt2 : nn::Module {
  nn::Embedding tokens{vocabulary, width};
  nn::Positions places{1024, width};
  nn::TransformerEncoder blocks{{.d_model = width,
                                 .nhead = 12,
                                 .dim_feedforward = 4 * width,
                                 .dropout = 0,
                                 .activation = "gelu_tanh",
                                 .batch_first = true,
                                 .norm_first = true},
                                12,
                                true};
  // ids [N, length] -> the scores [N, vocabulary] of the token behind the last one.
  Tensor forward(const Tensor& ids, nn::DecodingCache* cache) {
    const Tensor x = places(tokens(ids), cache ? cache->length() : 0),
                 y = blocks(x, nn::TransformerEncoderArgs{.is_causal = true, .cache = cache});
    return linear(y.select(1, -1), tokens.weight);
  }
  HEBB_FIELDS(tokens, places, blocks)
};

struct Seconds {
  double prompt = 0;
  std::vector<double> tokens;
};

// Greedy; `ids` gets all tokens, `scores` those behind the last one.
Seconds decode(Gpt2& model, const Tensor& prompt, Tensor& ids, Tensor& scores) {
  Seconds seconds;
  nn::DecodingCache cache;
  double begin = steady_seconds();
  const auto lap = [&] {
    const double now = steady_seconds(), took = now - begin;
    begin = now;
    return took;
  };
  ids = prompt;
  scores = model(prompt, &cache);
  Tensor next = argmax(scores, 1, true);
  next.item();
  seconds.prompt = lap();
  for (int64_t i = 0; i < new_tokens; ++i) {
    ids = cat({ids, next}, 1);
    scores = model(next, &cache);
    next = argmax(scores, 1, true);
    next.item();
    seconds.tokens.push_back(lap());
  }
  return seconds;
}

double median(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  return x[x.size() / 2];
}

// GB/s at which all threads read memory that is in no cache.
double read_speed() {
  const Tensor much = ones({int64_t(1) << 27});  // zeros may be one page of memory
  double best = 0;
  for (int round = 0; round < 5; ++round) {
    const double begin = steady_seconds();
    const double total = much.sum().item();
    if (total != double(much.numel()))
      throw std::runtime_error("ones do not add up to their number");
    best = std::max(best, 4 * double(much.numel()) / (steady_seconds() - begin) / 1e9);
  }
  return best;
}

int measure(const Arguments& arguments) {
  manual_seed(1);
  const NoGrad off;
  Gpt2 model;
  model.eval();
  const Tensor prompt = randint(0, vocabulary, {1, prompt_length});
  Tensor ids, scores;
  decode(model, prompt, ids, scores);  // kernels are prepared, weights packed
  const Tensor at_once = model(ids, nullptr);
  const double apart = (at_once - scores).abs().max().item() / at_once.abs().max().item();
  if (!(apart < 1e-4)) {
    fmt::print("wrong: with a cache the scores are {:.2g} from those of all tokens at once\n",
               apart);
    return 1;
  }
  std::vector<double> prompts, tokens;
  const int64_t rounds = arguments.number("--rounds", 3, 1);
  for (int64_t round = 0; round < rounds; ++round) {
    const Seconds seconds = decode(model, prompt, ids, scores);
    prompts.push_back(seconds.prompt);
    tokens.insert(tokens.end(), seconds.tokens.begin(), seconds.tokens.end());
  }
  const double token = median(tokens), best = *std::min_element(tokens.begin(), tokens.end());
  fmt::print("a token: median {:.3f} ms, min {:.3f} of {}; a prompt of {}: {:.1f} ms\n",
             token * 1e3, best * 1e3, tokens.size(), prompt_length, median(prompts) * 1e3);
  const double bytes = 4.0 * double(model.parameter_count() - model.places.weight.tensor().numel());
  fmt::print("{:.0f} MB of weights a token: {:.1f} GB/s of {:.1f}\n", bytes / 1e6,
             bytes / token / 1e9, read_speed());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return measure(Arguments(argc, argv, {.positional = {}, .options = {"--rounds"}, .flags = {}}));
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_decoding: {}\n", error.what());
    return 1;
  }
}
