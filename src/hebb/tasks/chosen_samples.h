// A bounded choice among the samples of a stream: those of the smallest keys. With what the model
// believed as key they are the most wrong ones, with random_key a sample drawn at random. No order
// in which samples come changes it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "hebb/base/philox.h"

namespace hebb {

// T: what is kept of a sample; has index, its place in the data.
template <class T>
class ChosenSamples {
 public:
  explicit ChosenSamples(size_t most) : most_(most) {}

  bool takes(double key, int64_t index) const {
    return most_ > 0 && (heap_.size() < most_ || precedes({key, index}, of(heap_.front())));
  }
  void add(double key, T sample) {
    ++seen_;
    if (!takes(key, sample.index))
      return;
    if (heap_.size() == most_) {
      std::pop_heap(heap_.begin(), heap_.end(), before);
      heap_.pop_back();
    }
    heap_.push_back({key, std::move(sample)});
    std::push_heap(heap_.begin(), heap_.end(), before);
  }

  int64_t seen() const { return seen_; }
  std::vector<T> by_key() const { return sorted(before); }
  std::vector<T> by_place() const {
    return sorted([](const Kept& a, const Kept& b) { return a.sample.index < b.sample.index; });
  }

 private:
  struct Kept {
    double key;
    T sample;
  };
  using Rank = std::pair<double, int64_t>;
  static Rank of(const Kept& kept) { return {kept.key, kept.sample.index}; }
  static bool precedes(const Rank& a, const Rank& b) { return a < b; }
  static bool before(const Kept& a, const Kept& b) { return precedes(of(a), of(b)); }
  template <class Less>
  std::vector<T> sorted(Less less) const {
    std::vector<Kept> all = heap_;
    std::sort(all.begin(), all.end(), less);
    std::vector<T> out;
    for (Kept& kept : all)
      out.push_back(std::move(kept.sample));
    return out;
  }

  size_t most_;
  int64_t seen_ = 0;
  std::vector<Kept> heap_;  // the largest key first
};

// In [0, 1): of a sample by its place.
inline double random_key(uint64_t seed, int64_t index) {
  const PhiloxBlock block = philox(seed, uint64_t(index));
  return unit_double(block[0], block[1]);
}

}  // namespace hebb
