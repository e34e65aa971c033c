// Random programs by plan and eagerly: some dozen operators, views, shared values and reused
// memory, in several dtypes, at the traced batch and at others.

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/error.h"
#include "hebb/graph/compile.h"
#include "hebb/ops/ops.h"

namespace hebb {
namespace {

using Values = std::vector<Tensor>;
using Step = std::function<Tensor(const Values&)>;

// A program as a list of steps, each of which adds a value. Values have the batch in front.
class RandomProgram {
 public:
  RandomProgram(uint64_t seed, DType dtype) : random_(seed), dtype_(dtype) {
    values_ = inputs(7);  // a size that nothing else has: shapes fit at any other batch, too
    while (steps_.size() < 10 && tries_++ < 100)
      try_step();
  }

  Values inputs(int64_t batch) const {
    return {cast(randn({batch, 4, 6, 6}), dtype_), cast(randn({batch, 4, 6, 6}), dtype_),
            cast(randn({batch, 8}), dtype_)};
  }
  Values operator()(const Values& in) const {
    Values values = in;
    for (const Step& step : steps_)
      values.push_back(step(values));
    return {values.back(), values[values.size() / 2 + 1], values[in.size()]};
  }
  size_t size() const { return steps_.size(); }

 private:
  int64_t pick(int64_t low, int64_t high) {
    return low + int64_t(random_() % uint64_t(high - low + 1));
  }
  Tensor constant(const Dims& shape) { return cast(randn(shape) * 0.4, dtype_); }

  void try_step() {
    const auto a = size_t(pick(int64_t(values_.size()) / 2, int64_t(values_.size()) - 1)),
               b = size_t(pick(0, int64_t(values_.size()) - 1));
    const Step step = make_step(a, b);
    if (!step)
      return;
    try {
      const Tensor value = step(values_);
      const bool is_tame = value.numel() > 0 && value.numel() < 50000 && value.dtype() == dtype_ &&
                           value.dim() >= 2 && value.size(0) == values_[0].size(0) &&
                           amax(abs(cast(value, DType::f64))).item() < 1e3;
      if (!is_tame)
        return;
      values_.push_back(value);
      steps_.push_back(step);
    } catch (const Error&) {
      // Shapes that do not fit: another try.
    }
  }

  Step make_step(size_t a, size_t b) {
    const Tensor& x = values_[a];
    const int64_t last = x.size(-1), channels = x.size(1);
    switch (pick(0, 17)) {
      case 0:
        return [=](const Values& v) { return v[a] + v[b]; };
      case 1:
        return [=](const Values& v) { return v[a] * v[b]; };
      case 2:
        return [=](const Values& v) { return 1.5 - v[a] * 0.5; };
      case 3:
        return [=](const Values& v) { return relu(v[a]); };
      case 4:
        return [=](const Values& v) { return tanh(v[a]); };
      case 5:
        return [=](const Values& v) { return silu(v[a]); };
      case 6:
        return [=](const Values& v) { return transpose(v[a], -1, -2); };
      case 7:
        return [=](const Values& v) { return flatten(v[a], 1); };
      case 8:
        return [=](const Values& v) { return slice(v[a], -1, {0, last / 2}); };
      case 9:
        return [=](const Values& v) { return softmax(v[a], -1); };
      case 10:
        return [=](const Values& v) { return cat({v[a], v[b]}, 1); };
      case 11:
        return [=](const Values& v) { return sum(v[a], {-1}, true); };
      case 12: {
        const Tensor weight = constant({8, last}), bias = constant({8});
        return [=](const Values& v) { return linear(v[a], weight, bias) * 0.5; };
      }
      case 13: {
        const Tensor other = constant({last, 5}), added = constant({5});
        return [=](const Values& v) { return matmul(v[a], other) + added; };
      }
      case 14: {
        const Tensor weight = constant({4, channels, 3, 3}), bias = constant({4});
        return [=](const Values& v) { return conv2d(v[a], weight, bias, {.padding = {1}}); };
      }
      case 15: {  // a weight that is a view
        const Tensor weight = transpose(constant({channels, 4, 3, 3}), 0, 1);
        return [=](const Values& v) { return conv2d(v[a], weight, {}, {.padding = {1}}); };
      }
      case 16: {
        const Tensor mean = constant({channels}), var = abs(constant({channels})) + 0.5,
                     scale = constant({channels});
        return [=](const Values& v) { return batch_norm(v[a], mean, var, scale, {}); };
      }
      default:
        return [=](const Values& v) { return max_pool2d(v[a], {.kernel_size = {2}}); };
    }
  }

  std::mt19937_64 random_;
  DType dtype_;
  Values values_;
  std::vector<Step> steps_;
  int tries_ = 0;
};

double distance(const Tensor& a, const Tensor& b) {
  const Tensor wide = cast(b, DType::f64);
  const double largest = std::max(1.0, amax(abs(wide)).item());
  return amax(abs(cast(a, DType::f64) - wide)).item() / largest;
}

void expect_eager_answers(DType dtype, double tolerance) {
  NoGrad off;
  size_t steps = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    manual_seed(seed);
    const RandomProgram program(seed, dtype);
    steps += program.size();
    const Compiled run = compile(program);
    for (int64_t batch : {7, 7, 1, 5}) {
      const Values in = program.inputs(batch);
      const Values expected = program(in), got = run(in);
      ASSERT_EQ(got.size(), expected.size());
      for (size_t i = 0; i < got.size(); ++i) {
        ASSERT_EQ(describe(got[i]), describe(expected[i])) << "seed " << seed;
        EXPECT_LE(distance(got[i], expected[i]), tolerance)
            << "seed " << seed << ", batch " << batch << ", output " << i;
      }
    }
    EXPECT_EQ(run.why_eager(), "") << "seed " << seed;
    EXPECT_GE(run.plans_made(), 3U) << "seed " << seed;
  }
  EXPECT_GE(steps, 360U) << "the programs are hardly programs";
}

TEST(RandomPlans, AnswerAsEagerCallsDo) {
  expect_eager_answers(DType::f32, 2e-5);
}
TEST(RandomPlans, AnswerAsEagerCallsDoInDouble) {
  expect_eager_answers(DType::f64, 1e-12);
}
TEST(RandomPlans, AnswerAsEagerCallsDoInHalves) {
  expect_eager_answers(DType::bf16, 0.05);
}

}  // namespace
}  // namespace hebb
