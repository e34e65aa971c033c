// The tape: what it keeps, what it refuses, what it leaves alone.

#include <gtest/gtest.h>

#include "hebb/autograd/history.h"
#include "hebb/autograd/no_grad.h"
#include "hebb/base/error.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/matmul.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/views.h"

namespace hebb {
namespace {

using Values = std::vector<double>;

Tensor leaf(std::initializer_list<double> values) { return tensor(values).requires_grad_(); }

template <class F>
std::string message_of(F&& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Tape, GathersGradientsOverPasses) {
  Tensor x = leaf({1, 2});
  (x * x).sum().backward();
  (x * 3).sum().backward();
  EXPECT_EQ(x.grad().to_vector<double>(), (Values{5, 7}));
}

TEST(Tape, LeavesStayLeavesWhenTheGraphIsGone) {
  Tensor x = leaf({1, 2});
  { const Tensor dropped = x * x; }
  EXPECT_TRUE(x.requires_grad());
  (x * x).sum().backward();
  EXPECT_TRUE(x.requires_grad());
  EXPECT_EQ(x.grad().to_vector<double>(), (Values{2, 4}));
}

TEST(Tape, SharedPartsAreVisitedOnce) {
  Tensor x = leaf({3});
  const Tensor y = x * x;
  (y * y + y).sum().backward();
  EXPECT_EQ(x.grad().to_vector<double>(), (Values{4 * 27 + 6}));
}

TEST(Tape, LongChainsNeedNoStack) {
  Tensor x = leaf({1});
  Tensor y = x;
  for (int i = 0; i < 100000; ++i) y = y * 1.0;
  y.sum().backward();
  EXPECT_EQ(x.grad().to_vector<double>(), (Values{1}));
}

TEST(Tape, RefusesAnOperandThatWasOverwritten) {
  Tensor x = leaf({1, 2}), w = tensor({3, 4});
  const Tensor y = (x * w).sum();
  w.fill_(0);
  EXPECT_NE(message_of([&] { y.backward(); }).find("overwritten in place"), std::string::npos);
  const Tensor z = (x + w).sum();  // add keeps nothing, so nothing is stale
  w.fill_(1);
  EXPECT_EQ(message_of([&] { z.backward(); }), "");
}

TEST(Tape, SeesWritesThroughViews) {
  Tensor x = leaf({1, 2}), w = zeros({2, 2});
  const Tensor y = (x * w).sum();
  select(w, 0, 1).fill_(5);
  EXPECT_NE(message_of([&] { y.backward(); }).find("'mul'"), std::string::npos);
}

TEST(Tape, RefusesASecondPassUnlessTheGraphIsRetained) {
  Tensor x = leaf({1, 2});
  const Tensor y = (x * x).sum();
  y.backward({}, true);
  y.backward();
  EXPECT_EQ(x.grad().to_vector<double>(), (Values{4, 8}));
  EXPECT_NE(message_of([&] { y.backward(); }).find("retain_graph"), std::string::npos);
}

TEST(Tape, GradientsCanBeDifferentiatedAgain) {
  Tensor x = leaf({2});
  (x * x * x).sum().backward({}, false, true);
  const Tensor first = x.grad();
  EXPECT_EQ(first.to_vector<double>(), (Values{12}));
  x.set_grad({});
  first.sum().backward();
  EXPECT_EQ(x.grad().to_vector<double>(), (Values{12}));
}

TEST(Tape, NeedsAGradientForMoreThanOneElement) {
  Tensor x = leaf({1, 2});
  EXPECT_NE(message_of([&] { (x * 2).backward(); }).find("only one element may go without"), std::string::npos);
  EXPECT_NE(message_of([&] { (x * 2).backward(ones({3})); }).find("gradient of shape [3]"), std::string::npos);
  EXPECT_NE(message_of([&] { tensor({1}).backward(); }).find("does not depend"), std::string::npos);
  EXPECT_NE(message_of([&] { tensor({1}).to(i64).requires_grad_(); }).find("i64"), std::string::npos);
}

TEST(Tape, RecordsNothingWithoutGradients) {
  Tensor x = leaf({1});
  {
    const NoGrad off;
    EXPECT_FALSE((x * 2).requires_grad());
    const EnableGrad on;
    EXPECT_TRUE((x * 2).requires_grad());
  }
  EXPECT_TRUE((x * 2).requires_grad());
  EXPECT_FALSE((x.detach() * 2).requires_grad());
}

TEST(Tape, WritingIntoARecordedResultIsRefused) {
  Tensor x = leaf({1, 2});
  Tensor y = x * 2;
  EXPECT_NE(message_of([&] { y.fill_(0); }).find("detached"), std::string::npos);
}

TEST(Tape, HooksRunOnceWithTheWholeGradient) {
  Tensor x = leaf({1, 2});
  std::vector<Values> seen;
  on_gradient(x, [&](const Tensor& grad) { seen.push_back(grad.to_vector<double>()); });
  (x * x + x).sum().backward();
  EXPECT_EQ(seen, (std::vector<Values>{{3, 5}}));
}

TEST(Tape, BroadcastOperandsGetGradientsOfTheirShapeAndDtype) {
  Tensor x = zeros({2, 3}).requires_grad_(), row = ones({3}, f64).requires_grad_(), one = ones({}).requires_grad_();
  (x * row + one).sum().backward();
  EXPECT_EQ(describe(row.grad()), "f64[3]");
  EXPECT_EQ(describe(one.grad()), "f32[]");
  EXPECT_EQ(one.grad().item(), 6);
}

}  // namespace
}  // namespace hebb
