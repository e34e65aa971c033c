// Switches over a dtype for kernels that need not be compiled for each of them.
#pragma once

#include <cstdint>
#include <type_traits>

#include "hebb/base/error.h"
#include "hebb/tensor/element_types.h"

namespace hebb::cpu {

struct Item16 {
  uint64_t low, high;
};

// Calls f(Type<T>{}) with a type of the item's size, for kernels that only move values.
template <class F>
decltype(auto) visit_item(DType dtype, F&& f) {
  switch (item_size(dtype)) {
    case 1:
      return f(Type<uint8_t>{});
    case 2:
      return f(Type<uint16_t>{});
    case 4:
      return f(Type<uint32_t>{});
    case 8:
      return f(Type<uint64_t>{});
    default:
      return f(Type<Item16>{});
  }
}

// Calls f(Type<T>{}) with the type of a floating dtype. Callers refuse other dtypes before.
template <class F>
decltype(auto) visit_floating(DType dtype, F&& f) {
  switch (dtype) {
    case DType::f16:
      return f(Type<Half>{});
    case DType::bf16:
      return f(Type<BFloat16>{});
    case DType::f32:
      return f(Type<float>{});
    case DType::f64:
      return f(Type<double>{});
    default:
      bug("a floating dtype was promised");
  }
}

// Calls f(Type<T>{}) with the type of `dtype`; for signed integers with the unsigned type. For
// kernels that add and multiply values of one type: results wrap around, and their bits do not
// depend on the sign.
template <class F>
decltype(auto) visit_wrapping(DType dtype, F&& f) {
  return visit(dtype, [&](auto type) -> decltype(auto) {
    using T = typename decltype(type)::type;
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
      return f(Type<std::make_unsigned_t<T>>{});
    else
      return f(type);
  });
}

}  // namespace hebb::cpu
