// The one place that turns a DType into a C++ type, and the complex types. Separate from dtype.h
// because <complex> takes long to compile.
#pragma once

#include <complex>

#include "hebb/tensor/dtype.h"

namespace hebb {

template <>
struct DTypeOf<std::complex<float>> {
  static constexpr DType value = DType::c64;
};
template <>
struct DTypeOf<std::complex<double>> {
  static constexpr DType value = DType::c128;
};

template <class T>
struct Type {
  using type = T;
};

// Calls f(Type<T>{}) with the C++ type of `dtype`.
template <class F>
decltype(auto) visit(DType dtype, F&& f) {
  switch (dtype) {
    case DType::boolean:
      return f(Type<bool>{});
    case DType::u8:
      return f(Type<uint8_t>{});
    case DType::i8:
      return f(Type<int8_t>{});
    case DType::u16:
      return f(Type<uint16_t>{});
    case DType::i16:
      return f(Type<int16_t>{});
    case DType::u32:
      return f(Type<uint32_t>{});
    case DType::i32:
      return f(Type<int32_t>{});
    case DType::u64:
      return f(Type<uint64_t>{});
    case DType::i64:
      return f(Type<int64_t>{});
    case DType::f16:
      return f(Type<Half>{});
    case DType::bf16:
      return f(Type<BFloat16>{});
    case DType::f32:
      return f(Type<float>{});
    case DType::f64:
      return f(Type<double>{});
    case DType::c64:
      return f(Type<std::complex<float>>{});
    case DType::c128:
      break;
  }
  return f(Type<std::complex<double>>{});
}

}  // namespace hebb
