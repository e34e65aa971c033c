// The words of a category as they are fitted on the training part. For .cc files.
#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/data/cell.h"
#include "hebb/data/steps/row_step.h"
#include "hebb/data/word_numbers.h"

namespace hebb::data {

struct CategoryOptions {
  int64_t most = 100, rare = 5;
  HEBB_FIELDS(most, rare)
  static constexpr Note notes[] = {
      {.field = "most",
       .place = 1,
       .at_least = 1,
       .at_most = 1 << 20,
       .what =
           "words of a column that are told apart, the most frequent; the others are rare ones"},
      {.field = "rare",
       .at_least = 1,
       .what = "words that come less often in training share one slot, with those never seen"}};
};

struct CategoryColumn {
  std::string name;
  std::vector<std::string> values;  // sorted
  std::vector<double> shares;       // of each in training, and of the rare ones behind them
  int64_t usual = 0;                // the most frequent one: what a missing word becomes
  bool other = false;               // rare ones were there, so theirs is a slot that was trained
  bool says_so = false;             // words were missing in training
  WordNumbers places = {};          // of the values
  HEBB_FIELDS(name, values, shares, usual, other, says_so)

  void check() const {
    for (size_t i = 1; i < values.size(); ++i)
      check_state(values[i - 1] < values[i], fmt::format("values[{}]", i),
                  "is {} behind {}; words should be sorted, each once", shown_cell(values[i]),
                  shown_cell(values[i - 1]));
    check_state(!values.empty() || other, "values",
                "is empty, should hold a word where other is false");
    check_state(shares.size() == values.size() + 1, "shares",
                "has {} numbers, should have {}: one for each of values, and one for rare words",
                shares.size(), values.size() + 1);
    for (size_t i = 0; i < shares.size(); ++i)
      check_state(shares[i] >= 0, fmt::format("shares[{}]", i),
                  "is {}, should be at least 0: a part of the rows of the training", shares[i]);
    check_state(usual >= 0 && usual <= int64_t(values.size()), "usual",
                "is {}, should be from 0 to {}: the place of a word in values", usual,
                values.size());
  }

  void make_ready() {
    places = {};
    for (const std::string& value : values)
      places.add(value);
  }

  // The place among the values; -1: rare or never seen.
  int64_t place(std::string_view word) const { return places.find(word); }

  // As RowStep::unlike() has it. Rare words are not kept, so that they look like new ones.
  std::string unlike(std::string_view word) const {
    if (word.empty())
      return std::string(says_so ? "" : newly_empty);
    if (place(word) >= 0)
      return {};
    return fmt::format("{}, which {} of the training", shown_cell(word),
                       other ? "is in few rows or none" : "is in no row");
  }
};

// Source of the rule: words that are seen fewer than `rare` times teach nothing of themselves, but
// together they teach what an unknown word is like.
inline std::vector<CategoryColumn> fit_categories(const Fitting& training,
                                                  const CategoryOptions& options) {
  struct Seen {
    std::string name;
    WordCounter counter = {};
    int64_t missing = 0;
  };
  std::vector<Seen> columns;
  for (const Field& field : training.schema())
    if (is_word(field))
      columns.push_back({.name = field.name});
  std::vector<std::vector<Seen>> parts(size_t(training.parts()), columns);
  training.each_block([&](int64_t part, const Record& record) {
    std::vector<Seen>& seen = parts[size_t(part)];
    size_t next = 0;
    for (const auto& [name, value] : record.values) {
      if (next == seen.size())
        break;
      if (name != seen[next].name)
        continue;
      Seen& column = seen[next++];
      for (int64_t i = 0; i < value.samples(); ++i) {
        const std::string_view word = value.text(i);
        if (word.empty())
          ++column.missing;
        else
          column.counter.add(word);
      }
    }
  });
  std::vector<CategoryColumn> out;
  for (size_t c = 0; c < columns.size(); ++c) {
    Seen& column = columns[c];
    for (std::vector<Seen>& part : parts) {
      column.missing += part[c].missing;
      for (const auto& [word, count] : std::move(part[c].counter).take())
        column.counter.add(word, count);
    }
    WordCounts words = std::move(column.counter).take();
    std::sort(words.begin(), words.end(), [](const auto& a, const auto& b) {
      return a.second != b.second ? a.second > b.second : a.first < b.first;
    });
    CategoryColumn made{.name = column.name,
                        .values = {},
                        .shares = {},
                        .usual = 0,
                        .other = false,
                        .says_so = column.missing > 0};
    double all = 0, rare = 0;
    std::vector<std::pair<std::string, double>> kept;
    for (const auto& [word, count] : words) {
      all += double(count);
      // The most frequent one is kept, so that there is one.
      if (kept.empty() || (count >= options.rare && int64_t(kept.size()) < options.most))
        kept.emplace_back(word, double(count));
      else
        rare += double(count);
    }
    const std::string usual = kept.empty() ? "" : kept[0].first;
    std::sort(kept.begin(), kept.end());
    for (const auto& [word, count] : kept) {
      made.values.push_back(word);
      made.shares.push_back(count / all);
    }
    made.shares.push_back(all > 0 ? rare / all : 0);
    made.other = rare > 0 || kept.empty();
    made.make_ready();
    made.usual = std::max<int64_t>(made.place(usual), 0);
    out.push_back(std::move(made));
  }
  return out;
}

}  // namespace hebb::data
