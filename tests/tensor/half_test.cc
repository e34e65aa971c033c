// f16 and bf16: every bit pattern goes to float and back; rounding is to nearest, ties to even.

#include "hebb/tensor/half.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hebb {
namespace {

// The value of an f16, by the book.
double half_value(uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  double v = 0;
  if (exponent == 31)
    v = fraction ? NAN : INFINITY;
  else if (exponent == 0)
    v = std::ldexp(fraction, -24);
  else
    v = std::ldexp(1024 + fraction, exponent - 25);
  return bits & 0x8000 ? -v : v;
}

Half half_of(uint16_t bits) {
  Half h;
  h.bits = bits;
  return h;
}
BFloat16 bfloat_of(uint16_t bits) {
  BFloat16 b;
  b.bits = bits;
  return b;
}

TEST(Half, EveryPatternGoesToFloatAndBack) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    const float v = half_of(uint16_t(bits));
    const double right = half_value(uint16_t(bits));
    if (std::isnan(right)) {
      EXPECT_TRUE(std::isnan(v)) << bits;
      EXPECT_TRUE(std::isnan(float(Half(v)))) << bits;
      continue;
    }
    ASSERT_EQ(double(v), right) << bits;
    ASSERT_EQ(std::signbit(v), (bits & 0x8000) != 0) << bits;
    ASSERT_EQ(Half(v).bits, bits);
  }
}

// Between two neighbours of the same sign: the middle goes to the even one, a hair to either side
// to the nearer one.
TEST(Half, RoundsToNearestEven) {
  for (uint32_t bits = 0; bits < 0x7bff; ++bits) {
    const double a = half_value(uint16_t(bits)), b = half_value(uint16_t(bits + 1));
    const auto middle = float((a + b) / 2);  // exact: one more bit
    ASSERT_EQ(Half(middle).bits, bits % 2 ? bits + 1 : bits) << a;
    ASSERT_EQ(Half(std::nextafter(middle, 0.f)).bits, bits) << a;
    ASSERT_EQ(Half(std::nextafter(middle, INFINITY)).bits, bits + 1) << a;
    ASSERT_EQ(Half(-middle).bits, (bits % 2 ? bits + 1 : bits) | 0x8000) << a;
  }
  EXPECT_EQ(Half(65519.996f).bits, 0x7bff);  // the largest f16 is 65504
  EXPECT_EQ(Half(65520.f).bits, 0x7c00);
  EXPECT_EQ(Half(1e30f).bits, 0x7c00);
  EXPECT_EQ(Half(-INFINITY).bits, 0xfc00);
  EXPECT_EQ(Half(1e-30f).bits, 0);
}

TEST(BFloat16, EveryPatternGoesToFloatAndBack) {
  for (uint32_t bits = 0; bits < 65536; ++bits) {
    const float v = bfloat_of(uint16_t(bits));
    if (std::isnan(v)) {
      EXPECT_TRUE(std::isnan(float(BFloat16(v)))) << bits;
      continue;
    }
    ASSERT_EQ(std::bit_cast<uint32_t>(v), bits << 16);
    ASSERT_EQ(BFloat16(v).bits, bits);
  }
}

TEST(BFloat16, RoundsToNearestEven) {
  for (uint32_t bits = 0; bits < 0x7f7f; ++bits) {
    const auto middle = std::bit_cast<float>(bits << 16 | 0x8000);
    ASSERT_EQ(BFloat16(middle).bits, bits % 2 ? bits + 1 : bits);
    ASSERT_EQ(BFloat16(std::bit_cast<float>(bits << 16 | 0x7fff)).bits, bits);
    ASSERT_EQ(BFloat16(std::bit_cast<float>(bits << 16 | 0x8001)).bits, bits + 1);
  }
  EXPECT_EQ(BFloat16(std::bit_cast<float>(0x7f7fffffu)).bits,
            0x7f80);  // beyond the largest one: infinity
  EXPECT_TRUE(std::isnan(float(BFloat16(std::bit_cast<float>(0x7f800001u)))));
}

}  // namespace
}  // namespace hebb
