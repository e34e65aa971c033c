// Lazy layers: what they become at the first call is the layer that was told its size, bit by bit.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "hebb/optim/optim.h"
#include "support/message_of.h"

namespace hebb {
namespace {

// Both with the same seed, each as the second module that is made.
template <class MakeLazy, class MakeTold>
void expect_same(const Dims& input, MakeLazy make_lazy, MakeTold make_told) {
  manual_seed(5);
  nn::ReLU before;
  auto lazy = make_lazy();
  manual_seed(5);
  nn::ReLU again;
  auto told = make_told();
  SCOPED_TRACE(told.describe());
  EXPECT_TRUE(lazy.describe().starts_with("Lazy")) << lazy.describe();
  const Tensor x = randn(input);
  const Tensor y = lazy(x), expected = told(x);
  EXPECT_EQ(y.to_vector<double>(), expected.to_vector<double>());
  EXPECT_EQ(lazy.describe(), told.describe());
  const nn::StateDict mine = lazy.state_dict(), theirs = told.state_dict();
  ASSERT_EQ(mine.size(), theirs.size());
  for (size_t i = 0; i < mine.size(); ++i) {
    EXPECT_EQ(mine[i].first, theirs[i].first);
    EXPECT_EQ(mine[i].second.shape(), theirs[i].second.shape()) << mine[i].first;
    EXPECT_EQ(mine[i].second.to_vector<double>(), theirs[i].second.to_vector<double>());
  }
  if (lazy.parameters().empty())
    return;
  y.square().sum().backward();
  expected.square().sum().backward();
  for (size_t i = 0; i < lazy.parameters().size(); ++i)
    EXPECT_EQ(lazy.parameters()[i].grad().template to_vector<double>(),
              told.parameters()[i].grad().template to_vector<double>());
}

TEST(Lazy, BecomesTheLayerThatWasToldItsSize) {
  expect_same(
      {4, 3, 7}, [] { return nn::LazyLinear(5); }, [] { return nn::Linear(7, 5); });
  expect_same(
      {2, 7}, [] { return nn::LazyLinear(5, false); }, [] { return nn::Linear(7, 5, false); });
  expect_same(
      {2, 4, 9}, [] { return nn::LazyConv1d(6, 3); }, [] { return nn::Conv1d(4, 6, 3); });
  expect_same(
      {4, 9}, [] { return nn::LazyConv1d(6, 3); }, [] { return nn::Conv1d(4, 6, 3); });
  expect_same(
      {2, 4, 6, 5},
      [] { return nn::LazyConv2d(6, 3, 1, 1, 1, 2, false, nn::PaddingMode::reflect); },
      [] {
        return nn::Conv2d({.in = 4,
                           .out = 6,
                           .kernel = 3,
                           .padding = 1,
                           .groups = 2,
                           .bias = false,
                           .padding_mode = nn::PaddingMode::reflect});
      });
  expect_same(
      {1, 2, 3, 4, 5}, [] { return nn::LazyConv3d(3, 2); }, [] { return nn::Conv3d(2, 3, 2); });
  expect_same(
      {1, 4, 5}, [] { return nn::LazyConvTranspose1d(6, 3, 2, 1, 1, 2); },
      [] { return nn::ConvTranspose1d(4, 6, 3, 2, 1, 1, 2); });
  expect_same(
      {1, 3, 4, 5}, [] { return nn::LazyConvTranspose2d(2, 3); },
      [] { return nn::ConvTranspose2d(3, 2, 3); });
  expect_same(
      {1, 2, 3, 2, 3}, [] { return nn::LazyConvTranspose3d(2, 2); },
      [] { return nn::ConvTranspose3d(2, 2, 2); });
  expect_same(
      {6, 3}, [] { return nn::LazyBatchNorm1d(); }, [] { return nn::BatchNorm1d(3); });
  expect_same(
      {2, 3, 4, 5}, [] { return nn::LazyBatchNorm2d(0.01, std::nullopt, false); },
      [] {
        return nn::BatchNorm2d(
            {.features = 3, .eps = 0.01, .momentum = std::nullopt, .affine = false});
      });
  expect_same(
      {2, 3, 2, 2, 2}, [] { return nn::LazyBatchNorm3d(); }, [] { return nn::BatchNorm3d(3); });
  expect_same(
      {2, 3, 4}, [] { return nn::LazyInstanceNorm1d(1e-5, 0.1, true, true); },
      [] {
        return nn::InstanceNorm1d({.features = 3, .affine = true, .track_running_stats = true});
      });
  expect_same(
      {2, 3, 4, 2}, [] { return nn::LazyInstanceNorm2d(); }, [] { return nn::InstanceNorm2d(3); });
  expect_same(
      {2, 3, 4, 2, 2}, [] { return nn::LazyInstanceNorm3d(); },
      [] { return nn::InstanceNorm3d(3); });
}

TEST(Lazy, AnOptimiserThatWasMadeBeforeTrainsIt) {
  const auto trained = [](auto hidden, auto out) {
    nn::Sequential net(std::move(hidden), nn::ReLU(), std::move(out));
    optim::Adam adam(net.parameters(), {.lr = 0.1});
    const Tensor x = linspace(-1, 1, 24).reshape({6, 4}), y = linspace(0, 2, 6).reshape({6, 1});
    for (int i = 0; i < 3; ++i) {
      const Tensor loss = mse_loss(net(x), y);
      adam.zero_grad();
      loss.backward();
      adam.step();
    }
    return net(x).template to_vector<double>();
  };
  manual_seed(2);
  const auto lazily = trained(nn::LazyLinear(5), nn::LazyLinear(1));
  manual_seed(2);
  EXPECT_EQ(lazily, trained(nn::Linear(4, 5), nn::Linear(5, 1)));
}

TEST(Lazy, KeepsItsDtypeItsModeAndWhatIsFrozen) {
  nn::LazyBatchNorm1d norm;
  norm.to(f64);
  norm.eval();
  norm.requires_grad_(false);
  const Tensor y = norm(ones({2, 3}, f64));
  EXPECT_EQ(y.dtype(), f64);
  EXPECT_EQ(norm.state_dict()[0].second.dtype(), f64);
  EXPECT_FALSE(norm.is_training());
  EXPECT_FALSE(norm.parameters()[0].requires_grad());
  EXPECT_EQ(norm.parameters()[0].shape(), Dims{3});
}

TEST(Lazy, ACopyIsAsFarAsItsOriginal) {
  nn::LazyLinear one(2);
  nn::LazyLinear early = one;
  one(ones({1, 3}));
  const nn::LazyLinear late = one;
  EXPECT_EQ(late.weight.shape(), (Dims{2, 3}));
  early(ones({1, 4}));
  EXPECT_EQ(early.weight.shape(), (Dims{2, 4}));
}

TEST(Lazy, RefusesWhatHasNoSuchSize) {
  EXPECT_NE(message_of([] {
              nn::LazyLinear(2)(Tensor(1.0));
            }).find("takes its size from dimension -1 of the first input, which is []"),
            std::string::npos);
  nn::LazyConv2d groups(4, 3, 1, 0, 1, 2);
  EXPECT_NE(message_of([&] {
              groups(zeros({1, 3, 5, 5}));
            }).find("do not divide into 2 groups"),
            std::string::npos);
  nn::LazyLinear settled(2);
  settled(zeros({1, 3}));
  EXPECT_NE(message_of([&] { settled(zeros({1, 4})); }), "no error");
}

}  // namespace
}  // namespace hebb
