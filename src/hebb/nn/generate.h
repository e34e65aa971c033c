// Decoding: sequences of tokens from any model that says how likely each token is to follow.
//
//   const auto next = [&](const Tensor& tokens, nn::DecodingCache& cache) {
//     return model(tokens, {.cache = &cache}).select(1, -1);    // [N, vocabulary]
//   };
//   const auto answers = nn::generate(next, prompt, {.max_new_tokens = 50, .num_beams = 4});
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/base/note.h"
#include "hebb/nn/key_value_cache.h"

namespace hebb::nn {

struct GenerateOptions {
  int64_t max_new_tokens = 20;
  bool do_sample = false;     // false: the likeliest token
  double temperature = 1;     // of samples: below 1 the likely ones become likelier
  int64_t top_k = 0;          // samples are of the k likeliest tokens only; 0: of all
  double top_p = 1;           // and of the fewest whose probabilities add up to this
  int64_t num_beams = 1;      // sequences that are kept side by side, without samples
  double length_penalty = 1;  // beams are compared by log probability / length^length_penalty
  std::vector<int64_t> stop_tokens = {};  // end a sequence, and are its last token
  std::optional<int64_t> seed = {};       // of the samples; none: the program's random state
  HEBB_FIELDS(max_new_tokens, do_sample, temperature, top_k, top_p, num_beams, length_penalty,
              stop_tokens, seed)
  static constexpr Note notes[] = {
      {.field = "max_new_tokens", .at_least = 0},
      {.field = "temperature", .above = 0, .hint = "do_sample = false takes the likeliest token"},
      {.field = "top_k", .at_least = 0},
      {.field = "top_p", .above = 0, .at_most = 1},
      {.field = "num_beams", .at_least = 1}};
};

// tokens [N, new], which go on from what the cache holds, -> the scores [N, vocabulary] of the
// token behind the last one. The model adds to the cache.
using NextScores = std::function<Tensor(const Tensor& tokens, DecodingCache& cache)>;

// prompt: integers [N, length], length at least 1 -> what follows each row, without the prompt.
// The samples of a row do not depend on the other rows. Nothing is recorded for gradients.
// Error (usage): options out of their bounds, beams with samples. Error: a prompt or scores of
// another shape, scores that are NaN.
std::vector<std::vector<int64_t>> generate(const NextScores& next, const Tensor& prompt,
                                           const GenerateOptions& options = {});

// The probabilities of scores [vocabulary] as samples are drawn from them: 0 for what top_k and
// top_p leave out.
std::vector<double> sampling_probabilities(const std::vector<double>& scores,
                                           const GenerateOptions& options);

}  // namespace hebb::nn
