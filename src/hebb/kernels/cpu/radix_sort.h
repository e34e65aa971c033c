// Sorts entries by the digits of their keys, the last digit first. Each pass keeps the order of
// equal digits, so equal keys stay in order. Long lines are counted and moved in pieces, in
// parallel.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/sort_key.h"

namespace hebb::cpu {

template <class Key>
class RadixSort {
 public:
  using Entry = SortEntry<Key>;
  static constexpr int64_t piece = 1 << 16;  // entries: half a megabyte

  // For lines of n entries.
  explicit RadixSort(int64_t n)
      : n_(n), pieces_((n + piece - 1) / piece), digit_(n < 1 << 14 ? 8 : 11),
        buckets_(int64_t(1) << digit_), entries_(std::make_unique_for_overwrite<Entry[]>(2 * n)),
        begins_(std::make_unique_for_overwrite<uint32_t[]>(pieces_ * buckets_)) {}

  // Sorts the line of the keys key(i), i < n. The answer is valid until the next call.
  template <class F>
  const Entry* sort(const F& key) {
    Entry *from = entries_.get(), *to = from + n_;
    const auto [low, high] = fill(from, key);
    if (n_ <= few) {
      std::sort(from, from + n_);
      return from;
    }
    const int bits = int(std::bit_width(Key(high - low)));
    for (int shift = 0; shift < bits; shift += digit_) {
      move(from, to, low, shift);
      std::swap(from, to);
    }
    return from;
  }

 private:
  static constexpr int64_t few = 96;  // below that counting takes longer than comparing

  // Calls f(piece, begin, end) for all pieces.
  template <class F>
  void each_piece(const F& f) const {
    parallel_for(pieces_, 1, [&](int64_t begin, int64_t) {
      f(begin, begin * piece, std::min(n_, (begin + 1) * piece));
    });
  }

  // The lowest and the highest key.
  template <class F>
  std::pair<Key, Key> fill(Entry* to, const F& key) {
    const auto bounds = std::make_unique_for_overwrite<std::pair<Key, Key>[]>(pieces_);
    each_piece([&](int64_t p, int64_t begin, int64_t end) {
      Key low = std::numeric_limits<Key>::max(), high = 0;
      for (int64_t i = begin; i < end; ++i) {
        const Key k = key(i);
        to[i] = {k, uint32_t(i)};
        low = std::min(low, k);
        high = std::max(high, k);
      }
      bounds[p] = {low, high};
    });
    std::pair<Key, Key> all{std::numeric_limits<Key>::max(), 0};
    for (int64_t p = 0; p < pieces_; ++p)
      all = {std::min(all.first, bounds[p].first), std::max(all.second, bounds[p].second)};
    return all;
  }

  void move(const Entry* from, Entry* to, Key low, int shift) {
    const auto mask = Key(buckets_ - 1);
    const auto digit = [&](const Entry& e) { return size_t(((e.key - low) >> shift) & mask); };
    each_piece([&](int64_t p, int64_t begin, int64_t end) {
      uint32_t* count = begins_.get() + p * buckets_;
      std::fill(count, count + buckets_, 0);
      for (int64_t i = begin; i < end; ++i)
        ++count[digit(from[i])];
    });
    uint32_t next = 0;
    for (int64_t b = 0; b < buckets_; ++b)
      for (int64_t p = 0; p < pieces_; ++p)
        next += std::exchange(begins_[p * buckets_ + b], next);
    each_piece([&](int64_t p, int64_t begin, int64_t end) {
      uint32_t* at = begins_.get() + p * buckets_;
      for (int64_t i = begin; i < end; ++i)
        to[at[digit(from[i])]++] = from[i];
    });
  }

  int64_t n_, pieces_;
  int digit_;  // bits
  int64_t buckets_;
  std::unique_ptr<Entry[]> entries_;
  std::unique_ptr<uint32_t[]> begins_;  // of each piece's part of each bucket
};

}  // namespace hebb::cpu
