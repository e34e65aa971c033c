// Plans of whole networks: what they answer, what their kernels take along, and what a run costs.

#include "hebb/graph/plan.h"
#include "hebb/graph/trace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>

#include "hebb/autograd/no_grad.h"
#include "hebb/graph/compile.h"
#include "hebb/graph/plan_step.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"
#include "support/same_bits.h"

namespace hebb {
namespace {

using Function = Compiled::Function;

template <class Net>
Function forward_of(Net& net) {
  return [&net](const std::vector<Tensor>& in) -> std::vector<Tensor> { return {net(in[0])}; };
}

// As the oracle, within f32's rounding of what was folded.
void expect_close(const Tensor& got, const Tensor& expected, double tolerance) {
  ASSERT_EQ(describe(got), describe(expected));
  const double largest = std::max(1e-30, amax(abs(expected)).item());
  EXPECT_LE(amax(abs(got - expected)).item() / largest, tolerance);
}

std::shared_ptr<const Plan> plan_of(const Function& function, const std::vector<Tensor>& inputs) {
  NoGrad off;
  const Graph graph = trace(function, inputs, {.fixed_sizes = true});
  return std::make_shared<const Plan>(graph, SymbolSizes{});
}

std::vector<std::string> steps_of(const Plan& plan) {
  std::vector<std::string> steps;
  for (const PlanStep& step : plan.steps())
    steps.push_back(step.what);
  return steps;
}

struct Block : nn::Module {
  nn::Conv2d conv1, conv2;
  nn::BatchNorm2d bn1, bn2;
  HEBB_FIELDS(conv1, bn1, conv2, bn2)

  explicit Block(int64_t channels)
      : conv1({.in = channels, .out = channels, .kernel = 3, .padding = 1, .bias = false}),
        conv2({.in = channels, .out = channels, .kernel = 3, .padding = 1, .bias = false}),
        bn1(channels), bn2(channels) {}

  Tensor forward(const Tensor& x) { return relu(x + bn2(conv2(relu(bn1(conv1(x)))))); }
};

// Running statistics as after some training.
template <class Net>
void stir(Net& net) {
  for (auto& [name, tensor] : net.state_dict()) {
    Tensor state = tensor;
    if (name.find("running_mean") != std::string::npos)
      state.copy_(randn(state.shape()) * 0.1);
    if (name.find("running_var") != std::string::npos)
      state.copy_(rand(state.shape()) + 0.5);
  }
  net.eval();
}

TEST(Plan, AnMlpAtAnyBatch) {
  NoGrad off;
  manual_seed(1);
  nn::Sequential net(nn::Flatten(), nn::Linear(12, 32), nn::ReLU(), nn::Linear(32, 3));
  net.eval();
  const Compiled run = compile(forward_of(net));
  for (int64_t n : {4, 1, 7, 4}) {
    const Tensor x = randn({n, 3, 4});
    expect_close(run({x})[0], net(x), 1e-6);
  }
  EXPECT_EQ(run.plans_made(), 3U);
  EXPECT_EQ(run.why_eager(), "");
}

TEST(Plan, AResidualBlockIsTwoKernels) {
  NoGrad off;
  manual_seed(2);
  Block block(16);
  stir(block);
  const Tensor x = randn({2, 16, 10, 10});
  const auto plan = plan_of(forward_of(block), {x});
  const std::vector<std::string> steps = steps_of(*plan);
  EXPECT_EQ(std::count(steps.begin(), steps.end(), "convolution + relu"), 1) << to_string(*plan);
  EXPECT_EQ(std::count(steps.begin(), steps.end(), "convolution + add + relu"), 1)
      << to_string(*plan);
  for (const std::string& step : steps)
    EXPECT_TRUE(step.find("convolution") == 0 || step == "copy") << to_string(*plan);
  Context context(plan);
  expect_close(context.run({x})[0], block(x), 1e-5);
}

TEST(Plan, ElementwiseFunctionsInARowAreOneKernel) {
  NoGrad off;
  manual_seed(8);
  const Tensor scale = randn({5}), x = randn({300, 7, 5}), y = randn({300, 7, 5});
  const Function function = [&](const std::vector<Tensor>& in) -> std::vector<Tensor> {
    return {exp(tanh(1 - (in[0] * scale + in[1]) / 2))};
  };
  const auto plan = plan_of(function, {x, y});
  EXPECT_EQ(plan->steps().size(), 1u) << to_string(*plan);
  EXPECT_TRUE(same_bits(Context(plan).run({x, y})[0], function({x, y})[0]));
}

TEST(Plan, AChainOfConvolutionsIsNotReordered) {
  NoGrad off;
  manual_seed(3);
  nn::Sequential net(Block(64), Block(64), Block(64));
  stir(net);
  const Tensor x = randn({2, 64, 12, 12});
  const auto plan = plan_of(forward_of(net), {x});
  size_t conversions = 0;
  for (size_t i = 0; i < plan->steps().size(); ++i) {
    const PlanStep& step = plan->steps()[i];
    conversions += step.is_conversion;
    EXPECT_TRUE(!step.is_conversion || i == 0 || i + 1 == plan->steps().size()) << to_string(*plan);
  }
  EXPECT_LE(conversions, 2u);
  EXPECT_LE(double(plan->arena_bytes()), 1.1 * double(plan->peak_live_bytes()));
  Context context(plan);
  expect_close(context.run({x})[0], net(x), 2e-5);
}

TEST(Plan, ARunAllocatesNothing) {
  NoGrad off;
  manual_seed(4);
  nn::Sequential net(nn::Conv2d({.in = 1, .out = 8, .kernel = 3, .padding = 1}), nn::BatchNorm2d(8),
                     nn::ReLU(), nn::MaxPool2d(2), nn::Flatten(), nn::Linear(8 * 4 * 4, 10));
  stir(net);
  const Tensor x = randn({3, 1, 8, 8});
  Context context(plan_of(forward_of(net), {x}));
  const Tensors outputs = context.empty_outputs();
  context.run_into({x}, outputs);
  const uint64_t before = cpu_allocator().stats().requests;
  context.run_into({x}, outputs);
  EXPECT_EQ(cpu_allocator().stats().requests, before);
  expect_close(outputs[0], net(x), 1e-5);
}

TEST(Plan, ThreadsWithAContextEachGiveTheSameBits) {
  NoGrad off;
  manual_seed(5);
  nn::Sequential net(Block(8), nn::Flatten(), nn::Linear(8 * 6 * 6, 4));
  stir(net);
  const Tensor x = randn({2, 8, 6, 6});
  const auto plan = plan_of(forward_of(net), {x});
  const Tensor expected = Context(plan).run({x})[0];
  std::vector<Tensor> got(4);
  std::vector<std::thread> threads;
  for (Tensor& one : got)
    threads.emplace_back([&] {
      Context context(plan);
      for (int i = 0; i < 5; ++i)
        one = context.run({x})[0];
    });
  for (std::thread& thread : threads)
    thread.join();
  for (const Tensor& one : got)
    EXPECT_TRUE(same_bits(one, expected));
}

TEST(Plan, WhatIsNoNumberStaysNone) {
  NoGrad off;
  manual_seed(9);
  nn::Sequential net(nn::Linear(6, 5), nn::ReLU(), nn::Linear(5, 2));
  net.eval();
  const Compiled run = compile(forward_of(net));
  Tensor x = randn({2, 6});
  x.data<float>()[3] = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> got = run({x})[0].to_vector<float>();
  EXPECT_TRUE(std::isnan(got[0]) && std::isnan(got[1]));
  EXPECT_FALSE(std::isnan(got[2]) || std::isnan(got[3]));
}

TEST(Plan, WeightsThatAreNoNumbersStayThat) {
  NoGrad off;
  manual_seed(9);
  nn::Sequential net(nn::Linear(6, 5), nn::ReLU(), nn::Linear(5, 2));
  net.eval();
  const Compiled run = compile(forward_of(net));
  const Tensor x = randn({2, 6}), good = net.parameters()[0].clone();
  net.parameters()[0].data<float>()[0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(std::isnan(run({x})[0].to_vector<float>()[0]));
  EXPECT_NE(run.why_eager().find("NaN"), std::string::npos) << run.why_eager();
  net.parameters()[0].copy_(good);
  expect_close(run({x})[0], net(x), 1e-6);
  EXPECT_EQ(run.plans_made(), 1U);
}

TEST(Plan, OutputsThatDoNotFitAreRefused) {
  NoGrad off;
  const Function doubled = [](const std::vector<Tensor>& in) -> std::vector<Tensor> {
    return {in[0] * 2};
  };
  const Tensor x = randn({4, 4});
  Context context(plan_of(doubled, {x}));
  EXPECT_NE(message_of([&] { context.run_into({x}, {randn({2})}); }).find("output 0 is f32[2]"),
            std::string::npos);
  EXPECT_NE(message_of([&] { context.run_into({x}, {x}); }).find("memory of an input"),
            std::string::npos);
  const Tensor out = zeros({4, 4}), rows = randn({3, 4});
  linear(rows, out);  // packs it
  context.run_into({x}, {out});
  EXPECT_TRUE(same_bits(linear(rows, out), linear(rows, (x * 2).clone())));
}

TEST(Plan, CompiledProgramsMayHoldCompiledPrograms) {
  NoGrad off;
  const Compiled inner =
      compile([](const std::vector<Tensor>& in) -> std::vector<Tensor> { return {in[0] * 2}; });
  const Compiled outer = compile([&](const std::vector<Tensor>& in) -> std::vector<Tensor> {
    EXPECT_EQ(inner.plans_made(), 0U);
    return {inner(in)[0] + 1};
  });
  const Tensor x = randn({2, 2});
  EXPECT_TRUE(same_bits(outer({x})[0], x * 2 + 1));
  EXPECT_EQ(outer.plans_made(), 1U);
}

TEST(Plan, SmallerSizesThanTracedAreTracedAnew) {
  NoGrad off;
  const Compiled run = compile(
      [](const std::vector<Tensor>& in) -> std::vector<Tensor> { return {in[0].squeeze()}; });
  EXPECT_EQ(run({randn({4, 3})})[0].shape(), (Dims{4, 3}));
  EXPECT_EQ(run({randn({1, 3})})[0].shape(), (Dims{3}));
}

TEST(Plan, AMistakeOfOneMomentIsForgotten) {
  NoGrad off;
  Tensor weight = randn({5, 7});
  const Compiled run = compile([&](const std::vector<Tensor>& in) -> std::vector<Tensor> {
    return {linear(in[0], weight)};
  });
  EXPECT_NE(message_of([&] { run({randn({2, 6})}); }).find("7"), std::string::npos);
  weight = randn({5, 6});
  EXPECT_EQ(run({randn({2, 6})})[0].shape(), (Dims{2, 5}));
  EXPECT_EQ(run.plans_made(), 1U);
}

TEST(Plan, StepsAfterAVectorOfWeightsAreNotTakenAlong) {
  NoGrad off;
  manual_seed(8);
  const Tensor weight = randn({6}), bias = randn({}), more = randn({4});
  const Function function = [&](const std::vector<Tensor>& in) -> std::vector<Tensor> {
    return {relu(linear(in[0], weight, bias) + more), linear(in[0], weight) * in[1]};
  };
  const std::vector<Tensor> inputs = {randn({3, 4, 6}), randn({3, 4})};
  Context context(plan_of(function, inputs));
  const hebb::Tensors got = context.run(hebb::Tensors(inputs));
  const std::vector<Tensor> expected = function(inputs);
  for (size_t i = 0; i < expected.size(); ++i)
    expect_close(got[i], expected[i], 1e-6);
}

TEST(Plan, WeightsThatChangeAreSeen) {
  NoGrad off;
  manual_seed(6);
  nn::Sequential net(nn::Linear(6, 5), nn::ReLU(), nn::Linear(5, 2));
  net.eval();
  const Compiled run = compile(forward_of(net));
  const Tensor x = randn({3, 6});
  run({x});
  net.parameters()[0].copy_(randn({5, 6}));
  expect_close(run({x})[0], net(x), 1e-6);
  EXPECT_EQ(run.plans_made(), 2u);
  net.parameters()[3].data<float>()[0] += 10;  // through the address
  expect_close(run({x})[0], net(x), 1e-6);
  EXPECT_EQ(run.plans_made(), 3U);
}

TEST(Plan, AProgramThatReadsAValueRunsEagerlyAndSaysWhy) {
  NoGrad off;
  const Compiled run = compile([](const std::vector<Tensor>& in) -> std::vector<Tensor> {
    return {in[0].sum().item() > 0 ? in[0] * 2 : in[0]};
  });
  const Tensor x = ones({2, 2});
  EXPECT_TRUE(same_bits(run({x})[0], x * 2));
  EXPECT_TRUE(same_bits(run({-x})[0], -x));
  EXPECT_NE(run.why_eager().find("read by the program"), std::string::npos) << run.why_eager();
  EXPECT_EQ(run.plans_made(), 0u);
}

TEST(Plan, AMistakeOfTheProgramIsItsOwn) {
  NoGrad off;
  nn::Sequential net(nn::Linear(6, 5));
  const Compiled run = compile(forward_of(net));
  EXPECT_NE(message_of([&] { run({randn({3, 7})}); }).find("7 features"), std::string::npos);
  EXPECT_EQ(run({randn({3, 6})})[0].shape(), (Dims{3, 5}));
}

TEST(Plan, IndicesThatDoNotExistAreNamed) {
  NoGrad off;
  const Tensor table = randn({4, 3});
  const Compiled run = compile([&](const std::vector<Tensor>& in) -> std::vector<Tensor> {
    return {embedding(in[0], table)};
  });
  EXPECT_EQ(run({tensor(std::vector<int64_t>{0, 3})})[0].shape(), (Dims{2, 3}));
  const std::string message = message_of([&] { run({tensor(std::vector<int64_t>{0, 4})}); });
  EXPECT_NE(message.find("embedding"), std::string::npos) << message;
}

TEST(Plan, OutputsThatAreInputsConstantsViewsAndEachOther) {
  NoGrad off;
  const Tensor constant = randn({2});
  const Compiled run = compile([&](const std::vector<Tensor>& in) -> std::vector<Tensor> {
    const Tensor y = in[0] + 1;
    return {in[0], constant, y.t(), y, y};
  });
  const Tensor x = randn({2, 3});
  const std::vector<Tensor> got = run({x});
  EXPECT_TRUE(same_bits(got[0], x));
  EXPECT_TRUE(same_bits(got[1], constant));
  EXPECT_TRUE(same_bits(got[2], (x + 1).t()));
  EXPECT_TRUE(same_bits(got[3], x + 1));
  EXPECT_TRUE(same_bits(got[4], x + 1));
  EXPECT_NE(got[0].raw_data(), x.raw_data());
}

TEST(Plan, StridedInputsAndRandomKeys) {
  NoGrad off;
  const Function noisy = [](const std::vector<Tensor>& in) -> std::vector<Tensor> {
    return {in[0] * 2 + randn({3, 2})};
  };
  const Compiled run = compile(noisy);
  const Tensor x = randn({2, 3}).t();
  manual_seed(7);
  const Tensor first = noisy({x})[0], second = noisy({x})[0];
  manual_seed(7);
  EXPECT_TRUE(same_bits(run({x})[0], first));
  EXPECT_TRUE(same_bits(run({x})[0], second));
}

}  // namespace
}  // namespace hebb
