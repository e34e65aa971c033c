// Functions with a gradient rule of their own.

#include "hebb/autograd/function.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/autograd/functional.h"
#include "hebb/autograd/grad.h"
#include "hebb/autograd/gradcheck.h"
#include "hebb/graph/trace.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"

namespace hebb {
namespace {

using autograd::FunctionContext;
using List = std::vector<Tensor>;

struct Cube : autograd::Function<Cube> {
  static Tensor forward(FunctionContext& ctx, const Tensor& x) {
    ctx.save_for_backward({x});
    return x * x * x;
  }
  static List backward(FunctionContext& ctx, const List& grads) {
    const Tensor x = ctx.saved_tensors()[0];
    return {grads[0] * 3 * x * x};
  }
};

struct Exp : autograd::Function<Exp> {  // saves its output
  static Tensor forward(FunctionContext& ctx, const Tensor& x) {
    const Tensor y = exp(x);
    ctx.save_for_backward({y});
    return y;
  }
  static List backward(FunctionContext& ctx, const List& grads) {
    return {grads[0] * ctx.saved_tensors()[0]};
  }
};

struct ScaledSum : autograd::Function<ScaledSum> {  // a list, a number, two outputs
  static List forward(FunctionContext& ctx, const List& terms, double scale) {
    ctx.saved_data["scale"] = scale;
    Tensor sum = terms[0];
    for (size_t i = 1; i < terms.size(); ++i)
      sum = sum + terms[i];
    const Tensor best = terms[0].argmax(), positive = (sum > 0).to(sum.dtype());
    ctx.mark_non_differentiable({positive});
    return {sum * scale, best, positive};
  }
  static List backward(FunctionContext& ctx, const List& grads) {
    const auto scale = std::any_cast<double>(ctx.saved_data.at("scale"));
    List answer;
    for (size_t i = 0; i < 2; ++i)
      answer.push_back(ctx.needs_input_grad(i) ? grads[0] * scale : Tensor());
    answer.emplace_back();  // of the number
    return answer;
  }
};

struct Straight : autograd::Function<Straight> {  // rounds; the gradient passes
  static Tensor forward(FunctionContext&, const Tensor& x) { return x.round(); }
  static List backward(FunctionContext&, const List& grads) { return grads; }
};

struct Same : autograd::Function<Same> {
  static Tensor forward(FunctionContext&, const Tensor& x) { return x; }
  static List backward(FunctionContext&, const List& grads) { return {grads[0] * -1}; }
};

struct Wrong : autograd::Function<Wrong> {
  static Tensor forward(FunctionContext& ctx, const Tensor& x, int gradients) {
    ctx.saved_data["gradients"] = gradients;
    return x * 2;
  }
  static List backward(FunctionContext& ctx, const List&) {
    return List(size_t(std::any_cast<int>(ctx.saved_data.at("gradients"))), ones({5}));
  }
};

const Tensor point = Tensor::from<double>({0.5, -1.5, 2}, {3});

TEST(CustomFunction, GradientsOfBothOrdersAreItsOwn) {
  for (const auto& apply : {+[](const Tensor& x) { return Cube::apply(x); },
                            +[](const Tensor& x) { return Exp::apply(x); }}) {
    const auto f = [&](const List& in) { return List{apply(in[0])}; };
    gradcheck(f, {point});
    gradgradcheck(f, {point});
  }
  Tensor x = tensor({3.0}).requires_grad_();
  Straight::apply(x * 0.8).backward();
  EXPECT_FLOAT_EQ(float(x.grad().item()), 0.8f);
}

TEST(CustomFunction, TakesListsAndNumbersAndGivesSeveral) {
  Tensor a = tensor({1.0, -4.0}).requires_grad_(), b = tensor({2.0, 3.0});
  const List out = ScaledSum::apply(List{a, b}, 10.0);
  EXPECT_EQ(out[0].to_vector<double>(), (std::vector<double>{30, -10}));
  EXPECT_TRUE(out[0].requires_grad());
  EXPECT_FALSE(out[1].requires_grad());
  EXPECT_FALSE(out[2].requires_grad());
  out[0].sum().backward();
  EXPECT_EQ(a.grad().to_vector<double>(), (std::vector<double>{10, 10}));
}

TEST(CustomFunction, AnArgumentThatIsReturnedIsAnotherTensor) {
  Tensor x = tensor({2.0}).requires_grad_(), constant = tensor({2.0});
  const Tensor y = Same::apply(x);
  y.backward();
  EXPECT_EQ(x.grad().item(), -1);
  EXPECT_EQ(y.raw_data(), x.raw_data());
  EXPECT_FALSE(Same::apply(constant).requires_grad());
  EXPECT_FALSE(constant.requires_grad());
}

TEST(CustomFunction, ReadsOnlyWhatStayedAsItWas) {
  Tensor x = tensor({2.0}).requires_grad_();
  Tensor w = (x * 1).detach();
  const Tensor y = Cube::apply(w.requires_grad_());
  {
    const NoGrad off;
    w.fill_(5);
  }
  EXPECT_NE(message_of([&] {
              y.backward();
            }).find("what 'Cube' had kept for its gradient was overwritten in place by 'fill_'"),
            std::string::npos);
}

TEST(CustomFunction, ReleasesWhatItSaved) {
  Tensor x = tensor({2.0}).requires_grad_();
  const Tensor y = Cube::apply(x);
  y.backward({}, true);
  y.backward();
  EXPECT_EQ(x.grad().item(), 24);
  EXPECT_NE(message_of([&] { y.backward(); }).find("'Cube' kept were released"), std::string::npos);
}

TEST(CustomFunction, RefusesWrongGradients) {
  Tensor x = ones({3}).requires_grad_();
  EXPECT_NE(message_of([&] {
              Wrong::apply(x, 1).sum().backward();
            }).find("Wrong: backward() returns 1 gradients for 2 arguments"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              Wrong::apply(x, 2).sum().backward();
            }).find("a gradient of shape [5] for argument 0 of shape [3]"),
            std::string::npos);
}

TEST(CustomFunction, IsTracedWithItsGradient) {
  Tensor w = tensor({1.0, 2.0}).requires_grad_();
  const auto step = [&](const List& in) {
    return autograd::grad({Cube::apply(in[0] * w).sum()}, {w});
  };
  const Graph graph = trace(step, {ones({4, 2})});
  const Tensor rows = rand({7, 2});
  EXPECT_EQ(graph.run({rows})[0].to_vector<double>(), step({rows})[0].to_vector<double>());
}

TEST(CustomFunction, ALongChainIsTakenDownWithoutRecursion) {
  Tensor x = tensor({1.0}).requires_grad_();
  Tensor y = x;
  for (int i = 0; i < 100000; ++i)
    y = Cube::apply(y);
  EXPECT_EQ(y.item(), 1);
}

}  // namespace
}  // namespace hebb
