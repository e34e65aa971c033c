#include "hebb/metrics/meteor.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/lower_case.h"
#include "hebb/metrics/nan.h"

namespace hebb::metrics {
namespace {

// Of each word of the text its place in the reference; -1: none.
std::vector<int64_t> matches_of(std::span<const std::string> reference,
                                std::span<const std::string> text) {
  std::unordered_map<std::string_view, std::vector<int64_t>> free;  // rising
  for (size_t i = 0; i < reference.size(); ++i)
    free[reference[i]].push_back(int64_t(i));
  std::vector<int64_t> out(text.size(), -1);
  for (size_t i = text.size(); i-- > 0;) {
    const auto places = free.find(text[i]);
    if (places == free.end() || places->second.empty())
      continue;
    out[i] = places->second.back();
    places->second.pop_back();
  }
  return out;
}

}  // namespace

double meteor(std::span<const std::string> reference, std::span<const std::string> text,
              const MeteorOptions& options) {
  const std::vector<int64_t> places = matches_of(reference, text);
  double matches = 0, chunks = 0;  // a chunk: words that follow one another in both
  for (size_t i = 0; i < places.size(); ++i) {
    if (places[i] < 0)
      continue;
    ++matches;
    chunks += i == 0 || places[i - 1] < 0 || places[i] != places[i - 1] + 1;
  }
  if (matches == 0)
    return 0;
  const double precision = matches / double(text.size()),
               recall = matches / double(reference.size()),
               mean =
                   precision * recall / (options.alpha * precision + (1 - options.alpha) * recall);
  return (1 - options.gamma * std::pow(chunks / matches, options.beta)) * mean;
}

Tokens meteor_tokens(std::string_view text) {
  Tokens out = bleu_tokens(text);
  for (std::string& token : out)
    token = lower_case(token);
  return out;
}

void MeteorSums::add(std::span<const Tokens> references, std::span<const std::string> text) {
  check(!references.empty(), "a text has no references");
  double best = 0;
  for (const Tokens& reference : references)
    best = std::max(best, meteor(reference, text, options_));
  sum_ += best;
  ++texts_;
}

void MeteorSums::merge(const MeteorSums& other) {
  sum_ += other.sum_;
  texts_ += other.texts_;
}

double MeteorSums::value(Warnings* warnings) const {
  if (texts_ > 0)
    return sum_ / double(texts_);
  warn(warnings, "meteor is undefined: there are no texts");
  return nan;
}

}  // namespace hebb::metrics
