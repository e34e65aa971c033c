// Hooks on tensors: their order, what they may change, their handles. Values: PyTorch's.

#include "hebb/autograd/hooks.h"

#include <gtest/gtest.h>

#include <optional>

#include "autograd/near.h"
#include "hebb/autograd/grad.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb::test {
namespace {

using Values = std::vector<double>;

TEST(TensorHooks, AgreeWithPyTorch) {
  const auto stored =
      nlohmann::json::parse(read_file(reference_folder() / "autograd.json"))["tensor_hooks"];
  Tensor leaf = Tensor::from<double>({0.5, -1.25, 0.75}, {3}).requires_grad_();
  const Tensor middle = leaf * 2;
  retain_grad(middle);  // its gradient is that after the hooks
  register_hook(middle, [](const Tensor& g) { return g * 10; });
  register_hook(leaf, [](const Tensor& g) { return g + 1; });
  (middle * middle).sum().backward();
  expect_near(middle.grad(), stored["middle"]);
  expect_near(leaf.grad(), stored["leaf"]);
}

TEST(TensorHooks, SeeTheWholeGradientOnce) {
  Tensor x = tensor({2.0}).requires_grad_();
  const Tensor y = x * 1;
  Values seen;
  register_hook(x, [&](const Tensor& g) { seen.push_back(g.item()); });
  register_hook(y, [&](const Tensor& g) { seen.push_back(g.item()); });
  x.set_grad(ones({1}));
  (y * 3 + y * y + x).backward();  // several paths to the same tensor
  EXPECT_EQ(seen, (Values{7, 8}));
  EXPECT_EQ(x.grad().item(), 9);  // of a leaf, a hook sees what this pass adds
}

TEST(TensorHooks, PostAccumulateSeesTheLeaf) {
  Tensor x = tensor({2.0}).requires_grad_();
  Values seen;
  register_post_accumulate_grad_hook(x, [&](Tensor& leaf) {
    EXPECT_TRUE(leaf.same(x));
    seen.push_back(leaf.grad().item());
    leaf.set_grad({});
  });
  (x * 3 + x * x).backward();
  (x * 5).backward();
  EXPECT_EQ(seen, (Values{7, 5}));
  EXPECT_FALSE(x.grad().defined());
}

TEST(TensorHooks, AreRemovedAlsoFromInside) {
  std::vector<int> seen;
  std::optional<RemovableHandle> first, third;
  {
    Tensor x = tensor({2.0}).requires_grad_();
    first = register_post_accumulate_grad_hook(x, [&](Tensor&) {
      seen.push_back(1);
      first->remove();
    });
    register_post_accumulate_grad_hook(x, [&](Tensor&) { seen.push_back(2); });
    third = register_hook(x, [&](const Tensor&) { seen.push_back(3); });
    (x * x).backward();
    third->remove();
    third->remove();
    (x * x).backward();
  }
  EXPECT_EQ(seen, (std::vector<int>{3, 1, 2, 2}));
  third->remove();  // the leaf is gone
}

TEST(TensorHooks, RunOnlyWhenAGradientCame) {
  Tensor mean = zeros({2}).requires_grad_(), weight = ones({2}).requires_grad_();
  mean.set_grad(ones({2}));
  int runs = 0;
  register_post_accumulate_grad_hook(mean, [&](Tensor&) { ++runs; });
  const auto normal = [&](bool training) {
    return batch_norm(randn({4, 2}), mean, ones({2}), weight, {},
                      {.training = training, .momentum = 0.1, .eps = 1e-5});
  };
  normal(true).sum().backward();  // in training the running mean is not part of the result
  EXPECT_EQ(runs, 0);
  normal(false).sum().backward();
  EXPECT_EQ(runs, 1);
}

TEST(TensorHooks, WorkInGradOfChosenTensors) {
  Tensor x = tensor({2.0}).requires_grad_();
  const Tensor y = x * x;
  register_hook(y, [](const Tensor& g) { return g * 2; });
  register_hook(x, [](const Tensor& g) { return g + 1; });
  const std::vector<Tensor> g = autograd::grad({y * 3}, {y, x});
  EXPECT_EQ(g[0].item(), 6);
  EXPECT_EQ(g[1].item(), 25);
}

TEST(TensorHooks, Refuse) {
  Tensor x = ones({2}).requires_grad_();
  EXPECT_NE(message_of([&] {
              register_hook(ones({2}), [](const Tensor&) {});
            }).find("requires no gradient"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              register_post_accumulate_grad_hook(x * 2, [](Tensor&) {});
            }).find("not a leaf"),
            std::string::npos);
  register_hook(x, [](const Tensor&) { return ones({3}); });
  EXPECT_NE(message_of([&] {
              x.sum().backward();
            }).find("the hook returns f32[3] for a gradient that is f32[2]"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb::test
