// Anomaly mode names the call that made a NaN, forward and backward, and where it was made.

#include "hebb/autograd/anomaly.h"

#include <gtest/gtest.h>

#include <limits>

#include "hebb/autograd/checkpoint.h"
#include "hebb/autograd/function.h"
#include "hebb/autograd/no_grad.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"

namespace hebb {
namespace {

struct Rooted : nn::Module {
  nn::Linear fc{2, 2};
  HEBB_FIELDS(fc)
  Tensor forward(const Tensor& x) { return sqrt(relu(fc(x) * 0)); }  // its slope at 0 is infinite
};
struct Outer : nn::Module {
  Rooted rooted;
  HEBB_FIELDS(rooted)
  Tensor forward(const Tensor& x) { return rooted(x); }
};

void expect_in(const std::string& message, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    EXPECT_NE(message.find(part), std::string::npos) << part << "\n" << message;
}

TEST(Anomaly, ForwardNamesTheFirstCall) {
  const DetectAnomaly scope;
  Tensor x = tensor({-1.0, 2.0}).requires_grad_();
  expect_in(message_of([&] { log(x) * 2; }),
            {"'log' gives NaN, and no operand holds one", "given input f32[2]"});
  const Tensor bad = tensor({1.0, std::numeric_limits<double>::quiet_NaN()});
  expect_in(message_of([&] { x* bad; }),
            {"'mul' gives NaN: its operand 'other' holds NaN already"});
  expect_in(message_of([&] {
              const NoGrad off;
              log(x.detach());
            }),
            {"'log' gives NaN"});  // also what is not recorded
}

TEST(Anomaly, BackwardNamesTheForwardCallAndItsModules) {
  const DetectAnomaly scope;
  Outer net;
  nn::name_modules(net);
  const Tensor y = net(ones({3, 2}));
  expect_in(message_of([&] { (y * 0).sum().backward(); }),
            {"detect_anomaly: the gradient of 'input' of 'sqrt' is NaN", "given input f32[3, 2]",
             "called in Outer > rooted"});
}

TEST(Anomaly, BackwardAloneStillNamesTheCall) {
  Tensor x = zeros({2}).requires_grad_();
  const Tensor y = sqrt(x) * 0;
  const DetectAnomaly scope;
  const std::string message = message_of([&] { y.sum().backward(); });
  expect_in(message, {"the gradient of 'input' of 'sqrt' is NaN"});
  EXPECT_EQ(message.find("called in"), std::string::npos);
}

TEST(Anomaly, CompositesAreScopes) {
  const DetectAnomaly scope;
  Tensor x = tensor({-1.0}).requires_grad_();
  const Tensor y = mse_loss(x, ones({1}));  // scopes are left again
  expect_in(message_of([&] { log(x); }), {"'log' gives NaN"});
  EXPECT_EQ(message_of([&] { log(x); }).find("called in"), std::string::npos);
  EXPECT_EQ(message_of([&] { y.backward(); }), "no error");
}

struct Spoiling : autograd::Function<Spoiling> {
  static Tensor forward(autograd::FunctionContext&, const Tensor& x) { return x * 2; }
  static std::vector<Tensor> backward(autograd::FunctionContext&,
                                      const std::vector<Tensor>& grads) {
    return {grads[0] * std::numeric_limits<double>::quiet_NaN()};
  }
};

TEST(Anomaly, NamesCustomFunctionsAndCallsInCheckpoints) {
  const DetectAnomaly scope;
  Tensor x = zeros({2}).requires_grad_();
  const Tensor y = Spoiling::apply(x);
  expect_in(message_of([&] { y.sum().backward(); }),
            {"the gradient of input 0 of 'Spoiling' is NaN"});
  const Tensor z = autograd::checkpoint([](const Tensor& t) { return sqrt(t) * 0; }, x);
  expect_in(message_of([&] { z.sum().backward(); }), {"the gradient of 'input' of 'sqrt' is NaN"});
}

TEST(Anomaly, EndsWithItsScope) {
  {
    const DetectAnomaly outer;
    { const DetectAnomaly inner; }
    EXPECT_TRUE(anomaly_enabled());
  }
  EXPECT_FALSE(anomaly_enabled());
  EXPECT_EQ(message_of([] { log(tensor({-1.0})); }), "no error");
}

}  // namespace
}  // namespace hebb
