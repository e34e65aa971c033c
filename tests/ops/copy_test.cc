// Copies between layouts, large enough for tiles and with edges, element by element.

#include <gtest/gtest.h>

#include "hebb/base/error.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/create.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

// Element i of the row-major order holds i, wrapped to the dtype.
template <class T>
void check_copy(const Dims& shape, const Dims& order) {
  Dims strides(shape.size(), 0), plain = contiguous_strides(shape);
  int64_t step = 1;
  for (size_t i = order.size(); i-- > 0;) {
    strides[size_t(order[i])] = step;
    step *= shape[size_t(order[i])];
  }
  std::vector<T> values(static_cast<size_t>(step));
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = T(i);
  const Tensor row_major = Tensor::from(values, shape),
               other = Tensor::empty_strided(shape, strides, dtype_of<T>),
               back = Tensor::empty(shape, dtype_of<T>);
  copy_values(row_major, other);
  copy_values(other, back);
  for (int64_t i = 0; i < step; ++i) {
    int64_t at = 0;
    for (size_t axis = 0; axis < shape.size(); ++axis)
      at += i / plain[axis] % shape[axis] * strides[axis];
    ASSERT_EQ(other.data<T>()[at], T(i)) << to_string(shape) << " element " << i;
    ASSERT_EQ(back.data<T>()[i], T(i)) << to_string(shape) << " element " << i;
  }
}

template <class T>
void check_copies() {
  check_copy<T>({37, 70}, {1, 0});
  check_copy<T>({3, 4, 5, 6}, {0, 2, 3, 1});
  check_copy<T>({2, 35, 9, 11}, {0, 2, 3, 1});
  check_copy<T>({2, 3, 40, 33}, {0, 1, 3, 2});
  check_copy<T>({5, 6, 7, 8}, {3, 1, 2, 0});
  check_copy<T>({300, 200}, {1, 0});
}

TEST(Copy, BetweenLayouts) {
  check_copies<uint8_t>();
  check_copies<int16_t>();
  check_copies<float>();
  check_copies<double>();
}

TEST(Copy, FromOverlappingMemory) {
  const auto count = [] { return linspace(0, 8, {3, 3}); };
  Tensor square = count();
  square.copy_(square.t());
  EXPECT_EQ(square.to_vector<float>(), (std::vector<float>{0, 3, 6, 1, 4, 7, 2, 5, 8}));
  Tensor down = count(), lower = down[{Slice(1, 3)}];
  lower.copy_(down[{Slice(0, 2)}]);
  EXPECT_EQ(down.to_vector<float>(), (std::vector<float>{0, 1, 2, 0, 1, 2, 3, 4, 5}));
  Tensor up = count(), upper = up[{Slice(0, 2)}];
  upper.copy_(up[{Slice(1, 3)}]);
  EXPECT_EQ(up.to_vector<float>(), (std::vector<float>{3, 4, 5, 6, 7, 8, 6, 7, 8}));
  Tensor rows = count();
  rows.copy_(rows[{1}]);
  EXPECT_EQ(rows.to_vector<float>(), (std::vector<float>{3, 4, 5, 3, 4, 5, 3, 4, 5}));
}

TEST(Copy, RefusesATargetThatRepeatsItsValues) {
  Tensor repeated = ones({1, 3}).expand({2, 3});
  EXPECT_THROW(repeated.fill_(2), Error);
  Tensor one = ones({1, 3}).expand({1, 3});
  one.fill_(2);
  EXPECT_EQ(one.to_vector<float>(), (std::vector<float>{2, 2, 2}));
}

TEST(Full, TakesOneNumberOfAnyShape) {
  EXPECT_EQ(hebb::full({2}, full({1, 1, 1}, 3)).to_vector<float>(), (std::vector<float>{3, 3}));
}

}  // namespace
}  // namespace hebb::test
