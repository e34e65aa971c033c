// Cross-entropy beyond what the samples say: scores of pictures are read, and their gradient is given, in the layout that they have.

#include <gtest/gtest.h>

#include "hebb/ops/cross_entropy.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

TEST(CrossEntropy, KeepsPicturesChannelsLast) {
  const Tensor scores = randn({2, 5, 9, 11}), target = integers(0, 5, {2, 9, 11});
  Tensor row_major = scores.detach().requires_grad_(),
         channels_last = scores.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2}).detach().requires_grad_();
  for (Tensor* x : {&row_major, &channels_last}) {
    cross_entropy(*x, target, {.label_smoothing = 0.1}).backward();
    EXPECT_EQ(x->grad().strides(), x->strides());
  }
  EXPECT_EQ(difference(channels_last.grad(), row_major.grad(), 1e-5, 1e-7), "");
}

}  // namespace
}  // namespace hebb::test
