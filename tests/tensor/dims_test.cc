// Shapes and strides: broadcasting, dense layouts, sizes out of range.

#include "hebb/tensor/dims.h"

#include <gtest/gtest.h>

#include "hebb/base/error.h"

namespace hebb {
namespace {

TEST(Dims, HoldsFewAndMany) {
  Dims d;
  for (int64_t i = 0; i < 20; ++i)
    d.push_back(i);
  EXPECT_EQ(d.size(), 20u);
  d.insert(3, 100);
  EXPECT_EQ(d[3], 100);
  EXPECT_EQ(d[4], 3);
  d.erase(3);
  EXPECT_EQ(d[3], 3);
  Dims copy = d, moved = std::move(d);
  EXPECT_EQ(copy, moved);
  EXPECT_TRUE(d.empty());
  copy = Dims{1, 2};
  EXPECT_EQ(to_string(copy), "[1, 2]");
  copy = moved;
  EXPECT_EQ(copy.back(), 19);
}

TEST(Dims, Broadcasts) {
  EXPECT_EQ(broadcast({4, 1, 3}, {2, 1}), (Dims{4, 2, 3}));
  EXPECT_EQ(broadcast({}, {5}), (Dims{5}));
  EXPECT_EQ(broadcast({0, 3}, {1, 3}), (Dims{0, 3}));
  EXPECT_EQ(broadcast({1}, {0}), (Dims{0}));
  EXPECT_THROW(broadcast({2, 3}, {2, 4}), Error);
  EXPECT_THROW(broadcast({0}, {2}), Error);
}

TEST(Dims, Products) {
  EXPECT_EQ(product(Dims{}), 1);
  EXPECT_EQ(product(Dims{3, 0, 5}), 0);
  EXPECT_THROW(product(Dims{-1, 2}), Error);
  EXPECT_THROW(product(Dims{int64_t(1) << 40, int64_t(1) << 40}), Error);
}

TEST(Dims, Strides) {
  EXPECT_EQ(contiguous_strides({2, 3, 4}), (Dims{12, 4, 1}));
  EXPECT_TRUE(is_contiguous({2, 3}, {3, 1}));
  EXPECT_FALSE(is_contiguous({2, 3}, {1, 2}));
  EXPECT_TRUE(is_contiguous({2, 1, 3}, {3, 77, 1}));  // the stride of one element is never walked
  EXPECT_TRUE(is_contiguous({0, 3}, {5, 9}));
  EXPECT_TRUE(is_dense({2, 3}, {1, 2}));
  EXPECT_FALSE(is_dense({2, 3}, {6, 2}));  // holes
  EXPECT_FALSE(is_dense({2, 3}, {0, 1}));  // repeats
}

TEST(Dims, DenseStridesKeepTheOrderOfAxes) {
  const Dims nchw{2, 3, 4, 5}, channels_last{60, 1, 15, 3};
  EXPECT_TRUE(is_dense(nchw, channels_last));
  EXPECT_EQ(dense_strides_like({2, 8, 4, 5}, nchw, channels_last), (Dims{160, 1, 40, 8}));
  EXPECT_EQ(dense_strides_like(nchw, nchw, contiguous_strides(nchw)), contiguous_strides(nchw));
}

TEST(Dims, WrapDim) {
  EXPECT_EQ(wrap_dim(-1, 3), 2);
  EXPECT_EQ(wrap_dim(0, 3), 0);
  EXPECT_THROW(wrap_dim(3, 3), Error);
  EXPECT_THROW(wrap_dim(-4, 3), Error);
}

}  // namespace
}  // namespace hebb
