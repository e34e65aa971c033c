// The tape itself: leaves, hooks, retained graphs, second derivatives, in-place safety. Gradients of operators: tests/ops.

#include <gtest/gtest.h>

#include "hebb/autograd/history.h"
#include "hebb/autograd/no_grad.h"
#include "hebb/base/error.h"
#include "hebb/ops/ops.h"

namespace hebb {
namespace {

std::string message_of(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Tape, MathProgramAsGraph) {  // x = ones 2x2, a = x + 2, b = 3 a², c = mean(b): c = 27, dc/dx = 4.5 everywhere
  Tensor x = ones({2, 2}).requires_grad_();
  const Tensor a = x + 2, b = a * a * 3, c = b.sum() / 4;
  EXPECT_EQ(a.to_vector<double>(), std::vector<double>(4, 3));
  EXPECT_EQ(c.item(), 27);
  c.backward();
  EXPECT_EQ(x.grad().to_vector<double>(), std::vector<double>(4, 4.5));
}

TEST(Tape, GradientsAddUpUntilTheyAreCleared) {
  Tensor x = tensor({2.0}).requires_grad_();
  (x * x).backward();
  (x * x).backward();
  EXPECT_EQ(x.grad().item(), 8);
  x.set_grad({});
  (x * 3).backward();
  EXPECT_EQ(x.grad().item(), 3);
}

TEST(Tape, SecondDerivative) {
  Tensor x = tensor({3.0}).requires_grad_();
  (x * x * x).backward({}, false, true);
  const Tensor first = x.grad();
  EXPECT_EQ(first.item(), 27);
  x.set_grad({});
  first.backward();
  EXPECT_EQ(x.grad().item(), 18);
}

TEST(Tape, HookRunsOnceWithTheWholeGradient) {
  Tensor x = tensor({2.0}).requires_grad_();
  std::vector<double> seen;
  on_gradient(x, [&](const Tensor& grad) { seen.push_back(grad.item()); });
  (x * 3 + x * x).backward();  // two paths to the same leaf
  EXPECT_EQ(seen, std::vector<double>{7});
}

TEST(Tape, ASpentGraphSaysSo) {
  Tensor x = tensor({2.0}).requires_grad_();
  const Tensor y = x * x;
  y.backward();
  EXPECT_NE(message_of([&] { y.backward(); }).find("retain_graph"), std::string::npos);
  const Tensor z = x * x;
  z.backward({}, true);
  z.backward();
}

TEST(Tape, AnOverwrittenOperandIsNoticed) {
  Tensor x = tensor({2.0}).requires_grad_();
  Tensor w = tensor({5.0});
  const Tensor y = x * w;
  w.fill_(1);
  EXPECT_NE(message_of([&] { y.backward(); }).find("overwritten in place"), std::string::npos);
}

TEST(Tape, NothingIsRecordedUnderNoGrad) {
  Tensor x = tensor({2.0}).requires_grad_();
  {
    NoGrad off;
    EXPECT_FALSE((x * 2).requires_grad());
    EnableGrad on;
    EXPECT_TRUE((x * 2).requires_grad());
  }
  EXPECT_FALSE(x.detach().requires_grad());
}

TEST(Tape, RefusesWhatHasNoGradient) {
  Tensor whole = tensor(std::vector<int64_t>{1, 2});
  EXPECT_NE(message_of([&] { whole.requires_grad_(); }).find("only floating and complex tensors"), std::string::npos);
  EXPECT_NE(message_of([] { tensor({1.0}).backward(); }).find("requires a gradient"), std::string::npos);
  Tensor x = tensor({1.0, 2.0}).requires_grad_();
  EXPECT_NE(message_of([&] { (x * 2).backward(); }).find("needs a gradient of its shape"), std::string::npos);
  Tensor y = x * 2;
  EXPECT_NE(message_of([&] { y.fill_(1); }).find("recorded operation"), std::string::npos);
}

TEST(Tape, ALongChainIsTakenDownWithoutRecursion) {
  Tensor x = tensor({1.0}).requires_grad_();
  Tensor y = x;
  for (int i = 0; i < 200000; ++i) y = y + 1;
  EXPECT_EQ(y.item(), 200001);
}

TEST(Tape, BroadcastAndPromotionAreUndone) {
  Tensor row = tensor({1.0, 2.0, 3.0}).requires_grad_();
  Tensor column = Tensor::from(std::vector<double>{1, 2}, {2, 1}).requires_grad_();
  (row * column).sum().backward();
  EXPECT_EQ(row.grad().dtype(), f32);
  EXPECT_EQ(row.grad().to_vector<double>(), (std::vector<double>{3, 3, 3}));
  EXPECT_EQ(column.grad().shape(), (Dims{2, 1}));
  EXPECT_EQ(column.grad().to_vector<double>(), (std::vector<double>{6, 6}));
}

}  // namespace
}  // namespace hebb
