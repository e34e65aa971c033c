// Measures of texts against reference texts: error rates of words and characters, BLEU, ROUGE,
// perplexity. Sums over texts, so batches add up.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/metrics/text_tokens.h"
#include "hebb/metrics/warnings.h"

namespace hebb::metrics {

// How few insertions, deletions and replacements turn one into the other. Levenshtein 1966.
int64_t edit_distance(std::span<const std::string> a, std::span<const std::string> b);

// Edits over the length of the references: word error rate for words, character error rate for
// characters. May be above 1.
struct ErrorRateSums {
  int64_t edits = 0, length = 0;
  void add(std::span<const std::string> reference, std::span<const std::string> text);
  void merge(const ErrorRateSums& other);
  double value(Warnings* warnings = nullptr) const;  // NaN, with a warning, without references
};

// BLEU of a corpus, from 0 to 1: the geometric mean of the precisions of sequences of one to
// max_order words, less for texts shorter than their references. Papineni et al. 2002. Smoothing,
// of orders that no sequence matches: none (BLEU is 0 then), floor (0.1 matches), exponential (a
// half, a quarter ... of one). sacreBLEU's number is 100 times that of bleu_tokens() with
// exponential smoothing.
enum class BleuSmoothing { none, floor, exponential };
class BleuSums {
 public:
  explicit BleuSums(int64_t max_order = 4, BleuSmoothing smoothing = BleuSmoothing::none);
  // One text and the references that it may be like. Error: no references.
  void add(std::span<const Tokens> references, std::span<const std::string> text);
  void merge(const BleuSums& other);
  double value(Warnings* warnings = nullptr) const;  // NaN, with a warning, without texts
  double brevity_penalty() const;

 private:
  BleuSmoothing smoothing_;
  std::vector<int64_t> matches_, totals_;  // by order
  int64_t length_ = 0, reference_length_ = 0;
};

// ROUGE: what a summary shares with its reference. Lin 2004.
struct RougeScore {
  double precision = 0, recall = 0, f1 = 0;
};
RougeScore rouge_n(std::span<const std::string> reference, std::span<const std::string> text,
                   int64_t order);  // sequences of `order` words
RougeScore rouge_l(std::span<const std::string> reference,
                   std::span<const std::string> text);  // the longest common subsequence
// Of summaries line by line: the words of a reference's line that it has in common, in order, with
// any line of the text; each word of the text counts once.
RougeScore rouge_lsum(std::span<const Tokens> reference, std::span<const Tokens> text);

// Means over texts, in rouge_tokens(); of several references the one with the best F1 counts.
class RougeSums {
 public:
  enum Kind { words, pairs, longest, by_lines };  // rouge1, rouge2, rougeL, rougeLsum
  void add(std::span<const std::string_view> references, std::string_view text);
  void merge(const RougeSums& other);
  // NaN, with a warning, without texts.
  RougeScore mean(Kind kind, Warnings* warnings = nullptr) const;

 private:
  static constexpr size_t kinds = 4;
  std::array<RougeScore, kinds> sums_{};
  int64_t texts_ = 0;
};

// exp of the mean negative log-likelihood (nats) of tokens. NaN, with a warning, without tokens;
// infinite, with a warning, from about 709.8 nats on.
double perplexity(double sum_of_nll, int64_t tokens, Warnings* warnings = nullptr);

}  // namespace hebb::metrics
