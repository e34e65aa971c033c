// Averages of weights, groups of parameters by name, and adaptive clipping.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/ops/ops.h"
#include "hebb/optim/optim.h"
#include "support/message_of.h"

namespace hebb {
namespace {

using Values = std::vector<double>;

TEST(WeightAverage, Exponential) {
  Tensor w = tensor({1.0, 4.0}).to(f64).detach();
  optim::WeightAverage average({w}, {.decay = 0.9});
  EXPECT_NE(message_of([&] { average.copy_to({w}); }).find("nothing was averaged"),
            std::string::npos);
  average.update();  // the first time a copy
  w.fill_(2);
  average.update();
  EXPECT_NEAR(average.averages()[0].to_vector<double>()[0], 0.9 * 1 + 0.1 * 2, 1e-15);
  w.fill_(3);
  average.update();
  EXPECT_NEAR(average.averages()[0].to_vector<double>()[1], 0.9 * (0.9 * 4 + 0.1 * 2) + 0.1 * 3,
              1e-15);
  EXPECT_EQ(average.updates(), 3);
}

TEST(WeightAverage, Plain) {
  Tensor w = tensor({0.0}).to(f64).detach();
  Tensor count = tensor(std::vector<int64_t>{7});
  optim::WeightAverage average({w, count}, {.kind = optim::AverageKind::swa});
  for (double value : {1.0, 5.0, 9.0, 2.0}) {
    w.fill_(value);
    count.fill_(value);
    average.update();
  }
  EXPECT_NEAR(average.averages()[0].item(), 4.25, 1e-15);
  EXPECT_EQ(average.averages()[1].item<int64_t>(), 2);  // no fractions of counts: the last
}

TEST(WeightAverage, ChangesPlacesAndBack) {
  Tensor w = tensor({1.0}).requires_grad_();
  optim::WeightAverage average({w}, {.decay = 0.5});
  average.swap();  // nothing is averaged yet
  EXPECT_FALSE(average.swapped());
  average.update();
  w.detach().fill_(3);
  average.update();
  average.swap();
  EXPECT_EQ(w.item(), 2);
  EXPECT_EQ(average.averages()[0].item(), 3);
  average.swap();
  EXPECT_EQ(w.item(), 3);
  EXPECT_EQ(average.averages()[0].item(), 2);
}

TEST(WeightAverage, GoesOnInTheSameBits) {
  for (optim::AverageKind kind : {optim::AverageKind::ema, optim::AverageKind::swa}) {
    const auto run = [kind](int stop) {
      Tensor w = tensor({0.1, 0.7});
      auto average = std::make_unique<optim::WeightAverage>(
          std::vector<Tensor>{w}, optim::WeightAverageOptions{.kind = kind, .decay = 0.7});
      for (int i = 0; i < 9; ++i) {
        if (i == stop) {
          std::vector<std::pair<std::string, Tensor>> saved;
          for (const auto& [name, value] : average->state())
            saved.emplace_back(name, value.clone());
          average = std::make_unique<optim::WeightAverage>(
              std::vector<Tensor>{w}, optim::WeightAverageOptions{.kind = kind, .decay = 0.7});
          average->load_state(saved);
        }
        w.copy_(w * 1.3 - 0.2);
        average->update();
      }
      return average->averages()[0].to_vector<float>();
    };
    EXPECT_EQ(run(-1), run(4));
    EXPECT_EQ(run(-1), run(0));
  }
  Tensor w = tensor({0.1, 0.7});
  optim::WeightAverage average({w});
  auto state = average.state();
  state[1].second = zeros({3});
  EXPECT_NE(message_of([&] { average.load_state(state); }).find("no 'average.0' of shape [2]"),
            std::string::npos);
  EXPECT_NE(message_of([&] { average.load_state({}); }).find("has 0 tensors, should have 2"),
            std::string::npos);
  EXPECT_NE(message_of([&] { optim::WeightAverage({w}, {.decay = 1}); }).find("below 1"),
            std::string::npos);
}

std::vector<std::pair<std::string, Tensor>> named(std::initializer_list<const char*> names) {
  std::vector<std::pair<std::string, Tensor>> out;
  for (const char* name : names)
    out.emplace_back(name, ones({1}, f64).requires_grad_());
  return out;
}

TEST(ParamGroups, FollowTheFirstRuleThatMatches) {
  const auto params = named({"0.weight", "0.bias", "2.weight", "2.bias"});
  const auto groups = optim::param_groups(
      params, {{.match = "*.bias", .weight_decay = 0}, {.match = "0.*", .lr = 0.1}});
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0].lr_scale, 0.1);
  EXPECT_EQ(groups[0].params.size(), 1u);
  EXPECT_EQ(groups[1].weight_decay, 0.0);
  ASSERT_EQ(groups[1].params.size(), 2u);
  EXPECT_TRUE(groups[1].params[1].same(params[3].second));
  EXPECT_EQ(groups[2].lr_scale, 1);
  EXPECT_FALSE(groups[2].weight_decay.has_value());
  // One step with gradients of 1: p -= lr factor (1 + decay p).
  optim::SGD sgd(groups, {.lr = 0.5, .weight_decay = 0.2});
  for (const auto& [name, param] : params)
    Tensor(param).set_grad(ones({1}, f64));
  sgd.step();
  const Values expected{1 - 0.05 * 1.2, 1 - 0.5, 1 - 0.5 * 1.2, 1 - 0.5};
  for (size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(params[i].second.item(), expected[i], 1e-12) << params[i].first;
}

// A rule's own optimiser moves its parameters as it would by itself, and its learning rate follows
// the other one's in proportion.
TEST(ParamGroups, ARuleMayNameAnotherOptimiser) {
  const std::vector<optim::ParamRule> rules{
      {.match = "head.*", .lr = 0.5, .optimizer = "sgd lr=0.2 momentum=0.9"}};
  const auto step = [](optim::Optimizer& optimizer, const auto& params, double grad) {
    for (const auto& [name, param] : params)
      Tensor(param).set_grad(full({1}, grad).to(f64));
    optimizer.step();
  };
  const auto whole = named({"0.weight", "head.weight", "head.bias"});
  optim::Adam both(optim::param_groups(whole, rules), {.lr = 0.1}, true);
  ASSERT_EQ(both.parameters().size(), 3u);
  EXPECT_TRUE(both.parameters()[0].same(whole[0].second));
  const auto base = named({"0.weight"}), head = named({"head.weight"});
  optim::AdamW adamw({base[0].second}, {.lr = 0.1});
  optim::SGD sgd({head[0].second}, {.lr = 0.1, .momentum = 0.9});
  const auto expect_same = [&] {
    EXPECT_EQ(whole[0].second.item(), base[0].second.item());
    EXPECT_EQ(whole[1].second.item(), head[0].second.item());
    EXPECT_EQ(whole[2].second.item(), head[0].second.item());
  };
  for (double grad : {1.0, -0.5}) {
    step(both, whole, grad);
    step(adamw, base, grad);
    step(sgd, head, grad);
    expect_same();
  }
  for (optim::Optimizer* optimizer : std::vector<optim::Optimizer*>{&both, &adamw, &sgd})
    optimizer->set_lr(0.05);
  std::vector<std::pair<std::string, Tensor>> saved;
  for (const auto& [name, tensor] : both.state())
    saved.emplace_back(name, tensor.clone());
  optim::Adam resumed(optim::param_groups(whole, rules), {.lr = 0.1}, true);
  resumed.load_state(saved);
  resumed.set_lr(0.05);
  step(resumed, whole, 2);
  step(adamw, base, 2);
  step(sgd, head, 2);
  expect_same();
  EXPECT_EQ(resumed.steps(), 3);
  resumed.set_momentum(0.8);  // of both
  optim::Adam mixed(
      optim::param_groups(whole, {{.match = "head.*", .optimizer = "adagrad lr=0.2"}}), {.lr = 0.1},
      true);
  EXPECT_NE(message_of([&] { mixed.set_momentum(0.8); }).find("cycle_momentum=false"),
            std::string::npos);
  resumed.zero_grad();
  EXPECT_FALSE(whole[2].second.grad().defined());
  for (auto& [name, tensor] : saved)
    if (name == "own.0.param_steps")
      tensor.fill_(7);
  EXPECT_NE(message_of([&] { resumed.load_state(saved); }).find("7 updates of a parameter in 2"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              optim::param_groups(whole, {{.match = "*", .optimizer = "sdg"}});
            }).find("sgd"),
            std::string::npos);
  // All parameters may have one, and none may be given twice.
  optim::Adam only(optim::param_groups(whole, {{.match = "*", .optimizer = "sgd lr=1"}}), {});
  step(only, whole, 1);
  EXPECT_EQ(only.steps(), 1);
  EXPECT_NE(message_of([&] {
              optim::Adam(
                  {optim::ParamGroup{.params = {base[0].second}},
                   optim::ParamGroup{.params = {base[0].second}, .optimizer = optim::sgd()}},
                  {});
            }).find("is given twice"),
            std::string::npos);
}

TEST(ParamGroups, ARuleWithoutParametersIsRefused) {
  EXPECT_NE(message_of([] {
              optim::param_groups(named({"0.weight"}), {{.match = "*"}, {.match = "0.*"}});
            }).find("no parameter follows the rule for '0.*'"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              optim::param_groups(named({"0.weight"}), {{.match = "head.*"}});
            }).find("there are '0.weight'"),
            std::string::npos);
}

TEST(Clip, AdaptiveByRows) {
  // Rows of length 5 and 0; the second counts as eps long.
  Tensor w = tensor({{3, 4}, {0, 0}}).to(f64).detach().requires_grad_();
  w.set_grad(tensor({{6, 8}, {0, 2}}).to(f64));
  Tensor b = tensor({3.0, 4.0}).to(f64).detach().requires_grad_();
  b.set_grad(tensor({0.0, 0.4}).to(f64));
  Tensor s = full({}, 2.0).to(f64).detach().requires_grad_();
  s.set_grad(full({}, -8.0).to(f64));
  optim::clip_grad_adaptive_({w, b, s}, 0.1, 1e-2);
  const Values rows = w.grad().to_vector<double>(), expected{0.3, 0.4, 0, 1e-3};
  for (size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(rows[i], expected[i], 1e-12);
  EXPECT_NEAR(b.grad().to_vector<double>()[1], 0.4, 1e-7);  // below a tenth of 5
  EXPECT_NEAR(s.grad().item(), -0.2, 1e-12);
  EXPECT_NE(message_of([&] { optim::clip_grad_adaptive_({w}, 0); }).find("above 0"),
            std::string::npos);
}

TEST(Clip, ByOtherNorms) {
  Tensor a = tensor({3.0, -4.0}).requires_grad_();
  const auto clipped = [&](double type) {
    a.set_grad(tensor({3.0, -4.0}));
    const double norm = optim::clip_grad_norm_({a}, 1, type).item();
    EXPECT_NEAR(a.grad().to_vector<double>()[1], -4 / norm, 1e-5);
    return norm;
  };
  EXPECT_NEAR(clipped(2), 5, 1e-6);
  EXPECT_NEAR(clipped(1), 7, 1e-6);
  EXPECT_NEAR(clipped(INFINITY), 4, 1e-6);
}

}  // namespace
}  // namespace hebb
