// eye and linspace: PyTorch's values in every dtype.

#include "hebb/ops/create.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ops/samples.h"
#include "support/message_of.h"

namespace hebb::test {
namespace {

// As PyTorch's kernel counts: from the start in the first half, from the end in the second one; in
// f64.
std::vector<double> counted(double start, double end, int64_t steps) {
  std::vector<double> out;
  const double step = (end - start) / double(steps - 1);
  for (int64_t i = 0; i < steps; ++i)
    out.push_back(i < steps / 2 ? start + step * double(i) : end - step * double(steps - i - 1));
  return out;
}

TEST(Create, LinspaceIsCountedFromBothEnds) {
  for (int d = 0; d < num_dtypes; ++d)
    for (int64_t steps : {0, 2, 3, 7, 10, 1001})
      for (const auto& [start, end] :
           {std::pair<double, double>{0, 1}, {-3.7, 11.3}, {100, 3}, {2, 2}}) {
        const auto dtype = DType(d);
        if (is_integral(dtype) && start < 0)
          continue;
        const Tensor out = hebb::linspace(start, end, steps, dtype);
        EXPECT_EQ(
            difference(out, Tensor::from(counted(start, end, steps), {steps}).to(dtype), 0, 0), "")
            << steps << " steps from " << start << " to " << end << " as " << name(dtype);
      }
  const Tensor odd = hebb::linspace(-0.1, 0.1, 5, f64);
  EXPECT_EQ(odd.to_vector<double>(), (std::vector<double>{-0.1, -0.05, 0, 0.05, 0.1}));
  EXPECT_EQ(hebb::linspace(0.1, 7, 1).to_vector<float>(), (std::vector<float>{0.1f}));
  EXPECT_EQ(hebb::linspace(0, 10, 4, i64).to_vector<int64_t>(),
            (std::vector<int64_t>{0, 3, 6, 10}));  // cut, as PyTorch's
  EXPECT_NE(message_of([] { hebb::linspace(0, 1, -1); }).find("should be at least 0"),
            std::string::npos);
}

TEST(Create, EyeIsOneWhereRowAndColumnAreEqual) {
  for (int d = 0; d < num_dtypes; ++d)
    for (int64_t n : {0, 1, 2, 5}) {
      const Tensor out = eye(n, DType(d));
      EXPECT_EQ(describe(out), fmt::format("{}[{}, {}]", name(DType(d)), n, n));
      EXPECT_TRUE(out.is_contiguous());
      std::vector<double> expected(size_t(n * n), 0);
      for (int64_t i = 0; i < n; ++i)
        expected[size_t(i * (n + 1))] = 1;
      EXPECT_EQ(out.to_vector<double>(), expected) << describe(out);
    }
  EXPECT_NE(message_of([] { eye(-1); }).find("eye: n is -1"), std::string::npos);
}

}  // namespace
}  // namespace hebb::test
