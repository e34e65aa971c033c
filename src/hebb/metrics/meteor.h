// METEOR: how far the words of a text are those of its reference, and in its order. The exact form:
// words match where they are equal, without stems and synonyms, as nltk's meteor_score gives it
// with a stemmer that changes nothing and an empty WordNet. Source: Banerjee and Lavie 2005; the
// parameters are nltk's.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hebb/metrics/text_tokens.h"
#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

struct MeteorOptions {
  double alpha = 0.9;              // how much recall counts beside precision
  double beta = 3.0, gamma = 0.5;  // the penalty is gamma (chunks / matches)^beta
};

// From 0 to 1. Each word of the text, from the last to the first, takes the last word of the
// reference that is equal and still free. Capitals are the caller's: meteor_tokens() has none.
double meteor(std::span<const std::string> reference, std::span<const std::string> text,
              const MeteorOptions& options = {});

// bleu_tokens() in small letters (A to Z).
Tokens meteor_tokens(std::string_view text);

// The mean over texts; of several references the best one counts.
class MeteorSums {
 public:
  explicit MeteorSums(MeteorOptions options = {}) : options_(options) {}
  // Error: no references.
  void add(std::span<const Tokens> references, std::span<const std::string> text);
  void merge(const MeteorSums& other);
  double value(Warnings* warnings = nullptr) const;  // NaN, with a warning, without texts

 private:
  MeteorOptions options_;
  double sum_ = 0;
  int64_t texts_ = 0;
};

}  // namespace hebb::metrics
