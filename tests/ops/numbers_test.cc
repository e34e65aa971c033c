// Plain numbers among themselves: they are computed in f64 or i64, and stay numbers until they meet
// a tensor.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/math.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

void expect_number(const Tensor& got, double value, DType dtype) {
  EXPECT_TRUE(got.is_number());
  EXPECT_EQ(got.dtype(), dtype);
  EXPECT_EQ(got.item(), value);
}

TEST(Numbers, MakeNumbers) {
  const Tensor a = 2.1, n = 7, yes = true;
  expect_number(a - 1, 2.1 - 1, f64);
  expect_number(n * 3, 21, i64);
  expect_number(n / 2, 3.5, f64);
  expect_number(yes + n, 8, i64);
  expect_number(-a, -2.1, f64);
  expect_number(hebb::exp(a), std::exp(2.1), f64);
  expect_number(hebb::sqrt(n), std::sqrt(7.0), f64);
  expect_number(eq(n, 7), 1, boolean);
  expect_number(where(eq(n, 7), a, 0), 2.1, f64);
  expect_number(clamp(a, 0.1, 0.3), 0.3, f64);
}

TEST(Numbers, TakeTheDtypeOfTheTensorThatTheyMeet) {
  const Tensor tenth = Tensor(1.0) / 10;
  const Tensor wide = values({3}, {1}, f64) * tenth;
  EXPECT_EQ(wide.dtype(), f64);
  EXPECT_EQ(wide.item(), 3 * 0.1);
  for (DType dtype : {f16, bf16, f32})
    EXPECT_EQ((test::ones({2}, dtype) * tenth).dtype(), dtype);
  EXPECT_EQ((test::ones({}, f32) * tenth).dtype(), f32);
  EXPECT_EQ((integers(0, 9, {2}, i32) * (Tensor(2) + 1)).dtype(), i32);
}

TEST(Numbers, BecomeTensorsWhereADtypeIsAskedFor) {
  const Tensor tensor = cast(Tensor(0.1), f32);
  EXPECT_FALSE(tensor.is_number());
  EXPECT_EQ(tensor.item(), double(0.1f));
  EXPECT_FALSE(where(eq(integers(0, 2, {3}), 1), 0.1, 0.2).is_number());
  EXPECT_FALSE((values({1}, {}, f32) + 0.1).is_number());
}

TEST(Numbers, HaveGradients) {
  Tensor x = Tensor(0.3).detach().requires_grad_();
  (hebb::exp(x) * 3).backward();
  EXPECT_EQ(x.grad().item(), 3 * std::exp(0.3));
}

}  // namespace
}  // namespace hebb::test
