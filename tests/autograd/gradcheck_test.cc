// gradcheck finds a wrong gradient and says where.

#include "hebb/autograd/gradcheck.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/base/error.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"

namespace hebb {
namespace {

using Tensors = std::vector<Tensor>;

TEST(Gradcheck, TakesARightGradient) {
  const Tensors x = {tensor(std::vector<double>{1, -2, 0.5}),
                     tensor(std::vector<double>{2, 3, -4})};
  const TensorFunction f = [](const Tensors& t) { return Tensors{t[0] * t[1], t[0] / t[1]}; };
  const GradcheckReport report = gradcheck_report(f, x);
  EXPECT_TRUE(report.ok) << report.text;
  EXPECT_EQ(report.checked, 6);
  EXPECT_TRUE(gradgradcheck_report(f, x).ok);
  EXPECT_EQ(gradgradcheck_report(f, x).checked, 12);  // and the two output gradients
}

// Half of the square is hidden from the tape, so its gradient is half of what it should be.
Tensors half_hidden(const Tensors& t) {
  return {t[0] * t[0].detach()};
}

TEST(Gradcheck, FindsAWrongGradient) {
  const Tensor x = tensor(std::vector<double>{0, 3, 1});
  const GradcheckReport report = gradcheck_report(half_hidden, {x});
  EXPECT_FALSE(report.ok);
  EXPECT_EQ(report.wrong, 2);
  EXPECT_EQ(report.input, 0);
  EXPECT_NEAR(report.numerical, 2 * report.analytical, 1e-6);
  EXPECT_EQ(report.position, (Dims{1}));
  EXPECT_NE(report.text.find("2 of 3 elements"), std::string::npos);
  EXPECT_THROW(gradcheck(half_hidden, {x}), Error);
}

TEST(Gradcheck, FindsAWrongSecondGradient) {
  // The first derivative of x * x, 2x, is right in value but records nothing.
  const TensorFunction f = [](const Tensors& t) {
    return Tensors{t[0] * t[0].detach() * 2 - t[0].detach() * t[0].detach()};
  };
  const Tensors x = {tensor(std::vector<double>{1, 2})};
  EXPECT_TRUE(gradcheck_report(f, x).ok);
  EXPECT_THROW(gradgradcheck(f, x), Error);
}

TEST(Gradcheck, ChecksSomeNumbersOfEveryPart) {
  const Tensor x = ones({4, 25}, f64);
  GradcheckReport report = gradcheck_report(half_hidden, {x}, {.most = 10});
  EXPECT_EQ(report.checked, 10);
  EXPECT_EQ(report.wrong, 10);
  // Wrong in one row of four.
  const TensorFunction wrong_in_row = [](const Tensors& t) {
    return Tensors{cat({slice(t[0], 0, {0, 2}), half_hidden({slice(t[0], 0, {2, 3})})[0],
                        slice(t[0], 0, {3, 4})})};
  };
  report = gradcheck_report(wrong_in_row, {x}, {.most = 40});
  EXPECT_EQ(report.checked, 40);
  EXPECT_EQ(report.wrong, 10);
  EXPECT_EQ(report.position[0], 2);
  EXPECT_THROW(gradcheck(half_hidden, {x}, {.most = 0}), Error);
}

TEST(Gradcheck, AsksForDoubles) {
  EXPECT_THROW(gradcheck([](const Tensors& t) { return t; }, {tensor({1.})}), Error);
}

TEST(Gradcheck, LeavesItsInputsAlone) {
  const Tensor x = tensor(std::vector<double>{1, 2});
  gradcheck([](const Tensors& t) { return Tensors{t[0] * t[0]}; }, {x});
  EXPECT_FALSE(x.requires_grad());
  EXPECT_FALSE(x.grad().defined());
}

}  // namespace
}  // namespace hebb
