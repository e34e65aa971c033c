// Norms by torch.norm's names: "fro" and "nuc".

#include "hebb/ops/norms.h"

#include <gtest/gtest.h>

#include "hebb/ops/statistics.h"
#include "ops/samples.h"
#include "support/message_of.h"

namespace hebb::test {
namespace {

std::vector<double> numbers(const Tensor& t) {
  return t.to_vector<double>();
}

TEST(NormByName, IsTheNormOfMatrices) {
  const Tensor matrix = randn({3, 4}, f64), stack = randn({2, 3, 4}, f64);
  for (const char* p : {"fro", "nuc"}) {
    EXPECT_EQ(numbers(norm(matrix, p)), numbers(linalg_matrix_norm(matrix, p))) << p;
    const Tensor kept = norm(stack, p, {2, 0}, true);
    EXPECT_EQ(kept.shape(), (Dims{1, 3, 1})) << p;
    EXPECT_EQ(numbers(kept), numbers(linalg_matrix_norm(stack, p, {2, 0}))) << p;
  }
}

TEST(NormByName, FrobeniusOfAnyShapeIsTheRootOfAllSquares) {
  for (const Tensor& x : {randn({}, f64), randn({5}, f64), randn({2, 3, 4}, f64)})
    EXPECT_EQ(numbers(norm(x, "fro")), numbers(norm(x, 2)));
  const Tensor x = randn({2, 3, 4}, f64);
  EXPECT_EQ(numbers(norm(x, "fro", 1)), numbers(norm(x, 2, 1)));
}

TEST(NormByName, RefusesWhatIsNoMatrix) {
  const auto refused = [](const Tensor& x, std::string_view p, const DimOrDims& dim = {}) {
    return message_of([&] { norm(x, p, dim); });
  };
  const Tensor matrix = zeros({2, 3}), stack = zeros({2, 3, 4});
  EXPECT_NE(refused(stack, "nuc").find("should be a matrix where p is 'nuc'"), std::string::npos);
  EXPECT_NE(refused(matrix, "nuc", 0).find("should name two dimensions"), std::string::npos);
  EXPECT_NE(refused(stack, "fro", {0, 1, 2}).find("should name two"), std::string::npos);
  EXPECT_NE(refused(matrix, "max").find("should be 'fro', 'nuc' or a number"), std::string::npos);
}

}  // namespace
}  // namespace hebb::test
