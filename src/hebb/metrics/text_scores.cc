#include "hebb/metrics/text_scores.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "hebb/base/check.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/sequence_counts.h"

namespace hebb::metrics {
namespace {

RougeScore rouge_of(int64_t matches, int64_t reference, int64_t text) {
  RougeScore out;
  out.precision = text > 0 ? double(matches) / double(text) : 0;
  out.recall = reference > 0 ? double(matches) / double(reference) : 0;
  if (matches > 0)
    out.f1 = 2 * out.precision * out.recall / (out.precision + out.recall);
  return out;
}

// A row of the table of longest common subsequences, of one more word of the reference. above,
// [text + 1]: the row before it.
std::vector<int32_t> next_row(const std::vector<int32_t>& above, const std::string& word,
                              std::span<const std::string> text) {
  std::vector<int32_t> row(above.size(), 0);
  for (size_t j = 0; j < text.size(); ++j)
    row[j + 1] = word == text[j] ? above[j] + 1 : std::max(above[j + 1], row[j]);
  return row;
}

// Marks the words of a reference that are in its longest common subsequence with a text; of several
// the one that rouge-score finds, from the end. The table is kept in part, every `step` rows, and
// computed again block by block: texts may be long.
void mark_common(std::span<const std::string> reference, std::span<const std::string> text,
                 std::vector<bool>& common) {
  const size_t step = std::max<size_t>(1, size_t(std::sqrt(double(reference.size()))));
  std::vector<std::vector<int32_t>> kept;
  std::vector<int32_t> row(text.size() + 1, 0);
  for (size_t i = 0; i < reference.size(); ++i) {
    if (i % step == 0)
      kept.push_back(row);
    row = next_row(row, reference[i], text);
  }
  size_t i = reference.size(), j = text.size();
  for (size_t block = kept.size(); block-- > 0;) {
    const size_t first = block * step, end = std::min(first + step, reference.size());
    std::vector<std::vector<int32_t>> rows{kept[block]};
    for (size_t k = first; k < end; ++k)
      rows.push_back(next_row(rows.back(), reference[k], text));
    while (i > first && j > 0) {
      if (reference[i - 1] == text[j - 1]) {
        common[i - 1] = true;
        --i;
        --j;
      } else if (rows[i - first][j - 1] > rows[i - 1 - first][j]) {
        --j;
      } else {
        --i;
      }
    }
  }
}

int64_t words_of(std::span<const Tokens> lines) {
  int64_t count = 0;
  for (const Tokens& line : lines)
    count += int64_t(line.size());
  return count;
}

std::vector<Tokens> rouge_lines(std::string_view text) {
  std::vector<Tokens> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out.push_back(rouge_tokens(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

int64_t edit_distance(std::span<const std::string> a, std::span<const std::string> b) {
  std::vector<int64_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), int64_t(0));
  for (size_t i = 0; i < a.size(); ++i) {
    int64_t diagonal = row[0];
    row[0] = int64_t(i) + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const int64_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

void ErrorRateSums::add(std::span<const std::string> reference, std::span<const std::string> text) {
  edits += edit_distance(reference, text);
  length += int64_t(reference.size());
}
void ErrorRateSums::merge(const ErrorRateSums& other) {
  edits += other.edits;
  length += other.length;
}
double ErrorRateSums::value(Warnings* warnings) const {
  if (length > 0)
    return double(edits) / double(length);
  warn(warnings, "the error rate is undefined: the references are empty");
  return nan;
}

BleuSums::BleuSums(int64_t max_order, BleuSmoothing smoothing) : smoothing_(smoothing) {
  check(max_order >= 1 && max_order <= 16, "max_order is {}, should be from 1 to 16", max_order);
  matches_.resize(size_t(max_order), 0);
  totals_.resize(size_t(max_order), 0);
}

void BleuSums::add(std::span<const Tokens> references, std::span<const std::string> text) {
  check(!references.empty(), "a text has no references");
  const auto length = int64_t(text.size());
  int64_t closest = int64_t(references[0].size());  // of two as close the shorter one
  for (const Tokens& reference : references) {
    const auto own = int64_t(reference.size());
    const int64_t distance = std::abs(own - length), best = std::abs(closest - length);
    if (distance < best || (distance == best && own < closest))
      closest = own;
  }
  length_ += length;
  reference_length_ += closest;
  for (size_t n = 1; n <= matches_.size(); ++n) {
    SequenceCounts most;
    for (const Tokens& reference : references)
      for (const auto& [sequence, count] : sequences(reference, n)) {
        int64_t& known = most[sequence];
        known = std::max(known, count);
      }
    const SequenceCounts own = sequences(text, n);
    matches_[n - 1] += shared(own, most);
    totals_[n - 1] += total(own);
  }
}

void BleuSums::merge(const BleuSums& other) {
  check(matches_.size() == other.matches_.size(), "sums of {} orders cannot be added to {}",
        other.matches_.size(), matches_.size());
  for (size_t n = 0; n < matches_.size(); ++n) {
    matches_[n] += other.matches_[n];
    totals_[n] += other.totals_[n];
  }
  length_ += other.length_;
  reference_length_ += other.reference_length_;
}

double BleuSums::brevity_penalty() const {
  if (length_ >= reference_length_)
    return 1;
  return length_ > 0 ? std::exp(1 - double(reference_length_) / double(length_)) : 0;
}

double BleuSums::value(Warnings* warnings) const {
  if (reference_length_ == 0 && length_ == 0) {
    warn(warnings, "bleu is undefined: there are no texts");
    return nan;
  }
  if (std::all_of(matches_.begin(), matches_.end(), [](int64_t n) { return n == 0; }))
    return 0;  // smoothing makes nothing of nothing
  double logs = 0, smaller = 1;
  for (size_t n = 0; n < matches_.size(); ++n) {
    auto matches = double(matches_[n]);
    if (totals_[n] == 0)
      return 0;  // no text is so long
    if (matches == 0) {
      smaller /= 2;
      matches = smoothing_ == BleuSmoothing::floor         ? 0.1
                : smoothing_ == BleuSmoothing::exponential ? smaller
                                                           : 0;
    }
    if (matches == 0)
      return 0;
    logs += std::log(matches / double(totals_[n]));
  }
  return brevity_penalty() * std::exp(logs / double(matches_.size()));
}

RougeScore rouge_n(std::span<const std::string> reference, std::span<const std::string> text,
                   int64_t order) {
  check(order >= 1, "order is {}, should be at least 1", order);
  const SequenceCounts wanted = sequences(reference, size_t(order)),
                       own = sequences(text, size_t(order));
  return rouge_of(shared(own, wanted), total(wanted), total(own));
}

RougeScore rouge_l(std::span<const std::string> reference, std::span<const std::string> text) {
  std::vector<int64_t> row(text.size() + 1, 0);
  for (const std::string& word : reference) {
    int64_t diagonal = 0;
    for (size_t j = 0; j < text.size(); ++j) {
      const int64_t above = row[j + 1];
      row[j + 1] = word == text[j] ? diagonal + 1 : std::max(above, row[j]);
      diagonal = above;
    }
  }
  return rouge_of(row.back(), int64_t(reference.size()), int64_t(text.size()));
}

RougeScore rouge_lsum(std::span<const Tokens> reference, std::span<const Tokens> text) {
  std::map<std::string_view, int64_t> left;  // in the text, not counted yet
  for (const Tokens& line : text)
    for (const std::string& word : line)
      ++left[word];
  int64_t matches = 0;
  for (const Tokens& line : reference) {
    std::vector<bool> common(line.size());
    for (const Tokens& other : text)
      mark_common(line, other, common);
    for (size_t i = 0; i < line.size(); ++i)
      if (common[i] && left[line[i]] > 0) {
        --left[line[i]];
        ++matches;
      }
  }
  return rouge_of(matches, words_of(reference), words_of(text));
}

void RougeSums::add(std::span<const std::string_view> references, std::string_view text) {
  check(!references.empty(), "a text has no references");
  const Tokens own = rouge_tokens(text);
  const std::vector<Tokens> own_lines = rouge_lines(text);
  std::array<RougeScore, kinds> best{};
  for (size_t i = 0; i < references.size(); ++i) {
    const Tokens wanted = rouge_tokens(references[i]);
    const RougeScore scores[] = {rouge_n(wanted, own, 1), rouge_n(wanted, own, 2),
                                 rouge_l(wanted, own),
                                 rouge_lsum(rouge_lines(references[i]), own_lines)};
    for (size_t k = 0; k < kinds; ++k)
      if (i == 0 || scores[k].f1 > best[k].f1)
        best[k] = scores[k];
  }
  for (size_t k = 0; k < kinds; ++k) {
    sums_[k].precision += best[k].precision;
    sums_[k].recall += best[k].recall;
    sums_[k].f1 += best[k].f1;
  }
  ++texts_;
}

void RougeSums::merge(const RougeSums& other) {
  for (size_t k = 0; k < kinds; ++k) {
    sums_[k].precision += other.sums_[k].precision;
    sums_[k].recall += other.sums_[k].recall;
    sums_[k].f1 += other.sums_[k].f1;
  }
  texts_ += other.texts_;
}

RougeScore RougeSums::mean(Kind kind, Warnings* warnings) const {
  const RougeScore& sum = sums_[size_t(kind)];
  const auto n = double(texts_);
  if (texts_ > 0)
    return {sum.precision / n, sum.recall / n, sum.f1 / n};
  warn(warnings, "rouge is undefined: there are no texts");
  return {nan, nan, nan};
}

double perplexity(double sum_of_nll, int64_t tokens, Warnings* warnings) {
  if (tokens > 0) {
    const double value = std::exp(sum_of_nll / double(tokens));
    if (std::isinf(value))
      warn(warnings, "perplexity is beyond the largest number; log_loss is its logarithm");
    return value;
  }
  warn(warnings, "perplexity is undefined: there are no tokens");
  return nan;
}

}  // namespace hebb::metrics
