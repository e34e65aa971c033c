// The tracer records training steps, forward and backward, with a symbolic batch; the graph runs
// again with equal bits.

#include "hebb/graph/trace.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <memory>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/error.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/ops.h"
#include "hebb/ops/recorder.h"
#include "hebb/optim/adam.h"
#include "hebb/optim/parse.h"
#include "hebb/optim/sgd.h"
#include "support/message_of.h"
#include "support/same_bits.h"

namespace hebb {
namespace {

using Program = std::function<std::vector<Tensor>(const std::vector<Tensor>&)>;

// What a step answers with: the loss and all gradients.
template <class Net>
Program step_of(Net& net) {
  return [&net](const std::vector<Tensor>& batch) {
    net.zero_grad();
    const Tensor loss = cross_entropy(net(batch[0]), batch[1]);
    loss.backward();
    std::vector<Tensor> out{loss.detach()};
    for (const Tensor& param : net.parameters())
      out.push_back(param.grad());
    return out;
  };
}

std::vector<Tensor> batch_of(int64_t n, const Dims& sample) {
  Dims shape = sample;
  shape.insert(0, n);
  std::vector<int64_t> labels;
  for (int64_t i = 0; i < n; ++i)
    labels.push_back(i % 3);
  return {randn(shape), tensor(labels)};
}

// The graph gives what the program gives, also at batches that were not traced, and moves the same
// state.
template <class Net>
void expect_same(Net& net, const Dims& sample) {
  const Program step = step_of(net);
  const Graph graph = trace(step, batch_of(4, sample), {.state_names = net.state_dict()});
  for (int64_t n : {4, 5, 9}) {
    const std::vector<Tensor> batch = batch_of(n, sample);
    Net copy = net;  // state before
    const RandomState random = random_state();
    const std::vector<Tensor> eager = step(batch);
    std::vector<Tensor> state_after;
    for (const auto& [name, tensor] : net.state_dict())
      state_after.push_back(tensor.clone());
    const RandomState random_after = random_state();

    net = copy;
    set_random_state(random);
    const std::vector<Tensor> again = graph.run(batch);
    ASSERT_EQ(again.size(), eager.size());
    for (size_t i = 0; i < eager.size(); ++i)
      EXPECT_TRUE(same_bits(eager[i], again[i])) << "output " << i << " at a batch of " << n << "\n"
                                                 << to_string(graph);
    const auto state = net.state_dict();
    for (size_t i = 0; i < state.size(); ++i)
      EXPECT_TRUE(same_bits(state[i].second, state_after[i])) << state[i].first;
    EXPECT_EQ(random_state(), random_after);
  }
}

TEST(Trace, MlpStep) {
  manual_seed(1);
  nn::Sequential net(nn::Flatten(), nn::Linear(12, 8), nn::ReLU(), nn::Linear(8, 3));
  expect_same(net, {3, 4});
}

TEST(Trace, CnnStepWithBatchNormAndDropout) {
  manual_seed(2);
  nn::Sequential net(nn::Conv2d({.in = 1, .out = 4, .kernel = 3, .padding = 1}), nn::BatchNorm2d(4),
                     nn::ReLU(), nn::MaxPool2d(2), nn::Dropout(0.4), nn::Flatten(),
                     nn::Linear(4 * 4 * 4, 3));
  expect_same(net, {1, 8, 8});
}

TEST(Trace, BatchNormWithThePlainAverage) {
  manual_seed(4);
  nn::Sequential net(nn::Linear(6, 5), nn::BatchNorm1d({.features = 5, .momentum = std::nullopt}),
                     nn::Linear(5, 3));
  expect_same(net, {6});
}

// Training by graph runs equals training by eager steps, also when the learning rate (cycled: and
// the momentum) changes in between, and random keys move on.
void expect_same_training(
    const std::function<std::unique_ptr<optim::Optimizer>(std::vector<Tensor>)>& make, bool dropout,
    bool clip = false, bool cycled = false) {
  manual_seed(3);
  nn::Sequential net(nn::Linear(6, 5), nn::Tanh(), nn::Dropout(dropout ? 0.5 : 0),
                     nn::Linear(5, 3));
  const std::unique_ptr<optim::Optimizer> optimizer = make(net.parameters());
  const Program step = [&](const std::vector<Tensor>& batch) -> std::vector<Tensor> {
    const Tensor loss = cross_entropy(net(batch[0]), batch[1]);
    optimizer->zero_grad();
    loss.backward();
    std::vector<Tensor> out{loss.detach()};
    if (clip) {
      out.push_back(optim::clip_grad_norm_(net.parameters(), 0.1));
      optim::clip_grad_value_(net.parameters(), 0.02);
    }
    optimizer->step();
    return out;
  };
  if (cycled)
    optimizer->set_momentum(0.95);
  step(batch_of(4, {6}));  // the moments exist
  auto everything = [&] {
    std::vector<std::pair<std::string, Tensor>> all = net.state_dict();
    for (const auto& named : optimizer->state())
      all.push_back(named);
    return all;
  };
  auto snapshot = [&] {
    std::vector<Tensor> values;
    for (const auto& [name, tensor] : everything())
      values.push_back(tensor.clone());
    return values;
  };
  auto expect_equal = [&](const std::vector<Tensor>& wanted, const std::string& when) {
    const auto now = everything();
    ASSERT_EQ(now.size(), wanted.size());
    for (size_t i = 0; i < wanted.size(); ++i)
      EXPECT_TRUE(same_bits(now[i].second, wanted[i])) << now[i].first << " " << when;
  };
  auto grads = [&] {
    std::vector<Tensor> all;
    for (const Tensor& param : net.parameters())
      all.push_back(param.grad());
    return all;
  };

  const std::vector<std::vector<Tensor>> batches = {batch_of(4, {6}), batch_of(5, {6}),
                                                    batch_of(6, {6})};
  const std::vector<Tensor> before = snapshot(), grads_before = grads();
  const RandomState random = random_state();
  const Graph graph = trace(step, batches[0], {.state_names = net.state_dict()});
  EXPECT_EQ(random_state(), random);
  expect_equal(before, "after tracing");
  EXPECT_EQ(optimizer->steps(), 1);
  for (size_t i = 0; i < grads_before.size(); ++i)
    EXPECT_TRUE(grads()[i].same(grads_before[i])) << "gradient " << i << " after tracing";

  const double rates[] = {0.05, 0.05, 0.01}, momenta[] = {0.9, 0.85, 0.95};
  const auto set = [&](size_t k) {
    optimizer->set_lr(rates[k]);
    if (cycled)
      optimizer->set_momentum(momenta[k]);
  };
  std::vector<std::vector<Tensor>> states, losses;
  std::vector<RandomState> randoms;
  for (size_t k = 0; k < batches.size(); ++k) {
    set(k);
    losses.push_back(step(batches[k]));
    states.push_back(snapshot());
    randoms.push_back(random_state());
  }

  NoGrad off;
  const auto live = everything();
  for (size_t i = 0; i < live.size(); ++i)
    Tensor(live[i].second).copy_(before[i]);
  set_random_state(random);
  for (size_t k = 0; k < batches.size(); ++k) {
    set(k);
    const std::vector<Tensor> out = graph.run(batches[k]);
    ASSERT_EQ(out.size(), losses[k].size());
    for (size_t i = 0; i < out.size(); ++i)
      EXPECT_TRUE(same_bits(out[i], losses[k][i])) << "output " << i << " of step " << k << "\n"
                                                   << to_string(graph);
    expect_equal(states[k], fmt::format("after step {}\n{}", k, to_string(graph)));
    EXPECT_EQ(random_state(), randoms[k]);
    EXPECT_EQ(optimizer->steps(), int64_t(k) + 2);
  }
}

TEST(Trace, OptimiserStepIsInTheGraph) {
  for (bool dropout : {false, true}) {
    expect_same_training(
        [](std::vector<Tensor> params) {
          return std::make_unique<optim::Adam>(params, optim::AdamOptions{.lr = 0.05});
        },
        dropout);
    expect_same_training(
        [](std::vector<Tensor> params) {
          return std::make_unique<optim::SGD>(params,
                                              optim::SgdOptions{.lr = 0.05, .momentum = 0.9});
        },
        dropout);
  }
}

TEST(Trace, AMomentumThatAScheduleChangesNeedsNoNewGraph) {
  for (const char* line : {"sgd 0.05", "adam 0.05", "rmsprop 0.05", "radam 0.05", "lion 0.05"})
    expect_same_training(
        [line](std::vector<Tensor> params) {
          return optim::parse_optimizer(line)({optim::ParamGroup{.params = std::move(params)}});
        },
        false, false, true);
}

TEST(Trace, ClippingIsInTheGraph) {
  expect_same_training(
      [](std::vector<Tensor> params) {
        return std::make_unique<optim::Adam>(params, optim::AdamOptions{.lr = 0.05});
      },
      false, true);
}

// Means divide by a count that follows the batch, a whole number of type double; ends of arange are
// such numbers too.
TEST(Trace, EveryLossAndWhatCountsTheBatch) {
  const auto with_gradient =
      [](const std::function<Tensor(const Tensor& x, const Tensor& target)>& loss) -> Program {
    return [loss](const std::vector<Tensor>& in) {
      Tensor x = in[0].detach().requires_grad_();
      const Tensor value = loss(x, in[1]);
      value.backward();
      return std::vector{value.detach(), x.grad()};
    };
  };
  const Program programs[] = {
      with_gradient([](const Tensor& x, const Tensor& t) { return mse_loss(x, t); }),
      with_gradient([](const Tensor& x, const Tensor& t) { return l1_loss(x, t); }),
      with_gradient([](const Tensor& x, const Tensor& t) { return huber_loss(x, t); }),
      with_gradient([](const Tensor& x, const Tensor& t) { return smooth_l1_loss(x, t); }),
      with_gradient(
          [](const Tensor& x, const Tensor& t) { return binary_cross_entropy_with_logits(x, t); }),
      with_gradient(
          [](const Tensor& x, const Tensor& t) { return binary_cross_entropy(sigmoid(x), t); }),
      with_gradient([](const Tensor& x, const Tensor& t) {
        return kl_div(log_softmax(x, 1), t, {.reduction = "batchmean"});
      }),
      with_gradient(
          [](const Tensor& x, const Tensor& t) { return cross_entropy(x, softmax(t, 1)); }),
      with_gradient([](const Tensor& x, const Tensor& t) { return mean(var(x, {0}) * t); }),
      with_gradient([](const Tensor& x, const Tensor& t) {
        return (x * arange(double(x.size(0)), f32).unsqueeze(1) * t).sum();
      }),
      with_gradient([](const Tensor& x, const Tensor& t) {
        return (tril(x) * triu(t, 1 - t.size(0))).sum();
      }),
  };
  const auto batch = [](int64_t n) {
    return std::vector{randn({n, 3}), uniform({n, 3}, 0.1, 0.9)};
  };
  for (size_t k = 0; k < std::size(programs); ++k) {
    SCOPED_TRACE(k);
    const Graph graph = trace(programs[k], batch(4));
    for (int64_t n : {4, 9, 6}) {
      const std::vector<Tensor> in = batch(n), eager = programs[k](in), again = graph.run(in);
      for (size_t i = 0; i < eager.size(); ++i)
        EXPECT_TRUE(same_bits(again[i], eager[i])) << "output " << i << " at a batch of " << n;
    }
  }
}

TEST(Trace, EyeAndLinspaceAreInTheGraph) {
  const Program program = [](const std::vector<Tensor>& in) {
    return std::vector{matmul(in[0], eye(3)) * linspace(-1, 1, 3), eye(2, i64),
                       linspace(0, 1, 1, f64)};
  };
  const Graph graph = trace(program, {randn({4, 3})});
  const Tensor x = randn({7, 3});
  const std::vector<Tensor> eager = program({x}), again = graph.run({x});
  for (size_t i = 0; i < eager.size(); ++i)
    EXPECT_TRUE(same_bits(again[i], eager[i])) << i << "\n" << to_string(graph);
}

TEST(Trace, PrintsSymbolicSizes) {
  nn::Sequential net(nn::Flatten(), nn::Linear(12, 2));
  const Graph graph = trace([&](const std::vector<Tensor>& in) { return std::vector{net(in[0])}; },
                            {randn({3, 3, 4})}, {.state_names = net.state_dict()});
  const std::string text = to_string(graph);
  EXPECT_NE(text.find("input: f32[B, 3, 4]"), std::string::npos) << text;
  EXPECT_NE(text.find("@1.weight"), std::string::npos) << text;
  EXPECT_NE(text.find("f32[B, 2]"), std::string::npos) << text;
}

TEST(Trace, ASizeReadByTheProgramStaysSymbolic) {
  const Program program = [](const std::vector<Tensor>& in) {
    return std::vector{in[0].reshape({in[0].size(0) * 2, 2}).sum() / in[0].size(0)};
  };
  const Graph graph = trace(program, {randn({3, 4})});
  const Tensor x = randn({7, 4});
  EXPECT_TRUE(same_bits(graph.run({x})[0], program({x})[0]));
}

using Rule = std::function<int64_t(int64_t)>;
std::string message_of_size(const Rule& rule, int64_t batch) {
  return message_of([&] {
    trace(
        [&](const std::vector<Tensor>& in) {
          return std::vector{in[0].sum() * rule(in[0].size(0))};
        },
        {randn({batch, 2})});
  });
}

TEST(Trace, SizesThatFollowNoExpressionAreRefused) {
  for (int64_t n : {1, 2, 3, 4, 7, 8}) {
    EXPECT_NE(message_of_size([](int64_t b) { return b % 3; }, n).find("no sum of products"),
              std::string::npos)
        << n;
    EXPECT_NE(message_of_size([](int64_t b) { return b ^ 1; }, n).find("no sum of products"),
              std::string::npos)
        << n;
    EXPECT_NE(message_of_size([&](int64_t b) { return std::min(b, n + 1); }, n)
                  .find("no sum of products"),
              std::string::npos)
        << n;
    for (const Rule& rule :
         {Rule([](int64_t b) { return 3 * b - 7; }), Rule([](int64_t b) { return b / 2; }),
          Rule([](int64_t b) { return b * b - b; }), Rule([](int64_t b) { return (b + 2) / 32; }),
          Rule([](int64_t b) { return (3 * b + 1) / 2 - 1; }),
          Rule([](int64_t b) { return 2 * (b / 6); })})
      EXPECT_EQ(message_of_size(rule, n), "no error") << n;
    int64_t runs = 0;
    EXPECT_NE(message_of_size([&](int64_t) { return ++runs; }, n).find("no sum of products"),
              std::string::npos)
        << "counts its runs, " << n;
  }
  double rate = 0.5;
  EXPECT_NE(message_of([&] {
              trace(
                  [&](const std::vector<Tensor>& in) { return std::vector{in[0] * (rate *= 0.5)}; },
                  {randn({3, 2})}, {.fixed_sizes = true});
            }).find("changes from run to run"),
            std::string::npos);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(message_of([&] {
              trace([&](const std::vector<Tensor>& in) { return std::vector{in[0] * nan}; },
                    {randn({3, 2})});
            }),
            "no error");
}

TEST(Trace, TensorsOfCppCodeAreNoState) {
  auto traced = [](const std::function<Tensor(const Tensor&)>& f) {
    return message_of([&] {
      trace([&](const std::vector<Tensor>& in) { return std::vector{f(in[0])}; }, {randn({3, 2})});
    });
  };
  EXPECT_NE(traced([](const Tensor& x) {
              return x * tensor({1.0, 2.0});
            }).find("made anew in every run"),
            std::string::npos);
  EXPECT_EQ(traced([](const Tensor& x) { return x * full({2}, 3); }), "no error");
  EXPECT_NE(traced([](Tensor x) { return x.copy_(x + 1); }).find("an input"), std::string::npos);

  Tensor cache = zeros({3, 2});
  EXPECT_NE(traced([&](const Tensor& x) {
              cache[{0}].copy_(x[{0}]);
              return cache.sum();
            }).find("shares memory"),
            std::string::npos);
  EXPECT_NE(traced([&](const Tensor& x) {
              const Tensor row = cache[{0}] * 1, view = cache[{0}];
              cache.copy_(cache + row + x[{0}]);
              return view * 2;
            }).find("shares memory"),
            std::string::npos);
  EXPECT_NE(traced([&](const Tensor& x) {
              cache.fill_(2);
              return x[{0}] + cache;
            }).find("written with values of another shape"),
            std::string::npos);
}

TEST(Trace, WritesKeepTheirOrderAndTheirParts) {
  Tensor slow = tensor({1.0, 2.0}), fast = tensor({3.0, 4.0}), cache = zeros({2, 2});
  const Program program = [&](const std::vector<Tensor>& in) {
    const Tensor next = fast + in[0].sum();
    slow.copy_(fast);
    fast.copy_(next);
    cache[{1}].copy_(slow);  // a part that nobody reads through the whole
    Tensor own = zeros({2});
    own.copy_(slow * 2);  // what the program makes itself is no state
    return std::vector{own + fast};
  };
  const Graph graph = trace(program, {ones({2, 1})});
  EXPECT_EQ(slow.to_vector<double>(), (std::vector<double>{1, 2}));
  const std::vector<double> out = graph.run({ones({2, 1})})[0].to_vector<double>();
  EXPECT_EQ(slow.to_vector<double>(), (std::vector<double>{3, 4}));
  EXPECT_EQ(fast.to_vector<double>(), (std::vector<double>{5, 6}));
  EXPECT_EQ(cache.to_vector<double>(), (std::vector<double>{0, 0, 3, 4}));
  EXPECT_EQ(out, (std::vector<double>{11, 14}));
}

TEST(Trace, GradientsAreNoState) {
  Tensor w = tensor({1.0, 2.0}).requires_grad_();
  const Program program = [&](const std::vector<Tensor>& in) {
    (w * in[0]).sum().backward();
    return std::vector{w.grad().clone()};
  };
  w.set_grad(ones({2}));
  const Tensor before = w.grad();
  EXPECT_NE(message_of([&] {
              trace(program, {ones({3, 2})});
            }).find("zero_grad()"),
            std::string::npos);
  EXPECT_TRUE(w.grad().same(before));
  w.set_grad({});
  trace(program, {ones({3, 2})});
  EXPECT_FALSE(w.grad().defined());
}

TEST(Trace, GradientsOfParametersAreNotCopied) {  // a leaf's gradient is its own; nearly always it
                                                  // is so without a copy
  nn::Sequential net(nn::Flatten(), nn::Linear(12, 8), nn::ReLU(), nn::Linear(8, 3));
  const std::string text = to_string(trace(step_of(net), batch_of(4, {3, 4})));
  EXPECT_EQ(text.find("clone("), std::string::npos) << text;
}

TEST(Trace, FlopsFollowTheBatch) {
  nn::Sequential net(nn::Linear(12, 8), nn::Linear(8, 3));
  const Graph graph = trace([&](const std::vector<Tensor>& in) { return std::vector{net(in[0])}; },
                            {randn({3, 12})});
  EXPECT_EQ(flops(graph, {1}), 2 * (12 * 8 + 8 * 3));
  EXPECT_EQ(flops(graph, {64}), 64 * 2 * (12 * 8 + 8 * 3));
}

TEST(Trace, TheBatchIsWhatItIsSaidToBe) {
  const Program product = [](const std::vector<Tensor>& in) {
    return std::vector{matmul(in[0], in[1])};
  };
  const Tensor x = randn({4, 4}),
               square = randn({4, 4});  // every size is 4: only the caller knows which of them vary
  const Graph rows = trace(product, {x, square}, {.symbols = {{"B", {{0, 0}}}}});
  EXPECT_EQ(rows.run({randn({7, 4}), square})[0].shape(), (Dims{7, 4}));
  const Graph columns = trace(product, {x, square}, {.symbols = {{"B", {{1, 1}}}}});
  EXPECT_EQ(columns.run({x, randn({4, 9})})[0].shape(), (Dims{4, 9}));
  const Graph inner = trace(product, {x, square}, {.symbols = {{"B", {{0, 1}, {1, 0}}}}});
  EXPECT_EQ(inner.run({randn({4, 6}), randn({6, 4})})[0].shape(), (Dims{4, 4}));
  EXPECT_NE(message_of([&] {
              trace(product, {randn({3, 4}), square});
            }).find("B is 3 in dimension 0 of input 0 and 4 in"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              trace(product, {x, square}, {.symbols = {{"B", {{0, 2}}}}});
            }).find("no dimension 2 of input 0"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              inner.run({Tensor(1.0f), square});
            }).find("the graph takes f32[4, B]"),
            std::string::npos);
}

TEST(Trace, RefusesWhatAGraphCannotKnow) {
  const Tensor x = randn({3, 4});
  EXPECT_NE(
      message_of([&] {
        trace([](const std::vector<Tensor>& in) { return std::vector{in[0] * in[0].sum().item()}; },
              {x});
      }).find("read by the program"),
      std::string::npos);
  EXPECT_NE(message_of([&] {
              trace(
                  [](const std::vector<Tensor>& in) {
                    return std::vector{in[0].size(0) > 3 ? relu(in[0]) : in[0] + 1};
                  },
                  {x});
            }).find("branches on a size"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              trace([](const std::vector<Tensor>& in) { return std::vector{nonzero(in[0])}; }, {x});
            }).find("how many elements come out depends on values"),
            std::string::npos);
  const Graph graph =
      trace([](const std::vector<Tensor>& in) { return std::vector{in[0] + 1}; }, {x});
  EXPECT_NE(message_of([&] {
              graph.run({randn({3, 5})});
            }).find("takes f32[B, 4]"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
