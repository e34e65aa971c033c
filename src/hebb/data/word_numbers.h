// Numbers words in the order in which they come: 0, 1, 2, ... Columns hold the same few short words
// again and again, so those of up to sixteen bytes are compared as two numbers, without a hash of
// their bytes. For .cc files.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/data/text_hash.h"

namespace hebb::data {

class WordNumbers {
 public:
  WordNumbers() : places_(64) {}

  int64_t size() const { return count_; }

  // The number of a word; -1: it has none.
  int64_t find(std::string_view word) const {
    if (word.size() > most_short) {
      const auto found = longer_.find(word);
      return found == longer_.end() ? -1 : found->second;
    }
    return places_[place_of(short_word(word))].number;
  }

  // The number of a word, which is a new one where it has none.
  int64_t add(std::string_view word) {
    if (word.size() > most_short) {
      const auto found = longer_.find(word);
      return found != longer_.end() ? found->second : longer_.emplace(word, count_++).first->second;
    }
    const Short key = short_word(word);
    Place& place = places_[place_of(key)];
    if (place.number >= 0)
      return place.number;
    place = {key, count_};
    const int64_t number = count_++;
    if (++short_words_ * 2 > places_.size())
      grow();
    return number;
  }

 private:
  static constexpr size_t most_short = 16;

  struct Short {
    uint64_t head = 0, tail = 0;  // the first and the last eight bytes, which may overlap
    uint64_t size = 0;
    bool operator==(const Short&) const = default;
  };
  struct Place {
    Short word;
    int64_t number = -1;
  };

  template <class T>
  static uint64_t load(const char* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  static Short short_word(std::string_view word) {
    const char *first = word.data(), *end = first + word.size();
    if (word.size() >= 8)
      return {load<uint64_t>(first), load<uint64_t>(end - 8), word.size()};
    if (word.size() >= 4)
      return {load<uint32_t>(first), load<uint32_t>(end - 4), word.size()};
    Short out{0, 0, word.size()};
    for (; first != end; ++first)
      out.head = out.head << 8 | uint8_t(*first);
    return out;
  }

  // Of the word, or the free one where it belongs.
  size_t place_of(const Short& word) const {
    const uint64_t mixed = (word.head * 0x9E3779B97F4A7C15u) ^ (word.tail * 0xC2B2AE3D27D4EB4Fu) ^
                           (word.size * 0x165667B19E3779F9u);
    const size_t last = places_.size() - 1;
    size_t at = size_t(mixed ^ mixed >> 29 ^ mixed >> 47) & last;
    while (places_[at].number >= 0 && !(places_[at].word == word))
      at = (at + 1) & last;
    return at;
  }

  void grow() {
    std::vector<Place> before(places_.size() * 2);
    std::swap(before, places_);
    for (const Place& place : before)
      if (place.number >= 0)
        places_[place_of(place.word)] = place;
  }

  std::vector<Place> places_;  // a power of two of them, at most half of them full
  TextMap<int64_t> longer_;
  int64_t count_ = 0;
  size_t short_words_ = 0;
};

// How often words come, in the order in which they came first.
using WordCounts = std::vector<std::pair<std::string, int64_t>>;

class WordCounter {
 public:
  void add(std::string_view word, int64_t times = 1) {
    const auto number = size_t(numbers_.add(word));
    if (number == counts_.size())
      counts_.emplace_back(word, 0);
    counts_[number].second += times;
  }
  WordCounts take() && { return std::move(counts_); }

 private:
  WordNumbers numbers_;
  WordCounts counts_;
};

}  // namespace hebb::data
