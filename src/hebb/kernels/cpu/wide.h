// Converts values to the type that a kernel computes in (f64 by default), and back with one
// rounding. f16 and bf16 go by way of f32.
#pragma once

#include "hebb/tensor/half.h"

namespace hebb::cpu {

template <class To = double, class T>
To wide(T v) {
  if constexpr (is_half_type<T>)
    return To(float(v));
  else
    return To(v);
}

template <class T, class From>
T narrow(From v) {
  if constexpr (is_half_type<T>)
    return T(float(v));
  else
    return T(v);
}

}  // namespace hebb::cpu
