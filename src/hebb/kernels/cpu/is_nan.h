// For code that is written once for integers and floating numbers.
#pragma once

#include <cmath>
#include <type_traits>

namespace hebb::cpu {

template <class T>
bool is_nan(T v) {
  if constexpr (std::is_floating_point_v<T>)
    return std::isnan(v);
  else
    return false;
}

}  // namespace hebb::cpu
