// Optimisers against their formulas step by step, and schedules against their tables. The fused
// steps against PyTorch: tests/ops.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/base/error.h"
#include "hebb/base/log.h"
#include "hebb/ops/ops.h"
#include "hebb/optim/optim.h"
#include "hebb/optim/parse.h"
#include "support/message_of.h"

namespace hebb {
namespace {

// The path of one weight under loss (2 w - 6)^2, which has the gradient 4 (2 w - 6).
template <class Opt, class Options>
std::vector<double> path(const Options& options, int steps) {
  Tensor w = tensor({1.0}).to(f64).detach().requires_grad_();
  Opt optimizer({w}, options);
  std::vector<double> out;
  for (int i = 0; i < steps; ++i) {
    const Tensor error = w * 2 - 6;
    optimizer.zero_grad();
    (error * error).sum().backward();
    optimizer.step();
    out.push_back(w.item());
  }
  return out;
}

double gradient(double w) {
  return 4 * (2 * w - 6);
}

TEST(SGD, FollowsTheFormula) {
  EXPECT_NEAR(path<optim::SGD>(optim::SgdOptions{.lr = 0.1}, 5)[4], 2.99936, 1e-12);
  double w = 1, v = 0;
  const std::vector<double> got = path<optim::SGD>(
      optim::SgdOptions{.lr = 0.01, .momentum = 0.9, .weight_decay = 0.1, .nesterov = true}, 10);
  for (int i = 0; i < 10; ++i) {
    const double g = gradient(w) + 0.1 * w;
    v = i == 0 ? g : 0.9 * v + g;
    w -= 0.01 * (g + 0.9 * v);
    EXPECT_NEAR(got[size_t(i)], w, 1e-12) << "step " << i + 1;
  }
}

TEST(Adam, FollowsTheFormulaWithAndWithoutCorrection) {
  for (bool corrected : {true, false})
    for (bool decoupled : {true, false}) {
      optim::AdamOptions o{.lr = 0.05, .weight_decay = 0.02, .bias_correction = corrected};
      const std::vector<double> got =
          decoupled ? path<optim::AdamW>(o, 10) : path<optim::Adam>(o, 10);
      double w = 1, m = 0, v = 0;
      for (int t = 1; t <= 10; ++t) {
        double g = gradient(w);
        if (decoupled)
          w -= 0.05 * 0.02 * w;
        else
          g += 0.02 * w;
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        const double mh = corrected ? m / (1 - std::pow(0.9, t)) : m,
                     vh = corrected ? v / (1 - std::pow(0.999, t)) : v;
        w -= 0.05 * mh / (std::sqrt(vh) + 1e-8);
        EXPECT_NEAR(got[size_t(t - 1)], w, 1e-10) << "step " << t;
      }
    }
}

TEST(Optimizer, StateGoesOnWhereItWas) {
  auto run = [](int stop) {
    Tensor w = tensor({1.0, -2.0}).requires_grad_();
    std::vector<std::pair<std::string, Tensor>> saved;
    auto adam =
        std::make_unique<optim::Adam>(std::vector<Tensor>{w}, optim::AdamOptions{.lr = 0.1});
    for (int i = 0; i < 8; ++i) {
      if (i == stop) {
        saved = adam->state();
        adam = std::make_unique<optim::Adam>(std::vector<Tensor>{w}, optim::AdamOptions{.lr = 0.1});
        adam->load_state(saved);
      }
      adam->zero_grad();
      (w * w).sum().backward();
      adam->step();
    }
    return w.to_vector<float>();
  };
  EXPECT_EQ(run(-1), run(3));
}

// Two parameters, of which the second gets gradients from the sixth step on. Values:
// torch.optim 2.6, in f64.
std::vector<double> thawed_late(const optim::OptimizerFactory& factory) {
  Tensor a = tensor({1.0, -2.0}).to(f64).detach().requires_grad_(),
         b = tensor({0.5}).to(f64).detach().requires_grad_();
  const auto optimizer = factory({{.params = {a, b}}});
  for (int i = 0; i < 8; ++i) {
    optimizer->zero_grad();
    Tensor loss = (a * a).sum() * (i + 1);
    if (i >= 5)
      loss = loss + (b * b * 3).sum();
    loss.backward();
    optimizer->step();
  }
  std::vector<double> out = a.to_vector<double>();
  out.push_back(b.item());
  return out;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& expected) {
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(got[i], expected[i], 1e-12) << i;
}

TEST(Optimizer, EachParameterCountsItsOwnSteps) {
  expect_near(thawed_late(optim::adam({.lr = 0.1})),
              {0.20560019423900794, -1.2105219819433692, 0.20487125044086524});
  expect_near(thawed_late(optim::adamw({.lr = 0.1, .amsgrad = true})),
              {0.20038581214733847, -1.197171014530214, 0.20371238085592538});
  expect_near(thawed_late(optim::sgd({.lr = 0.01, .momentum = 0.9, .dampening = 0.5})),
              {0.1661562184504319, -0.3323124369008638, 0.37904299999999996});
}

TEST(Optimizer, AdamWDecaysUnlessToldOtherwise) {
  for (const optim::OptimizerFactory& factory :
       {optim::adamw({.lr = 0.1}), optim::adamw(), optim::parse_optimizer("adamw lr=0.1")}) {
    Tensor w = tensor({1.0}).requires_grad_();
    const auto adamw = factory({{.params = {w}}});
    (w * 0.0).sum().backward();  // no gradient: what moves is the decay
    adamw->step();
    EXPECT_NEAR(w.item(), 1 - adamw->lr() * 0.01, 1e-7);
  }
  Tensor w = tensor({1.0}).requires_grad_();
  optim::AdamW none({w}, {.lr = 0.1, .weight_decay = 0});
  (w * 0.0).sum().backward();
  none.step();
  EXPECT_EQ(w.item(), 1);
}

TEST(Optimizer, RefusesTheStateOfAnother) {
  Tensor w = tensor({1.0, -2.0}).requires_grad_();
  (w * w).sum().backward();
  optim::Adam adam({w}, {.lr = 0.1});
  adam.step();
  const auto state = adam.state();
  optim::SGD plain({w}, {.lr = 0.1}), momentum({w}, {.lr = 0.1, .momentum = 0.9});
  optim::Adam amsgrad({w}, {.lr = 0.1, .amsgrad = true}), fresh({w}, {.lr = 0.1});
  EXPECT_NE(message_of([&] {
              plain.load_state(state);
            }).find("holds 'exp_avg.0', which this optimiser does not have"),
            std::string::npos);
  EXPECT_NE(message_of([&] { momentum.load_state(state); }).find("has no 'momentum_buffer.0'"),
            std::string::npos);
  EXPECT_NE(message_of([&] { amsgrad.load_state(state); }).find("has no 'max_exp_avg_sq.0'"),
            std::string::npos);
  auto damaged = state;
  damaged.back().second = ones({3});
  EXPECT_NE(message_of([&] {
              fresh.load_state(damaged);
            }).find("'exp_avg_sq.0' is f32[3], should be f32[2]"),
            std::string::npos);
  EXPECT_EQ(fresh.steps(), 0);  // nothing was taken
  EXPECT_EQ(fresh.state()[2].second.sum().item(), 0);
  fresh.load_state(state);
  EXPECT_EQ(fresh.steps(), 1);
}

TEST(Optimizer, RefusesValuesOutOfRange) {
  const std::vector<Tensor> params{tensor({1.0}).requires_grad_()};
  EXPECT_NE(message_of([&] { optim::SGD(params, {.lr = 0}); }).find("above 0"), std::string::npos);
  EXPECT_NE(message_of([&] { optim::SGD(params, {.lr = -0.1}); }).find("above 0"),
            std::string::npos);
  EXPECT_NE(message_of([&] { optim::SGD(params, {.lr = 0.1, .momentum = 1}); }).find("below 1"),
            std::string::npos);
  EXPECT_NE(message_of([&] { optim::Adam(params, {.beta1 = 1}); }).find("below 1"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              optim::SGD({optim::ParamGroup{.params = params, .lr_scale = -1}}, {.lr = 0.1});
            }).find("lr_scale of parameter group 0 is -1, should be at least 0"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              optim::SGD({optim::ParamGroup{.params = params, .weight_decay = -5}}, {.lr = 0.1});
            }).find("weight_decay of parameter group 0 is -5, should be at least 0"),
            std::string::npos);
  optim::SGD sgd(params, {.lr = 0.1});
  EXPECT_NE(
      message_of([&] { sgd.set_lr(std::nan("")); }).find("is set to nan, should be at least 0"),
      std::string::npos);
  EXPECT_EQ(sgd.lr(), 0.1);
  EXPECT_NE(message_of([] { optim::parse_optimizer("adm lr=1"); }).find("adam"), std::string::npos);
  EXPECT_NE(message_of([] { optim::parse_optimizer("sgd momentm=0.9"); }).find("momentum"),
            std::string::npos);
}

TEST(Optimizer, RefusesParametersThatAreNone) {
  Tensor w = tensor({1.0}).requires_grad_();
  const auto refusal = [](std::vector<Tensor> params) {
    return message_of([&] { optim::SGD sgd(params, {.lr = 0.1}); });
  };
  EXPECT_NE(refusal({w, w}).find("of shape [1] is given twice"), std::string::npos);
  EXPECT_NE(refusal({w, w * 2}).find("should be a leaf"), std::string::npos);
  EXPECT_NE(refusal({Tensor()}).find("is undefined"), std::string::npos);
  EXPECT_NE(message_of([&] {
              w.set_grad(ones({1}, DType::f64));
            }).find("a gradient of f64 for a tensor of f32"),
            std::string::npos);
}

TEST(Clip, ByNormAndByValue) {
  Tensor a = tensor({3.0}).requires_grad_(), b = tensor({4.0}).requires_grad_();
  (a * 3 + b * 4).sum().backward();  // gradients 3 and 4: norm 5
  const Tensor norm = optim::clip_grad_norm_({a, b}, 1);
  EXPECT_EQ(describe(norm), "f32[]");
  EXPECT_NEAR(norm.item(), 5, 1e-6);
  EXPECT_NEAR(a.grad().item(), 0.6, 1e-5);
  optim::clip_grad_value_({a, b}, 0.7);
  EXPECT_NEAR(b.grad().item(), 0.7, 1e-6);
  b.set_grad(tensor({NAN}));
  EXPECT_NE(message_of([&] {
              optim::clip_grad_norm_({a, b}, 1, 2, true);
            }).find("the norm of the gradients is nan"),
            std::string::npos);
  EXPECT_NEAR(a.grad().item(), 0.6, 1e-5);
}

TEST(Schedule, CosineWithWarmUpGoesStepByStep) {
  const optim::Schedule s = optim::parse_schedule("cosine warmup=10");
  EXPECT_NEAR(s.lr(1, {0, 0, 110, 1}), 0.1, 1e-12);
  EXPECT_NEAR(s.lr(1, {9, 0, 110, 1}), 1, 1e-12);
  EXPECT_NEAR(s.lr(1, {60, 0, 110, 1}), 0.5, 1e-12);
  EXPECT_NEAR(s.lr(1, {110, 0, 110, 1}), 0, 1e-12);
}

TEST(Schedule, ACosineFallsToALearningRate) {  // PyTorch's CosineAnnealingLR(optimizer, T_max=10,
                                               // eta_min=0.01)
  const optim::Schedule s = optim::parse_schedule("cosine T_max=10 eta_min=0.01");
  EXPECT_NEAR(s.lr(0.1, {0, 0, 0, 0}), 0.1, 1e-15);
  EXPECT_NEAR(s.lr(0.1, {5, 0, 0, 0}), 0.055, 1e-15);
  EXPECT_NEAR(s.lr(0.1, {10, 0, 0, 0}), 0.01, 1e-15);
  EXPECT_NE(message_of([&] {
              s.lr(1e-3, {});
            }).find("eta_min is 0.01, should be a learning rate of at most 0.001"),
            std::string::npos);
}

TEST(Schedule, TheExplicitLoopsScheduler) {
  Tensor w = tensor({1.0}).requires_grad_();
  optim::SGD sgd({w}, {.lr = 1});
  optim::LrScheduler scheduler(sgd, optim::step({.step_size = 2, .gamma = 0.2}));
  std::vector<double> rates;
  for (int i = 0; i < 5; ++i) {
    rates.push_back(sgd.lr());
    scheduler.step();
  }
  EXPECT_NEAR(rates[1], 1, 1e-12);
  EXPECT_NEAR(rates[2], 0.2, 1e-12);
  EXPECT_NEAR(rates[4], 0.04, 1e-12);
}

TEST(Optimizer, StatesHavePyTorchsNames) {
  Tensor w = tensor({1.0, -2.0}).requires_grad_();
  const auto names = [&](const char* line) {
    std::vector<std::string> out;
    for (const auto& [name, tensor] : optim::parse_optimizer(line)({{.params = {w}}})->state())
      out.push_back(name);
    return out;
  };
  EXPECT_EQ(names("rmsprop"), (std::vector<std::string>{"step", "param_steps", "square_avg.0"}));
  EXPECT_EQ(names("rmsprop momentum=0.9 centered=true"),
            (std::vector<std::string>{"step", "param_steps", "square_avg.0", "grad_avg.0",
                                      "momentum_buffer.0"}));
  EXPECT_EQ(names("nadam"),
            (std::vector<std::string>{"step", "param_steps", "exp_avg.0", "exp_avg_sq.0"}));
}

TEST(RMSprop, FollowsTheFormula) {
  const std::vector<double> got = path<optim::RMSprop>(
      optim::RMSpropOptions{.lr = 0.05, .alpha = 0.9, .momentum = 0.5, .centered = true}, 8);
  double w = 1, v = 0, mean = 0, b = 0;
  for (size_t i = 0; i < 8; ++i) {
    const double g = gradient(w);
    v = 0.9 * v + 0.1 * g * g;
    mean = 0.9 * mean + 0.1 * g;
    b = 0.5 * b + g / (std::sqrt(v - mean * mean) + 1e-8);
    w -= 0.05 * b;
    EXPECT_NEAR(got[i], w, 1e-10) << "step " << i + 1;
  }
}

TEST(NAdam, FollowsTheFormula) {
  const std::vector<double> got =
      path<optim::NAdam>(optim::NAdamOptions{.lr = 0.05, .weight_decay = 0.02}, 10);
  const auto mu = [](int t) { return 0.9 * (1 - 0.5 * std::pow(0.96, t * 4e-3)); };
  double w = 1, m = 0, v = 0, product = 1;
  for (int t = 1; t <= 10; ++t) {
    const double g = gradient(w) + 0.02 * w;
    product *= mu(t);
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const double root = std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8;
    w -= 0.05 * (1 - mu(t)) / (1 - product) * g / root +
         0.05 * mu(t + 1) / (1 - product * mu(t + 1)) * m / root;
    EXPECT_NEAR(got[size_t(t - 1)], w, 1e-10) << "step " << t;
  }
}

TEST(Schedule, ACosineOverTheTrainingNeedsItsLength) {
  Tensor w = tensor({1.0}).requires_grad_();
  optim::SGD sgd({w}, {.lr = 1});
  EXPECT_NE(message_of([&] {
              optim::LrScheduler(sgd, optim::cosine());
            }).find("name its steps as the total"),
            std::string::npos);
  optim::LrScheduler periodic(sgd, optim::cosine({.period = 10}));
  sgd.set_lr(1);
  optim::LrScheduler scheduler(sgd, optim::cosine(), {.total = 10});
  for (int i = 0; i < 5; ++i)
    scheduler.step();
  EXPECT_NEAR(sgd.lr(), 0.5, 1e-12);
  sgd.set_lr(1);
  optim::LrScheduler resumed(sgd, optim::cosine(), {.total = 10, .done = 4});
  resumed.step();
  EXPECT_NEAR(sgd.lr(), 0.5, 1e-12);
}

TEST(Optimizer, WarnsOfAStepWithoutGradients) {
  static std::vector<std::string> warnings;
  set_warning_handler([](std::string_view line) { warnings.emplace_back(line); });
  Tensor w = tensor({1.0}).requires_grad_();
  optim::SGD sgd({w}, {.lr = 0.05});
  for (int i = 0; i < 2; ++i)
    sgd.step();
  set_warning_handler({});
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("backward() comes before step()"), std::string::npos);
}

}  // namespace
}  // namespace hebb
