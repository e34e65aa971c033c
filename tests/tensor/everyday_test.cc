// What everyday programs write: lists of numbers, members instead of functions, single positions,
// comparisons and assignments such as x += y.
#include <gtest/gtest.h>

#include <sstream>

#include "hebb/autograd/no_grad.h"
#include "hebb/graph/trace.h"
#include "hebb/nn/linear.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"

namespace hebb {
namespace {

using Floats = std::vector<float>;
using Integers = std::vector<int64_t>;

TEST(Lists, DtypesFollowTheNumbers) {
  EXPECT_EQ(tensor({0, 1, 1}).dtype(), DType::i64);
  EXPECT_EQ(tensor(1.5).dtype(), DType::f32);
  EXPECT_EQ(tensor(2).dtype(), DType::i64);
  EXPECT_EQ(tensor(true).dtype(), DType::boolean);
  EXPECT_EQ(tensor(1.5).shape(), Dims{});
  EXPECT_EQ(tensor(1.5).item(), 1.5);
  EXPECT_EQ(tensor({uint8_t(1)}).dtype(), DType::i64);
  EXPECT_EQ(tensor({true, false}).dtype(), DType::boolean);
  EXPECT_EQ(tensor({0.5, 1.0}).dtype(), DType::f32);
  EXPECT_EQ(tensor({0.5f}).dtype(), DType::f32);
  EXPECT_EQ(tensor({0.5, 1}).dtype(), DType::f32);
  EXPECT_EQ(tensor({{1, 2}, {3, 4}}).dtype(), DType::i64);
  EXPECT_EQ(tensor({{1.5, 2.0}, {3.0, 4.0}}).dtype(), DType::f32);
  EXPECT_EQ(tensor({1, 0, 1}, {3, 1}).shape(), (Dims{3, 1}));
  EXPECT_EQ(tensor({{1, 2, 3}, {4, 5, 6}}).to_vector<int64_t>(), (Integers{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(tensor({9007199254740993}).item<int64_t>(), 9007199254740993);
  EXPECT_EQ(message_of([] {
              tensor({{1, 2}, {3}});
            }),
            "tensor: row 1 has 1 values, the first one 2");
  EXPECT_EQ(message_of([] {
              tensor({{1.5, 2.0}, {3.0}});
            }),
            "tensor: row 1 has 1 values, the first one 2");
}

TEST(Members, PercentIsTheRemainder) {
  EXPECT_EQ((tensor({-7, 7, 3}) % 3).to_vector<int64_t>(), (Integers{2, 1, 0}));
  EXPECT_EQ((tensor({5.5, -1.0}) % tensor({2.0, 4.0})).to_vector<float>(), (Floats{1.5f, 3}));
}

TEST(Members, OneDimensionIsANumber) {
  const Tensor x = tensor({{1.0, -2.0, 3.0}, {0.5, 0.25, -0.125}});
  const auto same = [](const Tensor& a, const Tensor& b) {
    return a.dtype() == b.dtype() && a.shape() == b.shape() &&
           a.to_vector<double>() == b.to_vector<double>();
  };
  const size_t last = 1;
  EXPECT_TRUE(same(x.sum(1), x.sum({1})));
  EXPECT_TRUE(same(x.sum(last, true), x.sum({1}, true)));
  EXPECT_TRUE(same(sum(x, -1), sum(x, {1})));
  EXPECT_TRUE(same(sum(x, 0, true), sum(x, {0}, true)));
  EXPECT_TRUE(same(x.mean(0), x.mean({0})));
  EXPECT_TRUE(same(x.var(0), x.var({0})));
  EXPECT_TRUE(same(x.std(0, 0), x.std({0}, 0)));
  EXPECT_TRUE(same(x.norm(2, 1), x.norm(2, {1})));
  EXPECT_TRUE(same(x.amax(-1), x.amax({1})));
  EXPECT_TRUE(same(any(x > 2, 1), any(x > 2, {1})));
  EXPECT_TRUE(same(logsumexp(x, 1), logsumexp(x, {1})));
  EXPECT_TRUE(same(var_mean(x, 1).second, x.mean(1)));
  // No dimension at all is still all of them.
  EXPECT_TRUE(same(sum(x, {}), x.sum()));
  EXPECT_TRUE(same(sum(x, {0, 1}), x.sum()));
  EXPECT_TRUE(same(sum(x, Dims{0}), x.sum(0)));
  EXPECT_TRUE(same(sum(x, Integers{0}), x.sum(0)));
}

TEST(Members, ADtypeIsPrintedByItsName) {
  std::ostringstream out;
  out << tensor({1.0}).dtype() << ' ' << DType::boolean;
  EXPECT_EQ(out.str(), "f32 bool");
}

TEST(Members, AreTheFunctionsOfTheirNames) {
  const Tensor x = tensor({{1.0, -2.0, 3.0}, {0.5, 0.25, -0.125}});
  const auto same = [](const Tensor& a, const Tensor& b) {
    return a.dtype() == b.dtype() && a.shape() == b.shape() &&
           a.to_vector<double>() == b.to_vector<double>();
  };
  EXPECT_TRUE(same(x.mean(), mean(x)));
  EXPECT_TRUE(same(x.mean({1}, true), mean(x, {1}, true)));
  EXPECT_TRUE(same(x.var(), var(x)));
  EXPECT_TRUE(same(x.std({0}, 0), std(x, {0}, 0)));
  EXPECT_TRUE(same(x.norm(), norm(x)));
  EXPECT_TRUE(same(x.prod(), prod(x)));
  EXPECT_TRUE(same(x.max(), max(x)));
  EXPECT_TRUE(same(x.min(), min(x)));
  EXPECT_TRUE(same(x.max(1).first, max(x, 1).first));
  EXPECT_TRUE(same(x.min(0, true).second, min(x, 0, true).second));
  EXPECT_TRUE(same(x.amax({1}), amax(x, {1})));
  EXPECT_TRUE(same(x.amin(), amin(x)));
  EXPECT_TRUE(same(x.argmax(), argmax(x)));
  EXPECT_TRUE(same(x.argmin(1), argmin(x, 1)));
  EXPECT_TRUE(same(x.isnan().any(), any(isnan(x))));
  EXPECT_TRUE(same((x > 0).all(), all(x > 0)));
  EXPECT_TRUE(same(x.cumsum(1), cumsum(x, 1)));
  EXPECT_TRUE(same(x.softmax(1), softmax(x, 1)));
  EXPECT_TRUE(same(x.log_softmax(-1), log_softmax(x, -1)));
  EXPECT_TRUE(same(x.matmul(x.t()), matmul(x, x.t())));
  EXPECT_TRUE(same(x.pow(2), square(x)));
  EXPECT_TRUE(same(x.clamp(-1, 1), clamp(x, -1, 1)));
  EXPECT_TRUE(same(x.abs().sqrt().log().exp(), exp(log(sqrt(abs(x))))));
  EXPECT_TRUE(same(x.sin(), sin(x)));
  EXPECT_TRUE(same(x.cos(), cos(x)));
  EXPECT_TRUE(same(x.tanh(), tanh(x)));
  EXPECT_TRUE(same(x.sigmoid(), sigmoid(x)));
  EXPECT_TRUE(same(x.relu(), relu(x)));
  EXPECT_TRUE(same(x.round(), round(x)));
  EXPECT_TRUE(same(x.square(), square(x)));
  EXPECT_TRUE(same(x.repeat({2, 1}), repeat(x, {2, 1})));
  EXPECT_TRUE(same(x.select(1, 2), select(x, 1, 2)));
  EXPECT_TRUE(same(x.index_select(0, tensor({1})), index_select(x, 0, tensor({1}))));
  EXPECT_TRUE(same(x.gather(1, tensor({{0}, {2}})), gather(x, 1, tensor({{0}, {2}}))));
  EXPECT_TRUE(same(x.masked_fill(x < 0, 7), masked_fill(x, x < 0, 7)));
}

TEST(Members, ViewsShareMemoryOrSayWhyNot) {
  Tensor x = tensor({{1.0, 2.0}, {3.0, 4.0}});
  x.view({-1}).fill_(5);
  EXPECT_EQ(x.to_vector<float>(), (Floats{5, 5, 5, 5}));
  EXPECT_EQ(message_of([&] { (void)x.t().view({4}); }),
            "view: [2, 2] with strides [1, 2] cannot be seen as [4] without a copy; use reshape");
}

TEST(Members, OnePositionIsARow) {
  Tensor x = tensor({{1, 2}, {3, 4}});
  EXPECT_EQ(x[0].to_vector<int64_t>(), (Integers{1, 2}));
  EXPECT_EQ(x[-1][0].item<int64_t>(), 3);
  EXPECT_EQ(x[tensor({1, 0})].to_vector<int64_t>(), (Integers{3, 4, 1, 2}));
  EXPECT_EQ(x[Slice(1, 2)].shape(), (Dims{1, 2}));
  x[0] += 10;
  EXPECT_EQ(x.to_vector<int64_t>(), (Integers{11, 12, 3, 4}));
}

TEST(Comparisons, AreElementByElement) {
  const Tensor x = tensor({1, 2, 3}), y = tensor({3, 2, 1});
  EXPECT_EQ((x == y).to_vector<uint8_t>(), (std::vector<uint8_t>{0, 1, 0}));
  EXPECT_EQ((x != y).to_vector<uint8_t>(), (std::vector<uint8_t>{1, 0, 1}));
  EXPECT_EQ((x == 2).sum().item<int64_t>(), 1);
  EXPECT_FLOAT_EQ((x == y).to(f32).mean().item<float>(), 1.f / 3);
}

TEST(Assignments, WriteIntoMemory) {
  Tensor x = tensor({1.0, 2.0, 3.0});
  const Tensor seen = x[{Slice(1, 3)}];
  const Tensor other = x;
  x += 1;
  x *= tensor({1.0, 2.0, 3.0});
  x -= 2;
  x /= 2;
  EXPECT_EQ(x.to_vector<float>(), (Floats{0, 2, 5}));
  EXPECT_EQ(seen.to_vector<float>(), (Floats{2, 5}));
  EXPECT_TRUE(other.same(x));
}

TEST(Assignments, KeepTheDtypeOrRefuse) {
  Tensor x = tensor({1.0, 2.0});
  x += tensor({0.5, 0.5}).to(f64);
  EXPECT_EQ(x.dtype(), DType::f32);
  Tensor counts = tensor({1, 2});
  counts += tensor({true, false});
  EXPECT_EQ(counts.to_vector<int64_t>(), (Integers{2, 2}));
  EXPECT_EQ(message_of([&] { counts += 0.5; }),
            "+=: the result is f32, which x of i64 cannot hold; write x = x + y");
  EXPECT_EQ(message_of([&] { counts /= 2; }),
            "/=: the result is f32, which x of i64 cannot hold; write x = x / y");
  EXPECT_EQ(message_of([&] {
              x += ones({3, 2});
            }),
            "+=: the result has shape [3, 2], which x of [2] cannot hold");
}

TEST(Assignments, AreRecordedForGradients) {
  const Tensor w = tensor({2.0, 3.0}).requires_grad_();
  Tensor total = 0;
  for (int i = 1; i <= 3; ++i)
    total += (w * i).sum();
  total *= 2;
  total.backward();
  EXPECT_EQ(w.grad().to_vector<float>(), (Floats{12, 12}));

  Tensor leaf = w;
  EXPECT_EQ(message_of([&] { leaf += 1; }),
            "+=: x is a leaf that requires a gradient; write under NoGrad, or x = x + y");
  NoGrad off;
  leaf += 1;
  EXPECT_EQ(w.to_vector<float>(), (Floats{3, 4}));
}

TEST(Assignments, AreTraced) {
  const auto residual = [](const std::vector<Tensor>& in) {
    Tensor out = in[0] * 2;
    out += in[0];
    return std::vector<Tensor>{out};
  };
  NoGrad off;
  const Graph graph = trace(residual, {ones({2, 3})});
  EXPECT_EQ(graph.run({full({5, 3}, 4.0)})[0].to_vector<float>(), Floats(15, 12));
}

}  // namespace
}  // namespace hebb
