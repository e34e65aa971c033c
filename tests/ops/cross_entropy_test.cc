// Cross-entropy beyond what the samples say: scores of pictures are read, and their gradient is
// given, in the layout that they have.

#include <gtest/gtest.h>

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cross_entropy.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

TEST(CrossEntropy, KeepsPicturesChannelsLast) {
  const Tensor scores = randn({2, 5, 9, 11}), target = integers(0, 5, {2, 9, 11});
  Tensor
      row_major = scores.detach().requires_grad_(),
      channels_last =
          scores.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2}).detach().requires_grad_();
  for (Tensor* x : {&row_major, &channels_last}) {
    cross_entropy(*x, target, {.label_smoothing = 0.1}).backward();
    EXPECT_EQ(x->grad().strides(), x->strides());
  }
  EXPECT_EQ(difference(channels_last.grad(), row_major.grad(), 1e-5, 1e-7), "");
}

// In f32 the logarithm of the sum would be off by 3e-5, and with it each gradient.
TEST(CrossEntropy, LargeScoresGiveTheGradientOfSmallOnes) {
  Tensor rows = Tensor::from(
      std::vector<float>{0.5, -1.25, 3.75, 0.125, 2.5, -0.5, 1.125, 0, 4.25, -2.125}, {2, 5});
  for (const Shape& shape : {Shape{2, 5}, Shape{1, 5, 2}}) {
    const Tensor target = shape.size() == 2 ? integers(0, 5, {2}) : integers(0, 5, {1, 2});
    Tensor small = rows.reshape(shape).detach().requires_grad_(),
           large = (small.detach() + 1000).requires_grad_();
    cross_entropy(small, target).backward();
    cross_entropy(large, target).backward();
    EXPECT_EQ(difference(large.grad(), small.grad(), 1e-6, 1e-9), "");
  }
}

// Of a class that is certain and right, 1 less its probability is left: computed as that
// difference, halves would have none of it.
TEST(CrossEntropy, HalvesKeepTheGradientOfWhatIsNearlyCertain) {
  for (DType dtype : {DType::f16, DType::bf16})
    for (double smoothing : {0.0, 0.1}) {
      Tensor halves = values({9, 0, 0, 8.5}, {2, 2}).to(dtype).requires_grad_(),
             exact = halves.detach().to(DType::f64).requires_grad_();
      const Tensor target = integers(0, 2, {2}).fill_(0);
      cross_entropy(halves, target, {.reduction = "sum", .label_smoothing = smoothing}).backward();
      cross_entropy(exact, target, {.reduction = "sum", .label_smoothing = smoothing}).backward();
      const double half_a_step = dtype == DType::f16 ? 0x1p-11 : 0x1p-8;
      EXPECT_EQ(difference(halves.grad().to(DType::f64), exact.grad(), half_a_step * 1.01, 1e-6),
                "")
          << name(dtype) << " " << smoothing;
    }
}

}  // namespace
}  // namespace hebb::test
