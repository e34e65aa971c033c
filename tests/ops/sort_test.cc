// Sorting and the first k of lines that are long, have many ties, NaN and two zeros: the fast
// kernels give the very answers of the plain one, in every dtype.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <limits>

#include "hebb/kernels/devices.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/ops.h"
#include "ops/samples.h"

namespace hebb::op {
extern const Op sort, topk;
}

namespace hebb::test {
namespace {

// The outputs of the plain kernel and those of the others are the same, and the others were used.
void expect_the_plain_ones(const Op& op, const Tensor& x, const Attrs& attrs) {
  const int plain = int(kernels_of(Device::Kind::cpu, op.kernel).size()) - 1;
  hebb::Tensors expected;
  {
    const OneKernel only(op, plain);
    expected = run_call(op, {{x}}, attrs).outputs();
  }
  const OneKernel only(op, 0);
  const hebb::Tensors got = run_call(op, {{x}}, attrs).outputs();
  EXPECT_GT(only.times_fitted(), 0);
  EXPECT_EQ(got[1].to_vector<int64_t>(), expected[1].to_vector<int64_t>());
  EXPECT_EQ(difference(got[0], expected[0], 0, 0), "");
}

// With ties, both zeros and NaN where the dtype has them.
Tensor mixed_values(Shape shape, DType dtype) {
  Tensor x = is_floating(dtype) ? round(randn(shape) * 40.0) / 8.0 : integers(-100, 100, shape);
  if (is_floating(dtype)) {
    auto* values = x.data<float>();
    for (int64_t i = 0; i < x.numel(); i += 97)
      values[i] = i % 2 ? -0.0f : 0.0f;
    for (int64_t i = 50; i < x.numel(); i += 401)
      values[i] = i % 2 ? -std::numeric_limits<float>::quiet_NaN()
                        : std::numeric_limits<float>::quiet_NaN();
    values[7] = std::numeric_limits<float>::infinity();
    values[8] = -values[7];
  }
  return cast(dtype == DType::boolean ? gt(x, 0) : x, dtype);
}

constexpr DType dtypes[] = {DType::boolean, DType::u8,   DType::i8,  DType::i32, DType::i64,
                            DType::f16,     DType::bf16, DType::f32, DType::f64};

TEST(Sort, LongLinesInTheOrderOfThePlainKernel) {
  for (DType dtype : dtypes)
    for (bool descending : {false, true}) {
      SCOPED_TRACE(fmt::format("{} {}", name(dtype), descending));
      expect_the_plain_ones(op::sort, mixed_values({3, 300}, dtype), SortAttrs{-1, descending});
      expect_the_plain_ones(op::sort, mixed_values({300, 5}, dtype), SortAttrs{0, descending});
      expect_the_plain_ones(op::sort, mixed_values({20'000}, dtype), SortAttrs{0, descending});
    }
  expect_the_plain_ones(op::sort, mixed_values({150'001}, f32), SortAttrs{0});
  expect_the_plain_ones(op::sort, randn({150'001}, f64), SortAttrs{0, true});
}

TEST(Sort, WholeNumbersFromEndToEnd) {
  Tensor x = integers(-1000, 1000, {500});
  x.data<int64_t>()[3] = std::numeric_limits<int64_t>::min();
  x.data<int64_t>()[4] = std::numeric_limits<int64_t>::max();
  expect_the_plain_ones(op::sort, x, SortAttrs{0});
  expect_the_plain_ones(op::sort, x, SortAttrs{0, true});
}

TEST(Topk, TheFirstOnesOfThePlainKernel) {
  for (DType dtype : dtypes)
    for (bool largest : {false, true})
      for (int64_t k : {1, 7, 37, 290}) {
        SCOPED_TRACE(fmt::format("{} of {} {}", k, name(dtype), largest));
        expect_the_plain_ones(op::topk, mixed_values({3, 300}, dtype), TopkAttrs{k, -1, largest});
        expect_the_plain_ones(op::topk, mixed_values({300, 5}, dtype), TopkAttrs{k, 0, largest});
      }
  for (bool largest : {false, true})
    expect_the_plain_ones(op::topk, mixed_values({200'001}, f32), TopkAttrs{100, 0, largest});
}

// More NaN than k: the worst of the best is NaN, with which nothing compares.
TEST(Topk, MoreNaNThanPlaces) {
  Tensor x = randn({1000});
  for (int64_t i = 100; i < 400; ++i)
    x.data<float>()[i] = std::numeric_limits<float>::quiet_NaN();
  for (bool largest : {false, true})
    expect_the_plain_ones(op::topk, x, TopkAttrs{20, 0, largest});
  expect_the_plain_ones(op::topk, full({1000}, std::numeric_limits<double>::quiet_NaN()),
                        TopkAttrs{20, 0, false});
}

}  // namespace
}  // namespace hebb::test
