// Parts that are computed once more in the backward pass: gradients, memory, state.

#include "hebb/autograd/checkpoint.h"

#include <gtest/gtest.h>

#include "hebb/autograd/function.h"
#include "hebb/autograd/grad.h"
#include "hebb/graph/trace.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "hebb/ops/random_key.h"
#include "support/message_of.h"

namespace hebb {
namespace {

using List = std::vector<Tensor>;
using autograd::checkpoint;

std::vector<float> bits(const Tensor& t) {
  return t.to_vector<float>();
}

// A block with everything that a second computation could get wrong.
struct Noisy : nn::Module {
  nn::Linear in{8, 16}, out{16, 8};
  nn::BatchNorm1d norm{16};
  nn::Dropout drop{0.5};
  HEBB_FIELDS(in, norm, drop, out)
  Tensor forward(const Tensor& x) { return x + out(drop(relu(norm(in(x))))); }
};

struct Trained {
  std::vector<std::vector<float>> gradients, state;
  std::vector<float> output;
};
Trained train(bool checkpointed, bool create_graph = false) {
  manual_seed(3);
  Noisy a, b;
  Tensor x = rand({5, 8}).requires_grad_();
  const auto through = [&](Noisy& block, const Tensor& h) {
    return checkpointed ? checkpoint([&](const Tensor& t) { return block(t); }, h) : block(h);
  };
  const Tensor y = through(b, through(a, x));
  (y * y).sum().backward({}, false, create_graph);
  Trained trained{{bits(x.grad())}, {}, bits(y)};
  for (Noisy* block : {&a, &b}) {
    for (Tensor& p : block->parameters()) {
      trained.gradients.push_back(bits(p.grad()));
      p.set_grad({});
    }
    for (const auto& [name, tensor] : block->state_dict())
      trained.state.push_back(bits(tensor.to(f32)));
  }
  x.set_grad({});
  trained.state.push_back({float(random_state().calls)});
  return trained;
}

TEST(Checkpoint, GivesTheSameBitsAndTheSameState) {
  for (bool create_graph : {false, true}) {
    const Trained plain = train(false, create_graph);
    const Trained again = train(true, create_graph);
    EXPECT_EQ(again.output, plain.output);
    EXPECT_EQ(again.gradients, plain.gradients);
    EXPECT_EQ(again.state, plain.state);
  }
}

TEST(Checkpoint, KeepsItsInputsAlone) {
  constexpr int64_t n = 1 << 18, deep = 8;
  Tensor x = rand({n}).requires_grad_();
  const auto part = [](const Tensor& t) {
    Tensor y = t;
    for (int i = 0; i < deep; ++i)
      y = exp(tanh(y));  // each of the two keeps n numbers
    return y;
  };
  const auto in_use = [&](bool checkpointed, uint64_t& peak) {
    const uint64_t before = cpu_allocator().stats().in_use;
    cpu_allocator().reset_peak();
    Tensor y = x;
    for (int i = 0; i < 4; ++i)
      y = checkpointed ? checkpoint(part, y) : part(y);
    const uint64_t kept = cpu_allocator().stats().in_use - before;
    y.sum().backward();
    peak = cpu_allocator().stats().peak - before;
    x.set_grad({});
    return kept;
  };
  uint64_t plain_peak = 0, peak = 0;
  const uint64_t plain = in_use(false, plain_peak), kept = in_use(true, peak);
  const uint64_t one = n * sizeof(float);
  EXPECT_GE(plain, 4 * deep * 2 * one);
  EXPECT_LE(kept, 5 * one);                   // what goes into the parts, and the result
  EXPECT_LE(peak, (5 + deep * 2 + 6) * one);  // and one part's tensors while it runs
  EXPECT_GE(plain_peak, 4 * deep * 2 * one);
}

TEST(Checkpoint, SeveralInputsAndOutputsAndWhatItCaptures) {
  Tensor a = tensor({1.0, 2.0}).requires_grad_(), w = tensor({3.0, 4.0}).requires_grad_();
  const Tensor b = tensor({5.0, 6.0});
  const List out = checkpoint(
      [&](const List& in) {
        return List{in[0] * in[1] * w, exp(in[0])};
      },
      List{a, b});
  (out[0].sum() + out[1].sum() * 0).backward({}, true);
  EXPECT_EQ(a.grad().to_vector<double>(), (std::vector<double>{15, 24}));
  EXPECT_EQ(w.grad().to_vector<double>(), (std::vector<double>{5, 12}));
  (out[0].sum() + out[1].sum() * 0).backward();  // once more through the same graph
  EXPECT_EQ(w.grad().to_vector<double>(), (std::vector<double>{10, 24}));
}

TEST(Checkpoint, InsideAnother) {
  Tensor x = tensor({0.5, 1.5}).requires_grad_();
  int inner_runs = 0;
  const auto inner = [&](const Tensor& t) {
    ++inner_runs;
    return sin(t * t);
  };
  const auto outer = [&](const Tensor& t) { return checkpoint(inner, exp(t)) * t; };
  const Tensor plain = autograd::grad({outer(x).sum()}, {x})[0];
  inner_runs = 0;
  const Tensor nested = autograd::grad({checkpoint(outer, x).sum()}, {x})[0];
  EXPECT_EQ(bits(nested), bits(plain));
  EXPECT_EQ(inner_runs, 3);  // at first, in the outer part once more, and once more by itself
}

struct Squared : autograd::Function<Squared> {
  static Tensor forward(autograd::FunctionContext& ctx, const Tensor& x) {
    ctx.save_for_backward({x});
    return x * x;
  }
  static List backward(autograd::FunctionContext& ctx, const List& grads) {
    return {grads[0] * 2 * ctx.saved_tensors()[0]};
  }
};

TEST(Checkpoint, SecondDerivativesAndCustomFunctions) {
  Tensor x = tensor({2.0}).requires_grad_();
  const Tensor y =
      checkpoint([](const Tensor& t) { return Squared::apply(t) * t * exp(t * 0); }, x);
  const Tensor first = autograd::grad({y}, {x}, {}, {.create_graph = true})[0];
  EXPECT_EQ(first.item(), 12);
  EXPECT_EQ(autograd::grad({first}, {x})[0].item(), 12);
}

TEST(Checkpoint, TemporaryTensorsAreWrittenBothTimes) {
  Tensor x = tensor({2.0, 3.0}).requires_grad_();
  const Tensor y = checkpoint(
      [](const Tensor& t) {
        Tensor scale = zeros({2});
        scale.copy_(tensor({10.0, 20.0}));
        return t * scale;
      },
      x);
  y.sum().backward();
  EXPECT_EQ(x.grad().to_vector<double>(), (std::vector<double>{10, 20}));
}

TEST(Checkpoint, Refuses) {
  Tensor x = tensor({2.0}).requires_grad_();
  int runs = 0;
  const Tensor other = checkpoint([&](const Tensor& t) { return runs++ ? exp(t) : exp(t) * t; }, x);
  EXPECT_NE(message_of([&] { other.backward(); }).find("it should do the same both times"),
            std::string::npos);
  Tensor input = tensor({2.0});
  const Tensor y = checkpoint([&](const Tensor& t) { return t * x; }, input);
  input.fill_(3);
  EXPECT_NE(message_of([&] { y.backward(); })
                .find("what 'checkpoint' had kept for its gradient was overwritten in place by "
                      "'fill_'"),
            std::string::npos);
}

TEST(Checkpoint, IsTraced) {
  manual_seed(5);
  Noisy block;
  const auto step = [&](const List& in) {
    const Tensor y = checkpoint([&](const Tensor& t) { return block(t); }, in[0]);
    return autograd::grad({y.sum()}, {block.in.weight.tensor()});
  };
  const RandomState random = random_state();
  const Graph graph = trace(step, {rand({4, 8})});
  set_random_state(random);
  const Tensor rows = rand({6, 8});
  const RandomState start = random_state();
  Noisy before = block;
  const std::vector<float> want = bits(step({rows})[0]),
                           mean = bits(block.norm.running_mean->tensor());
  set_random_state(start);
  block = before;
  EXPECT_EQ(bits(graph.run({rows})[0]), want);
  EXPECT_EQ(bits(block.norm.running_mean->tensor()), mean);
}

}  // namespace
}  // namespace hebb
