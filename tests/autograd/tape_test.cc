// The tape itself: leaves, retained graphs, second derivatives, in-place safety. Gradients
// of operators: tests/ops.

#include <gtest/gtest.h>

#include <vector>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/error.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"

namespace hebb {
namespace {

TEST(Tape, MathProgramAsGraph) {  // x = ones 2x2, a = x + 2, b = 3 a², c = mean(b): c = 27, dc/dx
                                  // = 4.5 everywhere
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
  EXPECT_NE(message_of([&] { whole.requires_grad_(); }).find("only floating and complex tensors"),
            std::string::npos);
  EXPECT_NE(message_of([] { tensor({1.0}).backward(); }).find("requires a gradient"),
            std::string::npos);
  Tensor x = tensor({1.0, 2.0}).requires_grad_();
  EXPECT_NE(message_of([&] { (x * 2).backward(); }).find("needs a gradient of its shape"),
            std::string::npos);
  Tensor y = x * 2;
  EXPECT_NE(message_of([&] { y.fill_(1); }).find("recorded operation"), std::string::npos);
}

TEST(Tape, ALongChainIsTakenDownWithoutRecursion) {
  Tensor x = tensor({1.0}).requires_grad_();
  Tensor y = x;
  for (int i = 0; i < 200000; ++i)
    y = y + 1;
  EXPECT_EQ(y.item(), 200001);
}

TEST(Tape,
     ALongChainOfViewsIsTakenDownWithoutRecursion) {  // a kept operand that is a view does not own
                                                      // the history of what it looks into
  Tensor x = tensor({1.0}).requires_grad_();
  const Tensor c = tensor({1.0}).requires_grad_();
  Tensor y = x;
  for (int i = 0; i < 200000; ++i)
    y = y.reshape({1, 1}) * c;
  EXPECT_EQ(y.item(), 1);
}

TEST(Tape, GradientsOfLeavesShareNoMemory) {
  auto apart = [](const Tensor& a, const Tensor& b) { return a.raw_data() != b.raw_data(); };
  Tensor a = ones({2}).requires_grad_(), b = ones({2}).requires_grad_();
  const Tensor x = tensor({3.0, 4.0});
  ((a + b) * x).sum().backward();
  EXPECT_TRUE(apart(a.grad(), b.grad()));
  a.grad().zero_();
  EXPECT_EQ(b.grad().to_vector<double>(), (std::vector<double>{3, 4}));

  Tensor w = ones({2, 3}).requires_grad_();
  w.sum().backward();
  EXPECT_TRUE(w.grad().is_contiguous());

  Tensor g = ones({2});
  a.set_grad({});
  a.backward(g);
  EXPECT_TRUE(apart(a.grad(), g));
  a.set_grad({});
  a.reshape({2, 1}).backward(g.reshape({2, 1}));
  EXPECT_TRUE(apart(a.grad(), g));
}

TEST(Tape, OnlyWhatAGradientReadsMustStayAsItWas) {
  Tensor x = tensor({2.0}).requires_grad_();
  Tensor scale = tensor({5.0});
  Tensor y = x + 0;
  const Tensor z = y.detach() * x;  // the gradient of x reads the first operand only
  y.detach().fill_(1);
  EXPECT_NE(message_of([&] { z.backward(); }).find("'mul'"), std::string::npos);

  Tensor state = tensor({5.0});
  const Tensor product = state * scale.requires_grad_();
  scale.copy_(7);  // needed for the gradient of `state` only, which nobody wants
  EXPECT_EQ(message_of([&] { product.backward(); }), "no error");
  EXPECT_EQ(scale.grad().item(), 5);

  Tensor rows = ones({2, 3}), weight = ones({4, 3}).requires_grad_();
  const Tensor out = linear(rows, weight);
  weight.copy_(2);
  out.sum().backward();
  EXPECT_EQ(weight.grad().to_vector<double>(), std::vector<double>(12, 2));
}

TEST(Tape, CopyRefusesValuesWithAGradient) {
  Tensor x = tensor({2.0}).requires_grad_();
  Tensor target = tensor({0.0});
  EXPECT_NE(message_of([&] { target.copy_(x * 2); }).find("detach()"), std::string::npos);
  target.copy_((x * 2).detach());
  EXPECT_EQ(target.item(), 4);
  const NoGrad off;
  target.copy_(x);
  EXPECT_EQ(target.item(), 2);
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
