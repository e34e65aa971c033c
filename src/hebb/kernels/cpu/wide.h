// Plain kernels compute floating types in f64 and round once; f16 and bf16 by way of f32.
#pragma once

#include <type_traits>

#include "hebb/tensor/half.h"

namespace hebb::cpu {

inline double wide(double v) { return v; }
inline double wide(float v) { return v; }
inline double wide(Half v) { return float(v); }
inline double wide(BFloat16 v) { return float(v); }

template <class T>
T narrow(double v) {
  if constexpr (std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>) return T(float(v));
  else return T(v);
}

}  // namespace hebb::cpu
