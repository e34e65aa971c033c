// The order that values are sorted in: NaN counts as the largest.
#pragma once

#include <cmath>
#include <type_traits>

#include "hebb/tensor/half.h"

namespace hebb::cpu {

template <class T>
bool smaller(T a, T b) {
  if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>) {
    return std::isnan(float(b)) ? !std::isnan(float(a)) : float(a) < float(b);
  } else if constexpr (std::is_floating_point_v<T>) {
    return std::isnan(b) ? !std::isnan(a) : a < b;
  } else {
    return a < b;
  }
}

}  // namespace hebb::cpu
