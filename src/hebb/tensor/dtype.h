// The element types, complete: names, sizes, classes, promotion. Complex C++ types, and from a
// DType to a type: element_types.h.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <span>
#include <string_view>

#include "hebb/tensor/half.h"

namespace hebb {

enum class DType : uint8_t {
  boolean,
  u8,
  i8,
  u16,
  i16,
  u32,
  i32,
  u64,
  i64,
  f16,
  bf16,
  f32,
  f64,
  c64,
  c128
};
inline constexpr int num_dtypes = 15;

inline constexpr DType boolean = DType::boolean, u8 = DType::u8, i8 = DType::i8, u16 = DType::u16,
                       i16 = DType::i16, u32 = DType::u32, i32 = DType::i32, u64 = DType::u64,
                       i64 = DType::i64, f16 = DType::f16, bf16 = DType::bf16, f32 = DType::f32,
                       f64 = DType::f64, c64 = DType::c64, c128 = DType::c128;

template <class T>
struct DTypeOf;  // has no body: other types do not compile
template <>
struct DTypeOf<bool> {
  static constexpr DType value = DType::boolean;
};
template <>
struct DTypeOf<uint8_t> {
  static constexpr DType value = DType::u8;
};
template <>
struct DTypeOf<int8_t> {
  static constexpr DType value = DType::i8;
};
template <>
struct DTypeOf<uint16_t> {
  static constexpr DType value = DType::u16;
};
template <>
struct DTypeOf<int16_t> {
  static constexpr DType value = DType::i16;
};
template <>
struct DTypeOf<uint32_t> {
  static constexpr DType value = DType::u32;
};
template <>
struct DTypeOf<int32_t> {
  static constexpr DType value = DType::i32;
};
template <>
struct DTypeOf<uint64_t> {
  static constexpr DType value = DType::u64;
};
template <>
struct DTypeOf<int64_t> {
  static constexpr DType value = DType::i64;
};
template <>
struct DTypeOf<Half> {
  static constexpr DType value = DType::f16;
};
template <>
struct DTypeOf<BFloat16> {
  static constexpr DType value = DType::bf16;
};
template <>
struct DTypeOf<float> {
  static constexpr DType value = DType::f32;
};
template <>
struct DTypeOf<double> {
  static constexpr DType value = DType::f64;
};
template <class T>
inline constexpr DType dtype_of = DTypeOf<T>::value;

std::string_view name(DType dtype);                        // "f32", "bool", ...
std::ostream& operator<<(std::ostream& out, DType dtype);  // its name
DType dtype_from_name(std::string_view);  // the same names and PyTorch's ("float32", "int64", ...)
int64_t item_size(DType dtype);           // bytes

constexpr bool is_floating(DType d) {
  return d >= DType::f16 && d <= DType::f64;
}
constexpr bool is_complex(DType d) {
  return d >= DType::c64;
}
constexpr bool is_integral(DType d) {  // bool is not
  return d >= DType::u8 && d <= DType::i64;
}
constexpr bool is_differentiable(DType d) {
  return d >= DType::f16;
}
DType real_of(DType d);  // c64 -> f32, c128 -> f64, else the same

// The common type of two, as torch.promote_types; unsigned types wider than 8 bits, which PyTorch
// refuses to mix, follow NumPy. Error: u64 with a signed integer, which have no common integer
// type.
DType promote(DType a, DType b);

// An operand as promotion sees it: tensors with dimensions outrank 0-d tensors, which outrank plain
// numbers.
struct PromotionOperand {
  DType dtype;
  bool zero_dim = false, number = false;
};
DType result_type(std::span<const PromotionOperand> operands);  // as torch.result_type

}  // namespace hebb
