// How often sequences of tokens occur: what BLEU, ROUGE and chrF count. For .cc files.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hebb::metrics {

using SequenceCounts = std::map<std::vector<std::string_view>, int64_t>;

// Of `order` tokens; the tokens outlive the counts.
inline SequenceCounts sequences(std::span<const std::string> tokens, size_t order) {
  SequenceCounts out;
  for (size_t i = 0; i + order <= tokens.size(); ++i)
    ++out[{tokens.begin() + long(i), tokens.begin() + long(i + order)}];
  return out;
}

inline int64_t total(const SequenceCounts& counts) {
  int64_t sum = 0;
  for (const auto& [sequence, count] : counts)
    sum += count;
  return sum;
}

// How many of `of` are in `among`, each as often as it is there.
inline int64_t shared(const SequenceCounts& of, const SequenceCounts& among) {
  int64_t sum = 0;
  for (const auto& [sequence, count] : of)
    if (const auto found = among.find(sequence); found != among.end())
      sum += std::min(count, found->second);
  return sum;
}

}  // namespace hebb::metrics
