// Kept tensors that go through users' functions.

#include "hebb/autograd/saved_tensor.h"

#include <gtest/gtest.h>

#include "hebb/autograd/grad.h"
#include "hebb/graph/trace.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"

namespace hebb {
namespace {

using List = std::vector<Tensor>;

struct InBf16 : SavedTensorsHooks {
  InBf16()
      : SavedTensorsHooks(
            [](const Tensor& x) { return x.dtype() == f32 ? x.to(bf16) : x; },
            [](const std::any& kept) { return std::any_cast<const Tensor&>(kept).to(f32); }) {}
};

TEST(SavedTensors, AreKeptInFewerBits) {
  Tensor x = tensor({1.00001, 3.00003}).requires_grad_();
  Tensor y;
  {
    const InBf16 scope;
    y = (x * x).sum();
  }
  const Tensor exact = (x * x).sum();
  EXPECT_EQ(autograd::grad({y}, {x})[0].to_vector<double>(), (std::vector<double>{2, 6}));
  EXPECT_NE(autograd::grad({exact}, {x})[0].to_vector<double>(), (std::vector<double>{2, 6}));
}

TEST(SavedTensors, HoldInHalfTheMemory) {
  Tensor x = rand({1 << 20}).requires_grad_();
  const auto kept_bytes = [&](bool packed) {
    std::optional<InBf16> scope;
    if (packed)
      scope.emplace();
    const uint64_t before = cpu_allocator().stats().in_use;
    Tensor y = exp(exp(exp(x))).sum();  // each keeps its result
    return cpu_allocator().stats().in_use - before;
  };
  const uint64_t plain = kept_bytes(false), packed = kept_bytes(true);
  EXPECT_GE(plain, 3u << 22);
  EXPECT_LT(packed, plain * 6 / 10);
}

TEST(SavedTensors, TheInnermostScopeCountsAndItEnds) {
  Tensor x = tensor({2.0}).requires_grad_();
  std::vector<int> packs;
  const auto counting = [&](int who) {
    return [&packs, who](const Tensor& t) {
      packs.push_back(who);
      return t;
    };
  };
  const auto unpack = [](const std::any& kept) { return std::any_cast<Tensor>(kept); };
  {
    const SavedTensorsHooks outer(counting(1), unpack);
    exp(x);
    {
      const SavedTensorsHooks inner(counting(2), unpack);
      exp(x);
    }
    exp(x);
  }
  exp(x);
  EXPECT_EQ(packs, (std::vector<int>{1, 2, 1}));
}

TEST(SavedTensors, ServeSecondDerivatives) {
  Tensor x = tensor({2.0}).requires_grad_();
  const SavedTensorsHooks same([](const Tensor& t) { return t; },
                               [](const std::any& kept) { return std::any_cast<Tensor>(kept); });
  const Tensor y = x * x * x + exp(x) * 0;
  const Tensor first = autograd::grad({y}, {x}, {}, {.create_graph = true})[0];
  EXPECT_EQ(autograd::grad({first}, {x})[0].item(), 12);
}

TEST(SavedTensors, AWriteAfterwardsDoesNoHarm) {  // what is kept is the user's copy
  Tensor x = tensor({2.0}).requires_grad_();
  Tensor w = tensor({5.0});
  const SavedTensorsHooks copies([](const Tensor& t) { return t.clone(); },
                                 [](const std::any& kept) { return std::any_cast<Tensor>(kept); });
  const Tensor y = x * w;
  w.fill_(1);
  y.backward();
  EXPECT_EQ(x.grad().item(), 5);
}

TEST(SavedTensors, WhatIsUnpackedMustBeLikeWhatWasPacked) {
  Tensor x = tensor({2.0}).requires_grad_();
  const SavedTensorsHooks halves([](const Tensor& t) { return t.to(bf16); },
                                 [](const std::any& kept) { return std::any_cast<Tensor>(kept); });
  const Tensor y = exp(x);
  EXPECT_NE(message_of([&] { y.backward(); }).find("the hook gives bf16[1] for a tensor that was"),
            std::string::npos);
}

TEST(SavedTensors, AreTraced) {
  Tensor w = tensor({1.0, 2.0}).requires_grad_();
  const auto step = [&](const List& in) {
    const InBf16 scope;
    return autograd::grad({exp(in[0] * w).sum()}, {w});
  };
  const Tensor rows = rand({7, 2});
  EXPECT_EQ(trace(step, {ones({4, 2})}).run({rows})[0].to_vector<double>(),
            step({rows})[0].to_vector<double>());
}

}  // namespace
}  // namespace hebb
