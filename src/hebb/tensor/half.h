// f16 (IEEE 754 binary16) and bf16 (the upper half of a binary32) as storage types: they convert to
// float, where arithmetic is done, and round once, to nearest even, on the way back.
#pragma once

#include <bit>
#include <cstdint>
#include <type_traits>

namespace hebb {

struct BFloat16 {
  uint16_t bits = 0;

  BFloat16() = default;
  BFloat16(float value) {
    const uint32_t b = std::bit_cast<uint32_t>(value);
    if ((b & 0x7fffffffu) > 0x7f800000u)
      bits = uint16_t(b >> 16 | 0x40);  // a quiet NaN, whatever its payload was
    else
      bits = uint16_t((b + 0x7fffu + (b >> 16 & 1)) >> 16);
  }
  operator float() const { return std::bit_cast<float>(uint32_t(bits) << 16); }
};

struct Half {
  uint16_t bits = 0;

  Half() = default;
  Half(float value) {
    const uint32_t b = std::bit_cast<uint32_t>(value), sign = b >> 16 & 0x8000u,
                   magnitude = b & 0x7fffffffu;
    if (magnitude > 0x7f800000u)
      bits = uint16_t(sign | 0x7e00u);  // NaN
    else if (magnitude >= 0x477ff000u)
      bits = uint16_t(sign | 0x7c00u);   // rounds to infinity
    else if (magnitude < 0x38800000u) {  // subnormal or zero: let float addition do the rounding
      const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
      bits = uint16_t(sign | (std::bit_cast<uint32_t>(shifted) - 0x3f000000u));
    } else {
      const uint32_t rounded = magnitude + 0xc8000fffu + (magnitude >> 13 & 1);
      bits = uint16_t(sign | rounded >> 13);
    }
  }
  operator float() const {
    const uint32_t sign = uint32_t(bits & 0x8000u) << 16, magnitude = bits & 0x7fffu;
    if (magnitude >= 0x7c00u)
      return std::bit_cast<float>(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
    if (magnitude < 0x400u)
      return std::bit_cast<float>(sign | std::bit_cast<uint32_t>(float(magnitude) * 0x1p-24f));
    return std::bit_cast<float>(sign | ((magnitude << 13) + 0x38000000u));
  }
};

template <class T>
inline constexpr bool is_half_type = std::is_same_v<T, Half> || std::is_same_v<T, BFloat16>;

}  // namespace hebb
