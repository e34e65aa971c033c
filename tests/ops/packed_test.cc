// Weights in the form that kernels want: packed once in inference, dropped when they are written
// to, never made while training.

#include <gtest/gtest.h>

#include <thread>

#include "hebb/base/parallel.h"
#include "hebb/kernels/arithmetic.h"
#include "hebb/kernels/devices.h"
#include "hebb/kernels/elementwise.h"
#include "hebb/kernels/kernel.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/convolution.h"
#include "hebb/ops/grad_mode.h"
#include "hebb/ops/linear.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

constexpr size_t weight_bytes = 256 * 256 * 3 * 3 * sizeof(float);

uint64_t in_use() {
  return cpu_allocator().stats().in_use;
}

TEST(Packed, AConvolutionsWeightIsPackedOnceAndWithItsStorage) {
  NoGrad off;
  const Tensor x = randn({1, 256, 8, 8});
  Tensor weight = randn({256, 256, 3, 3});
  const uint64_t before = in_use();
  const Tensor first = conv2d(x, weight, {}, {.padding = {1, 1}});
  const uint64_t after_first = in_use();
  EXPECT_GE(after_first, before + weight_bytes) << "the packed copy counts as memory in use";
  const Tensor second = conv2d(x, weight, {}, {.padding = {1, 1}});
  EXPECT_LT(in_use(), after_first + weight_bytes) << "it is not packed again";
  EXPECT_EQ(difference(first, second, 0, 0), "");

  weight.fill_(0);
  EXPECT_LT(in_use(), before + weight_bytes) << "what was packed went with the old values";
  EXPECT_EQ(difference(conv2d(x, weight, {}, {.padding = {1, 1}}), first * 0, 0, 0), "");
}

TEST(Packed, ValuesWrittenThroughDataAreSeen) {
  NoGrad off;
  const Tensor x = randn({4, 64}), weight = randn({32, 64});
  linear(x, weight);
  for (int64_t i = 0; i < weight.numel(); ++i)
    weight.data<float>()[i] = 0;
  EXPECT_EQ(difference(linear(x, weight), linear(x, weight.clone()), 0, 0), "");
}

TEST(Packed, ViewsOfOneStorageArePackedApart) {
  NoGrad off;
  const Tensor x = randn({4, 64}), both = randn({64, 64});
  const Tensor upper = both[{Slice(0, 32)}], lower = both[{Slice(32, 64)}];
  EXPECT_EQ(difference(linear(x, upper), linear(x, upper.clone()), 1e-6, 1e-6), "");
  EXPECT_EQ(difference(linear(x, lower), linear(x, lower.clone()), 1e-6, 1e-6), "");
}

TEST(Packed, NothingIsPackedWhileTraining) {
  const Tensor x = randn({1, 256, 8, 8});
  Tensor weight = randn({256, 256, 3, 3});
  weight.requires_grad_();
  const uint64_t before = in_use();
  { const Tensor y = conv2d(x, weight, {}, {.padding = {1, 1}}); }
  EXPECT_LT(in_use(), before + weight_bytes);
}

TEST(Packed, ThreadsShareOneCopy) {
  const Tensor x = randn({2, 64}), weight = randn({64, 64});
  const Tensor expected = [&] {
    NoGrad off;
    return linear(x, weight.clone());
  }();
  std::vector<Tensor> got(4);
  std::vector<std::thread> threads;
  for (Tensor& one : got)
    threads.emplace_back([&] {
      serial_here();
      NoGrad off;
      one = linear(x, weight);
    });
  for (std::thread& thread : threads)
    thread.join();
  for (const Tensor& one : got)
    EXPECT_EQ(difference(one, expected, 1e-6, 1e-6), "");
}

// What a bound kernel does is what run() does, with buffers that are given once.
TEST(Packed, BoundKernelsComputeTheSame) {
  const Tensor a = randn({3, 5}), b = randn({3, 5});
  Tensor sum = zeros({3, 5});
  const Operand layout{true, f32, {3, 5}, {5, 1}};
  AddAttrs attrs;
  const PreparedKernel kernel = kernels_of(Device::Kind::cpu, kernel::elementwise)[0](
      {.op = "add", .in = {layout, layout}, .out = {layout}, .attrs = &attrs});
  ASSERT_TRUE(kernel);
  void* in[] = {a.raw_data(), b.raw_data()};
  void* out[] = {sum.raw_data()};
  const auto bound = kernel->bind({in, out, nullptr}, 2, 1);
  in[0] = in[1] = out[0] = nullptr;  // only the addresses in them counted
  bound->run();
  EXPECT_EQ(difference(sum, a + b, 0, 0), "");
}

}  // namespace
}  // namespace hebb::test
