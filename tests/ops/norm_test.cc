// Normalisation beyond what the samples say: layouts that are kept.

#include <gtest/gtest.h>

#include "hebb/ops/layer_norm.h"
#include "hebb/ops/views.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

Tensor channels_last(const Tensor& t) { return t.permute({0, 2, 3, 1}).contiguous().permute({0, 3, 1, 2}); }

TEST(GroupNorm, KeepsTheLayoutOfItsInput) {
  const Tensor row_major = randn({2, 6, 4, 5}), weight = randn({6}), bias = randn({6});
  for (const Tensor& x : {channels_last(row_major), row_major.permute({0, 3, 2, 1}).contiguous().permute({0, 3, 2, 1})}) {
    ASSERT_NE(x.strides(), row_major.strides());
    const Tensor groups = group_norm(x, 3, weight, bias), channels = instance_norm(x, {}, {}, weight, bias);
    EXPECT_EQ(groups.strides(), x.strides());
    EXPECT_EQ(channels.strides(), x.strides());
    EXPECT_EQ(difference(groups, group_norm(row_major, 3, weight, bias), 1e-6, 1e-6), "");
    EXPECT_EQ(difference(channels, instance_norm(row_major, {}, {}, weight, bias), 1e-6, 1e-6), "");
  }
  EXPECT_EQ(group_norm(row_major, 3, weight, bias).strides(), row_major.strides());
  const Tensor every_second = randn({2, 6, 4, 10})[{Ellipsis(), Slice(0, 10, 2)}];  // not dense
  EXPECT_TRUE(group_norm(every_second, 3, weight, bias).is_contiguous());
}

}  // namespace
}  // namespace hebb::test
