// Plain numbers that an integer dtype cannot hold are refused where a wrapped one would be another
// answer; sums and products wrap.

#include "hebb/ops/fits.h"

#include <gtest/gtest.h>

#include <limits>

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/mask.h"
#include "ops/samples.h"
#include "support/message_of.h"

namespace hebb::test {
namespace {

const char* const u8_has_no_300 = "300, which u8 does not hold: it goes from 0 to 255";

void expect_refused(const std::string& words, const std::function<void()>& f) {
  const std::string message = message_of(f);
  EXPECT_NE(message.find(words), std::string::npos) << message << "\nshould hold: " << words;
}

TEST(Fits, WhatIsComparedStoredOrDividedByMustFit) {
  const Tensor x = values({100, 200}, {2}, u8), mask = ones({2}, boolean);
  for (auto* compare : {hebb::eq, hebb::ne, hebb::lt, hebb::le, hebb::gt, hebb::ge,
                        hebb::logical_and, hebb::logical_or, hebb::logical_xor})
    expect_refused(u8_has_no_300, [&] { compare(x, 300); });
  for (auto* combine :
       {hebb::maximum, hebb::minimum, hebb::floor_divide, hebb::fmod, hebb::remainder, hebb::pow})
    expect_refused(u8_has_no_300, [&] { combine(x, 300); });
  expect_refused(u8_has_no_300, [&] { hebb::div(x, 300, "floor"); });
  expect_refused("max is 300", [&] { hebb::clamp(x, 0, 300); });
  expect_refused("min is -1, which u8 does not hold", [&] { hebb::clamp(x, -1); });
  expect_refused("other is -1, which u8 does not hold", [&] { hebb::ge(x, -1); });
  expect_refused("input is 300", [&] { hebb::where(mask, 300, x); });
  expect_refused("masked_fill: value is 300", [&] { hebb::masked_fill(x, mask, 300); });
  expect_refused("full: fill_value is 300", [&] { hebb::full({2}, 300, u8); });
  Tensor target = x.clone();
  expect_refused("fill_: the number is 300", [&] { target.fill_(300); });
  expect_refused("copy_: the number is 300", [&] { target.copy_(300); });
  EXPECT_EQ(target.to_vector<int64_t>(), (std::vector<int64_t>{100, 200}));
}

TEST(Fits, ToTheLastNumber) {
  const auto most = std::numeric_limits<int64_t>::max();
  expect_refused("1099511627776, which i32 does not hold: it goes from -2147483648 to 2147483647",
                 [&] { hebb::lt(ones({2}, i32), int64_t(1) << 40); });
  expect_refused("which i64 does not hold", [] { hebb::full({1}, 0x1p63, i64); });
  expect_refused("nan, which i64 does not hold",
                 [] { hebb::full({1}, std::numeric_limits<double>::quiet_NaN(), i64); });
  expect_refused("-1, which u64 does not hold", [] { hebb::full({1}, -1, u64); });
  EXPECT_EQ(hebb::full({1}, most, u64).to_vector<int64_t>()[0], most);
  EXPECT_EQ(hebb::full({1}, -0x1p63, i64).to_vector<int64_t>()[0],
            std::numeric_limits<int64_t>::min());
  EXPECT_EQ(hebb::full({1}, 255.5, u8).to_vector<int64_t>()[0], 255);
  EXPECT_EQ(hebb::full({1}, -0.5, u8).to_vector<int64_t>()[0], 0);
  EXPECT_EQ(hebb::full({1}, -128, i8).to_vector<int64_t>()[0], -128);
  EXPECT_TRUE(hebb::full({1}, 300, boolean).item<bool>());
}

TEST(Fits, SumsAndProductsWrap) {
  const Tensor x = values({100, 200}, {2}, u8);
  EXPECT_EQ((x + 300).to_vector<int64_t>(), (std::vector<int64_t>{144, 244}));
  EXPECT_EQ((x * -1).to_vector<int64_t>(), (std::vector<int64_t>{156, 56}));
  EXPECT_EQ(hebb::bitwise_and(x, -1).to_vector<int64_t>(), (std::vector<int64_t>{100, 200}));
}

}  // namespace
}  // namespace hebb::test
