// Residuals, branches and groups of layers: as modules, and as blocks of a configuration.
#include "hebb/nn/blocks.h"

#include <gtest/gtest.h>
#include <algorithm>

#include "hebb/autograd/no_grad.h"
#include "hebb/graph/compile.h"
#include "hebb/nn/build.h"
#include "hebb/nn/layer_lines.h"
#include "hebb/nn/nn.h"
#include "hebb/nn/summary.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/random.h"
#include "hebb/ops/random_key.h"
#include "support/message_of.h"
#include "support/same_bits.h"

namespace hebb::nn {
namespace {

std::vector<std::string> names_of(Module& module) {
  std::vector<std::string> out;
  for (const auto& [name, tensor] : module.state_dict())
    out.push_back(name);
  return out;
}

// Two stages of basic blocks; the first block of the second stage makes pictures smaller.
LayerList resnet_like() {
  const LayerList stem = {"conv2d 8 3 padding=1 bias=false", "batch_norm2d", "relu"};
  const auto block = [](const std::string& first, const LayerList& shortcut) {
    return ResidualBlock{.residual = {first + " padding=1 bias=false", "batch_norm2d", "relu",
                                      "conv2d 8 3 padding=1 bias=false", "batch_norm2d"},
                         .shortcut = shortcut};
  };
  LayerList out = stem;
  out.push_back(LayerGroup{.repeat = 2, .layers = {block("conv2d 8 3", {}), "relu"}});
  out.push_back(block("conv2d 16 3 stride=2", {"conv2d 8 1 stride=2 bias=false", "batch_norm2d"}));
  out.insert(out.end(), {"relu", "adaptive_avg_pool2d 1", "flatten", "linear 5"});
  return out;
}

LayerList inception_like() {
  return {"conv2d 6 3",
          "relu",
          ParallelBlock{.parallel = {{"conv2d 4 1"},
                                     {"conv2d 3 1", "relu", "conv2d 8 3 padding=1"},
                                     {"max_pool2d 3 stride=1 padding=1", "conv2d 2 1"},
                                     {}}},
          "relu",
          "adaptive_avg_pool2d 1",
          "flatten",
          "linear 5"};
}

// A weight for each channel, made of all of them.
LayerList squeeze_and_excite() {
  return {"conv2d 6 3",
          ParallelBlock{.parallel = {{},
                                     {"adaptive_avg_pool2d 1", "conv2d 2 1", "relu", "conv2d 6 1",
                                      "sigmoid"}},
                        .join = Join::mul},
          "flatten", "linear 5"};
}

TEST(Blocks, AResidualAddsWhatGoesAround) {
  manual_seed(1);
  Residual plain(Sequential(Linear(3, 3), ReLU()));
  const Tensor x = randn({4, 3});
  EXPECT_EQ(names_of(plain), (std::vector<std::string>{"residual.0.weight", "residual.0.bias"}));
  EXPECT_TRUE(same_bits(plain(x), relu(plain.residual[0](x)) + x));
  Residual around(Sequential(Linear(3, 2)), Sequential(Linear({.in = 3, .out = 2, .bias = false})));
  EXPECT_EQ(names_of(around), (std::vector<std::string>{"residual.0.weight", "residual.0.bias",
                                                        "shortcut.0.weight"}));
  EXPECT_TRUE(same_bits(around(x), around.residual[0](x) + around.shortcut[0](x)));
  Residual wrong(Sequential(Linear(3, 2)));
  EXPECT_NE(
      message_of([&] { wrong(x); }).find("residual gives f32[4, 2] and the shortcut f32[4, 3]"),
      std::string::npos);
}

TEST(Blocks, BranchesAreJoined) {
  manual_seed(1);
  const Tensor x = randn({4, 3});
  const auto parallel = [](Join join) {
    return Parallel({Sequential(Linear(3, 3)), Sequential(Linear(3, 3), ReLU()), Sequential()},
                    join);
  };
  Parallel cats = parallel(Join::cat), adds = parallel(Join::add), muls = parallel(Join::mul);
  const auto outputs = [&](Parallel& of) {
    return std::vector<Tensor>{of.parallel[0](x), of.parallel[1](x), x};
  };
  EXPECT_EQ(names_of(cats), (std::vector<std::string>{"parallel.0.0.weight", "parallel.0.0.bias",
                                                      "parallel.1.0.weight", "parallel.1.0.bias"}));
  EXPECT_TRUE(same_bits(cats(x), cat(outputs(cats), 1)));
  const auto sums = outputs(adds), products = outputs(muls);
  EXPECT_TRUE(same_bits(adds(x), sums[0] + sums[1] + sums[2]));
  EXPECT_TRUE(same_bits(muls(x), products[0] * products[1] * products[2]));
  EXPECT_NE(message_of([] { Parallel({}); }).find("no branches"), std::string::npos);
  Parallel copy = cats;
  EXPECT_TRUE(same_bits(copy(x), cats(x)));
  EXPECT_EQ(
      to_string(adds),
      "Parallel(\n  join=add\n"
      "  (parallel.0): Sequential(\n    (0): Linear(in_features=3, out_features=3, bias=True)\n  "
      ")\n"
      "  (parallel.1): Sequential(\n    (0): Linear(in_features=3, out_features=3, bias=True)\n"
      "    (1): ReLU()\n  )\n"
      "  (parallel.2): Sequential()\n)");
}

TEST(Blocks, SizesFollowThroughThem) {
  Sequential net = build(resnet_like(), {3, 8, 8});
  EXPECT_EQ(net(zeros({2, 3, 8, 8})).shape(), (Dims{2, 5}));
  const auto names = names_of(net);
  for (const char* name :
       {"0.weight", "3.0.0.residual.0.weight", "3.1.0.residual.4.running_mean",
        "4.residual.0.weight", "4.shortcut.0.weight", "4.shortcut.1.num_batches_tracked", "8.bias"})
    EXPECT_EQ(std::count(names.begin(), names.end(), name), 1) << name;
  Sequential inception = build(inception_like(), {3, 8, 8});
  EXPECT_EQ(inception[3](inception[2](zeros({1, 6, 6, 6}))).shape(),
            (Dims{1, 4 + 8 + 2 + 6, 6, 6}));
  EXPECT_EQ(build(squeeze_and_excite(), {3, 4, 4})(zeros({2, 3, 4, 4})).shape(), (Dims{2, 5}));
  Sequential group = build({LayerGroup{.layers = {"linear 4", "relu"}}, "linear 2"}, {3});
  EXPECT_EQ(names_of(group),
            (std::vector<std::string>{"0.0.weight", "0.0.bias", "1.weight", "1.bias"}));
  // A repeated block's sizes are each time those of what comes in.
  Sequential twice = build({LayerGroup{.repeat = 2, .layers = {"linear 4"}}}, {3});
  EXPECT_EQ(names_of(twice),
            (std::vector<std::string>{"0.0.0.weight", "0.0.0.bias", "0.1.0.weight", "0.1.0.bias"}));
  EXPECT_EQ(twice.state_dict()[2].second.shape(), (Dims{4, 4}));
}

TEST(Blocks, ASummaryShowsWhereBranchesMeet) {
  Sequential net = build(inception_like(), {3, 8, 8});
  const Summary summary = summarize(net, {3, 8, 8});
  const auto row = std::find_if(summary.rows.begin(), summary.rows.end(),
                                [](const SummaryRow& r) { return r.name == "2"; });
  ASSERT_NE(row, summary.rows.end());
  EXPECT_EQ(row->type, "Parallel");
  EXPECT_EQ(row->output, (Dims{20, 6, 6}));
  EXPECT_EQ(row->parameters, 0);
  EXPECT_EQ((row - 1)->name, "2.parallel.2.1");
  int64_t sum = 0;
  for (const SummaryRow& r : summary.rows)
    sum += r.parameters;
  EXPECT_EQ(sum, net.parameter_count());
  EXPECT_EQ(summary.rows.size(), 2u + 1 + 1 + 3 + 2 + 1 + 4);
}

TEST(Blocks, TheirLinesComeBack) {
  for (const LayerList& list : {resnet_like(), inception_like(), squeeze_and_excite()}) {
    manual_seed(3);
    Sequential net = build(list, {3, 8, 8});
    manual_seed(3);
    Sequential again = build(layer_lines(net, {3, 8, 8}), {3, 8, 8});
    EXPECT_EQ(to_string(net), to_string(again));
    EXPECT_EQ(names_of(net), names_of(again));
    again.load_state_dict(net.state_dict());
    net.eval(), again.eval();
    const Tensor x = randn({2, 3, 8, 8});
    EXPECT_TRUE(same_bits(net(x), again(x)));
  }
}

TEST(Blocks, LinesOfLayersAroundOthersComeBack) {
  const LayerList list = {"weight_norm conv2d:4:3:padding=1 dim=none",
                          "step 0.5",
                          "spectral_norm conv_transpose2d:4:2 n_power_iterations=2",
                          "cross_map_lrn2d 3",
                          "fractional_max_pool2d 2 output_ratio=0.5,0.75",
                          "flatten",
                          "weight_norm linear:5"};
  Sequential net = build(list, {3, 8, 8});
  const LayerList lines = layer_lines(net, {3, 8, 8});
  ASSERT_EQ(lines.size(), list.size());
  Sequential again = build(lines, {3, 8, 8});
  EXPECT_EQ(to_string(net), to_string(again));
  EXPECT_EQ(names_of(net), names_of(again));
  EXPECT_EQ(net[0].module().describe().find("WeightNorm(Conv2d(3, 4, "), 0u)
      << net[0].module().describe();
  EXPECT_NE(message_of([] { build({"weight_norm relu"}, {3}); }).find("the layer is 'relu'"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              build({"weight_norm conv2d:4"}, {3, 8, 8});
            }).find("kernel_size"),
            std::string::npos);
  EXPECT_NE(message_of([] { build({"spectral_norm embedding:4:3"}, {3}); }).find("token ids"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              build({"weight_norm linear:1000000000"}, {100000}, 1000);
            }).find("more than 1000 parameters"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              build({"fractional_max_pool2d 2"}, {3, 8, 8});
            }).find("either an output_size or an output_ratio"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              build({"fractional_max_pool2d 2 output_ratio=2"}, {3, 8, 8});
            }).find("above 0 and below 1"),
            std::string::npos);
}

TEST(Blocks, PlansOfThemGiveTheSame) {
  for (const LayerList& list : {resnet_like(), inception_like(), squeeze_and_excite()}) {
    manual_seed(4);
    Sequential net = build(list, {3, 8, 8});
    net.eval();
    const Compiled run =
        compile([&](const std::vector<Tensor>& in) -> std::vector<Tensor> { return {net(in[0])}; });
    NoGrad off;
    for (int64_t n : {1, 5}) {
      const Tensor x = randn({n, 3, 8, 8});
      const auto expected = net(x).to_vector<float>(), got = run({x})[0].to_vector<float>();
      ASSERT_EQ(expected.size(), got.size());
      for (size_t i = 0; i < got.size(); ++i)
        EXPECT_NEAR(expected[i], got[i], 1e-5);
    }
    EXPECT_EQ(run.why_eager(), "");
  }
}

TEST(Blocks, RefusalsNameThePlace) {
  const auto refused = [](const LayerList& list) {
    return message_of([&] { build(list, {3, 8, 8}); });
  };
  EXPECT_EQ(refused({"relu", ResidualBlock{.residual = {"relu", "conv2d 3 9x"}}}).substr(0, 40),
            "model.layers[1].residual[1] \"conv2d 3 9x");
  EXPECT_EQ(
      refused({ResidualBlock{.residual = {"conv2d 4 3 stride=2"}}}),
      "model.layers[0]: the residual makes [4, 3, 3] of a sample and the shortcut, which is left "
      "out, [3, 8, 8]; they should have the same shape");
  EXPECT_EQ(
      refused({ParallelBlock{.parallel = {{}, {"max_pool2d 2"}}}}),
      "model.layers[0].parallel[1]: makes [3, 4, 4] of a sample, which does not fit [3, 8, 8], "
      "what the branches before it make, for join = \"cat\"");
  EXPECT_EQ(refused({ParallelBlock{}}), "model.layers[0].parallel: holds no layers");
  EXPECT_EQ(refused({LayerGroup{.repeat = 0, .layers = {"relu"}}}),
            "model.layers[0].repeat: is 0, should be from 1 to 10000");
  EXPECT_EQ(refused({LayerGroup{.repeat = 3, .layers = {}}}),
            "model.layers[0].layers: holds no layers");
  LayerList many = {"relu"}, deep = {"relu"}, wide;
  for (int i = 0; i < 5; ++i)
    many = {LayerGroup{.repeat = 100, .layers = many}};
  EXPECT_NE(refused(many).find("more than 10000 layers"), std::string::npos);
  for (int i = 0; i < 40; ++i)
    deep = {ResidualBlock{.residual = deep}};
  EXPECT_NE(refused(deep).find("more than 16 blocks deep"), std::string::npos);
  for (int i = 0; i < 30; ++i)
    wide.push_back(ParallelBlock{.parallel = {{}, {}}});
  EXPECT_NE(refused(wide).find("more than 1073741824 numbers"), std::string::npos) << refused(wide);
}

}  // namespace
}  // namespace hebb::nn
