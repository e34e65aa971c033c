// The cache of prepared kernels: the same answer after it was dropped, and no more of them than the
// bound.

#include "hebb/ops/kernel_cache.h"

#include <gtest/gtest.h>

#include <thread>

#include "hebb/ops/ops.h"

namespace hebb {
namespace {

TEST(KernelCache, IsBoundedAndForgetsTheOldest) {
  for (int64_t n = 1; n <= int64_t(most_kernels_cached) + 500; ++n) {
    const Tensor x = Tensor::empty({n});
    if (n <= 3 || n % 1000 == 0)
      EXPECT_EQ((zeros({n}) + 1).sum().item(), double(n));
    else
      exp(x);
  }
  EXPECT_LE(kernels_cached(), most_kernels_cached);
  EXPECT_GT(kernels_cached(), most_kernels_cached / 2);
  for (int64_t n = 1; n <= 3; ++n)
    EXPECT_EQ((zeros({n}) + 1).sum().item(), double(n)) << "prepared again";
  std::thread([] { EXPECT_EQ((zeros({5}) + 1).sum().item(), 5); }).join();
}

TEST(Numbers, AreConvertedAsTensorsAre) {  // a plain number meets a tensor without a kernel
  auto same = [](const Tensor& x, const Tensor& number) {
    const Tensor as_number = x + number,
                 as_tensor = x + full({}, number, number.dtype()).to((x + number).dtype());
    EXPECT_EQ(as_number.dtype(), as_tensor.dtype());
    EXPECT_EQ(as_number.to_vector<double>(), as_tensor.to_vector<double>())
        << describe(x) << " " << to_string(number);
  };
  for (DType dtype : {u8, i8, i32, i64, f16, bf16, f32, f64}) {
    same(zeros({2}, dtype), 3);
    same(zeros({2}, dtype), true);
    same(zeros({2}, dtype), 1.0 / 3);
  }
  same(zeros({2}, u8), 300);
  same(zeros({2}, f32), 1e300);
  EXPECT_EQ((zeros({1}, c64) + 0.5).dtype(), c64);
}

TEST(Create, OnesLike) {
  const Tensor x = randn({2, 3}).to(f64);
  const Tensor y = ones_like(x);
  EXPECT_EQ(y.dtype(), f64);
  EXPECT_EQ(y.shape(), x.shape());
  EXPECT_EQ(y.to_vector<double>(), std::vector<double>(6, 1));
}

}  // namespace
}  // namespace hebb
