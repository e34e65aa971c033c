// Gradients of chosen tensors, scopes of the tape, versions of kept tensors.

#include <gtest/gtest.h>

#include "hebb/autograd/grad.h"
#include "hebb/autograd/hooks.h"
#include "hebb/autograd/no_grad.h"
#include "hebb/ops/entries.h"
#include "hebb/ops/ops.h"
#include "hebb/ops/recorder.h"
#include "support/message_of.h"

namespace hebb {
namespace {

using Values = std::vector<double>;

TEST(Grad, OfChosenTensorsLeavesOthersAlone) {
  Tensor x = tensor({2.0, 3.0}).requires_grad_(), w = tensor({5.0, 7.0}).requires_grad_();
  const Tensor middle = x * w, y = (middle * middle).sum();
  const std::vector<Tensor> g = autograd::grad({y}, {middle, x});
  EXPECT_EQ(g[0].to_vector<double>(), (Values{20, 42}));
  EXPECT_EQ(g[1].to_vector<double>(), (Values{100, 294}));
  EXPECT_FALSE(x.grad().defined());
  EXPECT_FALSE(w.grad().defined());
}

TEST(Grad, RunsOnlyWhatLiesBetween) {
  Tensor x = tensor({2.0}).requires_grad_(), w = tensor({3.0}).requires_grad_();
  int runs = 0;
  const Tensor side = w * w;
  register_hook(side, [&](const Tensor&) { ++runs; });
  const Tensor y = x * x + side;
  EXPECT_EQ(autograd::grad({y}, {x}, {}, {.retain_graph = true})[0].item(), 4);
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(autograd::grad({y}, {w})[0].item(), 6);
  EXPECT_EQ(runs, 1);
}

TEST(Grad, StopsAtTheTensorThatWasAskedFor) {
  Tensor x = tensor({2.0}).requires_grad_();
  const Tensor middle = exp(x), y = middle * middle;
  EXPECT_FLOAT_EQ(float(autograd::grad({y}, {middle})[0].item()),
                  2 * std::exp(2.0f));  // the graph below stays as it was
  EXPECT_FLOAT_EQ(float(autograd::grad({middle}, {x})[0].item()), std::exp(2.0f));
}

TEST(Grad, SeveralOutputsAndTheirGradients) {
  Tensor x = tensor({1.0, 2.0}).requires_grad_();
  const Tensor a = x * 3, b = x * x;
  EXPECT_EQ(
      autograd::grad({a, b}, {x}, {tensor({1.0, 10.0}), tensor({1.0, 1.0})})[0].to_vector<double>(),
      (Values{5, 34}));
  EXPECT_NE(message_of([&] {
              autograd::grad({a, b}, {x}, {ones({2})});
            }).find("1 gradients for 2"),
            std::string::npos);
}

TEST(Grad, OfTheGradient) {
  Tensor x = tensor({2.0}).requires_grad_();
  Tensor g = x * x * x;
  for (double expected : {12.0, 12.0, 6.0}) {
    g = autograd::grad({g}, {x}, {}, {.create_graph = true})[0];
    EXPECT_EQ(g.item(), expected);
  }
  EXPECT_FALSE(x.grad().defined());
}

TEST(Grad, UnusedInputs) {
  Tensor x = tensor({2.0}).requires_grad_(), other = ones({3}).requires_grad_();
  const Tensor y = x * x;
  const auto with = [&](autograd::GradOptions options) {
    options.retain_graph = true;
    return autograd::grad({y}, {x, other}, {}, options);
  };
  EXPECT_NE(message_of([&] { with({}); }).find("do not depend on input 1 (f32[3])"),
            std::string::npos);
  EXPECT_FALSE(with({.allow_unused = true})[1].defined());
  EXPECT_EQ(with({.materialize_grads = true})[1].to_vector<double>(), (Values{0, 0, 0}));
  EXPECT_NE(message_of([&] { autograd::grad({y}, {ones({3})}); }).find("requires no gradient"),
            std::string::npos);
}

TEST(Grad, ATensorTwiceAndTheOutputItself) {
  Tensor x = tensor({2.0}).requires_grad_();
  const Tensor y = x * x;
  const std::vector<Tensor> g = autograd::grad({y}, {x, y, x}, {tensor({3.0})});
  EXPECT_EQ(g[0].item(), 12);
  EXPECT_EQ(g[1].item(), 3);
  EXPECT_EQ(g[2].item(), 12);
}

TEST(Grad, BackwardOfSeveralTensors) {
  Tensor x = tensor({1.0, 2.0}).requires_grad_();
  autograd::backward({(x * x).sum(), x * 2}, {Tensor(), ones({2})});
  EXPECT_EQ(x.grad().to_vector<double>(), (Values{4, 6}));
}

TEST(Grad, SetGradEnabledIsAScope) {
  Tensor x = tensor({2.0}).requires_grad_();
  for (bool on : {false, true}) {
    const SetGradEnabled scope(on);
    EXPECT_EQ((x * 2).requires_grad(), on);
    EXPECT_EQ(grad_enabled(), on);
  }
  EXPECT_TRUE(grad_enabled());
}

TEST(Grad, AMissingDerivativeIsAnError) {  // the third of grid_sample, and no derivative of zero
  Tensor x = rand({1, 1, 4, 4}).requires_grad_(), where = rand({1, 3, 3, 2}).requires_grad_();
  const Tensor y = grid_sample(x, where).sum();
  const Tensor first = autograd::grad({y}, {where}, {}, {.create_graph = true})[0];
  const Tensor second =
      autograd::grad({(first * first).sum()}, {where}, {}, {.create_graph = true})[0];
  EXPECT_NE(message_of([&] { autograd::grad({second.sum()}, {where}); }).find("has no gradient"),
            std::string::npos);
}

std::string refusal_after(const std::function<void(Tensor&)>& write_to) {
  Tensor x = tensor({2.0}).requires_grad_(), w = tensor({5.0});
  const Tensor y = x * w;
  write_to(w);
  return message_of([&] { y.backward(); });
}

TEST(Versions, AnOverwrittenOperandNamesBothOperators) {
  const auto expect = [](const std::string& message, const std::string& writer) {
    EXPECT_NE(message.find("what 'mul' had kept for its gradient was overwritten in place by '" +
                           writer + "' after it was used: f32[1]"),
              std::string::npos)
        << message;
  };
  expect(refusal_after([](Tensor& w) { w.fill_(1); }), "fill_");
  expect(refusal_after([](Tensor& w) { w.zero_(); }), "zero_");
  expect(refusal_after([](Tensor& w) { w.copy_(ones({1})); }), "copy_");
  expect(refusal_after([](Tensor& w) { w += 1; }), "+=");
  expect(refusal_after([](Tensor& w) { call_into({w}, op::exp, {{ones({1})}}); }), "exp");
}

TEST(Versions, AWriterWithoutANameIsNotGuessed) {
  const std::string message = refusal_after([](Tensor& w) {
    w.fill_(3);  // not the last one
    *w.data<float>() = 1;
    w.storage().count_write();
  });
  EXPECT_NE(message.find("overwritten in place after it was used"), std::string::npos) << message;
}

}  // namespace
}  // namespace hebb
