#include "hebb/base/nearest.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "hebb/base/lower_case.h"

namespace hebb {
namespace {

// Longer ones are compared by their beginning, so that the time stays bounded.
constexpr size_t longest_word = 64;
constexpr size_t most_listed = 12, some = 5;  // words: that are listed whole; of more of them

std::string plain(std::string_view word) {
  std::string out(word.substr(0, longest_word));
  for (char& c : out)
    c = c == '-' ? '_' : lower_case(c);
  return out;
}

std::string quoted(const std::vector<std::string>& words, std::string_view last_separator) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0)
      out += i + 1 == words.size() ? last_separator : std::string_view(", ");
    out += "'" + words[i] + "'";
  }
  return out;
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j)
    row[j] = int(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = int(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

std::vector<std::string> nearest_words(std::string_view word, const std::vector<std::string>& known,
                                       size_t limit) {
  const std::string given = plain(word);
  std::vector<std::pair<int, std::string>> near;
  for (const std::string& candidate : known) {
    const std::string other = plain(candidate);
    const size_t shorter = std::min(given.size(), other.size());
    int distance = edit_distance(given, other);
    if (shorter >= 2 && given.substr(0, shorter) == other.substr(0, shorter))
      distance = std::min(distance, 1);
    const int allowed = std::max(1, int(std::max(given.size(), other.size())) / 3);
    if (distance <= allowed && distance < int(other.size()))
      near.emplace_back(distance, candidate);
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (const auto& [distance, candidate] : near) {
    if (out.size() == limit || distance > near.front().first + 1)
      break;
    if (std::find(out.begin(), out.end(), candidate) == out.end())
      out.push_back(candidate);
  }
  return out;
}

std::string known_words(std::string_view word, const std::vector<std::string>& known) {
  std::vector<std::string> words;
  std::unordered_set<std::string_view> seen;
  for (const std::string& one : known)
    if (seen.insert(one).second)
      words.push_back(one);
  if (words.size() <= most_listed)
    return quoted(words, " and ");
  const std::string given = plain(word);
  std::vector<std::pair<int, size_t>> order;
  for (size_t i = 0; i < words.size(); ++i)
    order.emplace_back(edit_distance(given, plain(words[i])), i);
  std::partial_sort(order.begin(), order.begin() + some, order.end());
  std::vector<std::string> nearest;
  for (size_t i = 0; i < some; ++i)
    nearest.push_back(words[order[i].second]);
  return std::to_string(words.size()) + ", such as " + quoted(nearest, " and ");
}

std::string unknown_word(std::string_view thing, std::string_view word,
                         const std::vector<std::string>& known) {
  std::string message =
      "unknown " + std::string(thing) + " '" + std::string(word.substr(0, longest_word)) + "'";
  const std::vector<std::string> near = nearest_words(word, known);
  if (!near.empty())
    return message + "; did you mean " + quoted(near, " or ") + "?";
  if (known.empty())
    return message + "; none is known here";
  return message + "; known are " + known_words(word, known);
}

}  // namespace hebb
