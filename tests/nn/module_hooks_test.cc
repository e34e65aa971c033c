// Hooks of modules: what they see, what they may change. Values: PyTorch's
// (tests/reference/autograd.json).

#include "hebb/nn/module_hooks.h"

#include <gtest/gtest.h>

#include <optional>

#include "autograd/near.h"
#include "hebb/autograd/no_grad.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb::test {
namespace {

using List = std::vector<Tensor>;

TEST(ModuleHooks, AgreeWithPyTorch) {
  const auto stored =
      nlohmann::json::parse(read_file(reference_folder() / "autograd.json"))["module_hooks"];
  nn::Sequential net(nn::Linear(3, 2), nn::Tanh(), nn::Linear(2, 1));
  net.to(f64);
  {
    const NoGrad off;
    double i = 0;
    for (Tensor p : net.parameters())
      p.copy_(linspace(-1, 1, p.numel(), f64).reshape(p.shape()) + 0.1 * i++);
  }
  List seen;
  net[0].module().register_full_backward_hook(
      [&](nn::Module&, List& grad_inputs, const List& grad_outputs) {
        seen = {grad_inputs[0], grad_outputs[0]};
        grad_inputs[0] = grad_inputs[0] * 2;
      });
  net[1].module().register_forward_hook(
      [](nn::Module&, const List&, List& outputs) { outputs[0] = outputs[0] * 0.5; });
  net[1].module().register_forward_pre_hook(
      [](nn::Module&, List& inputs) { inputs[0] = inputs[0] + 1; });
  Tensor x = Tensor::from<double>({0.3, -0.7, 1.1, 0.2, 0.9, -0.4}, {2, 3}).requires_grad_();
  const Tensor y = net(x);
  (y * y).sum().backward();
  expect_near(y, stored["output"]);
  ASSERT_EQ(seen.size(), 2u);
  expect_near(seen[0], stored["grad_input"]);
  expect_near(seen[1], stored["grad_output"]);
  expect_near(x.grad(), stored["input_gradient"]);
  expect_near(net.parameters()[0].grad(), stored["weight_gradient"]);
}

struct Two : nn::Module {  // lists, pairs, a number
  HEBB_FIELDS()
  std::pair<Tensor, List> forward(const List& in, const Tensor& scale, double plus) {
    return {in[0] * scale, {in[1] + plus}};
  }
};

TEST(ModuleHooks, SeeTheTensorsInListsAndPairs) {
  Two two;
  std::vector<size_t> counts;
  two.register_forward_pre_hook([&](nn::Module&, List& in) {
    counts.push_back(in.size());
    in[1] = in[1] * 10;
  });
  two.register_forward_hook([&](nn::Module& module, const List& in, List& out) {
    EXPECT_EQ(&module, &two);
    counts.insert(counts.end(), {in.size(), out.size()});
    out[1] = out[1] * 2;
  });
  const List in{ones({2}), ones({2})};
  const auto [first, rest] = two(in, Tensor(3.0), 4.0);
  EXPECT_EQ(counts, (std::vector<size_t>{3, 3, 2}));
  EXPECT_EQ(first.to_vector<double>(), (std::vector<double>{3, 3}));
  EXPECT_EQ(rest[0].to_vector<double>(), (std::vector<double>{28, 28}));
  EXPECT_EQ(in[1].to_vector<double>(), (std::vector<double>{1, 1}));
}

TEST(ModuleHooks, BackwardPreHookChangesWhatComesIn) {
  nn::Linear layer(2, 1);
  layer.register_full_backward_pre_hook(
      [](nn::Module&, List& grad_outputs) { grad_outputs[0] = grad_outputs[0] * 3; });
  int runs = 0;
  layer.register_full_backward_hook([&](nn::Module&, List& grad_inputs, const List& grad_outputs) {
    EXPECT_TRUE(grad_inputs.empty());  // the input requires none
    EXPECT_EQ(grad_outputs[0].item(), 3);
    ++runs;
  });
  layer(ones({1, 2})).sum().backward();
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(layer.weight->grad().to_vector<double>(), (std::vector<double>{3, 3}));
}

TEST(ModuleHooks, BelongToOneObjectAndAreRemoved) {
  nn::ReLU layer;
  int runs = 0;
  RemovableHandle handle =
      layer.register_forward_hook([&](nn::Module&, const List&, List&) { ++runs; });
  nn::ReLU copy = layer;
  copy(ones({1}));
  EXPECT_EQ(runs, 0);
  layer(ones({1}));
  nn::ReLU moved = std::move(layer);
  moved(ones({1}));
  EXPECT_EQ(runs, 2);
  handle.remove();
  handle.remove();
  moved(ones({1}));
  EXPECT_EQ(runs, 2);
}

TEST(ModuleHooks, MustKeepTheLengthOfLists) {
  nn::ReLU layer;
  layer.register_forward_pre_hook([](nn::Module&, List& inputs) { inputs.clear(); });
  EXPECT_NE(
      message_of([&] { layer(ones({1})); }).find("the hook leaves 0 tensors where there were 1"),
      std::string::npos);
}

}  // namespace
}  // namespace hebb::test
