// Whole numbers that stand in the order of a dtype's values: equal ones for equal values, and for
// all NaN, which count as the largest.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "hebb/tensor/half.h"

namespace hebb::cpu {

template <class T>
using SortKey = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;

template <class T>
SortKey<T> sort_key(T value) {
  using Key = SortKey<T>;
  if constexpr (is_half_type<T>) {
    return sort_key(float(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    if (std::isnan(value))
      return std::numeric_limits<Key>::max();
    constexpr Key sign = Key(1) << (8 * sizeof(Key) - 1);
    const auto bits = std::bit_cast<Key>(value + T(0));  // -0 becomes 0
    return bits & sign ? ~bits : bits | sign;
  } else {
    return Key(value) - Key(std::numeric_limits<T>::min());  // wraps around
  }
}

// One value of a line. The line's size is below 2^32.
template <class Key>
struct SortEntry {
  Key key;
  uint32_t at;  // its place in the line
  bool operator<(const SortEntry& other) const {
    return key != other.key ? key < other.key : at < other.at;
  }
};

}  // namespace hebb::cpu
