// Layers take their leading sizes by position, in PyTorch's order.
#include <gtest/gtest.h>

#include "hebb/nn/conv.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/pooling.h"
#include "hebb/ops/create.h"

namespace hebb {
namespace {

TEST(SizesByPosition, AreThoseOfTheOptions) {
  EXPECT_EQ(nn::Conv2d(3, 64, 3).describe(),
            nn::Conv2d({.in = 3, .out = 64, .kernel = 3}).describe());
  EXPECT_EQ(nn::Conv2d(4, 8, {3, 5}, 2, {1, 2}, 1, 2, false).describe(),
            nn::Conv2d({.in = 4,
                        .out = 8,
                        .kernel = {3, 5},
                        .stride = 2,
                        .padding = {1, 2},
                        .groups = 2,
                        .bias = false})
                .describe());
  EXPECT_EQ(
      nn::ConvTranspose2d(3, 2, 4, 2, 1).describe(),
      nn::ConvTranspose2d({.in = 3, .out = 2, .kernel = 4, .stride = 2, .padding = 1}).describe());
  EXPECT_EQ(nn::MaxPool2d(3, 2, 1).describe(),
            nn::MaxPool2d({.kernel = 3, .stride = 2, .padding = 1}).describe());
  EXPECT_EQ(nn::AvgPool2d(nn::Pair(2, 3)).describe(), nn::AvgPool2d({.kernel = {2, 3}}).describe());
  EXPECT_FALSE(nn::Linear(3, 4, false).bias);
  EXPECT_EQ(nn::Conv1d(2, 5, 3, 1, 1)(ones({1, 2, 7})).shape(), (Dims{1, 5, 7}));
}

}  // namespace
}  // namespace hebb
