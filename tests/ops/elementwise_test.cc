// The vector kernels of f32 in every instruction set against the plain ones of f64: accuracy over
// wide ranges, NaN, infinities, signed zeros, odd strides.

#include <gtest/gtest.h>
#include <algorithm>

#include <cmath>
#include <functional>
#include <limits>

#include "hebb/kernels/cpu_library.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/math.h"
#include "hebb/ops/op.h"
#include "hebb/ops/views.h"

namespace hebb {
namespace {

struct FunctionCase {
  const char* name;
  std::function<Tensor(const Tensor&)> f;
  double low, high;        // where it is tried
  double relative = 2e-6;  // error allowed, relative to the result
  double absolute = 0;     // and beside it, where a result crosses zero
};

// Evenly spaced values and, closer to zero, their cubes.
Tensor values_between(double low, double high) {
  const int64_t n = 4001;
  std::vector<float> values;
  for (int64_t i = 0; i < n; ++i) {
    const double x = low + (high - low) * double(i) / double(n - 1);
    values.push_back(float(x));
    const double scale = std::max(std::fabs(low), std::fabs(high));
    values.push_back(float(std::clamp(x * (x / scale) * (x / scale), low, high)));
  }
  return Tensor::from(values, {int64_t(values.size())});
}

void expect_close_here(const FunctionCase& c, const Tensor& x32, const std::vector<double>& right) {
  const std::vector<double> x = x32.to_vector<double>(), fast = c.f(x32).to_vector<double>();
  for (size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(right[i])) {
      EXPECT_TRUE(std::isnan(fast[i])) << c.name << "(" << x[i] << ") = " << fast[i];
      continue;
    }
    if (std::fabs(right[i]) > std::numeric_limits<float>::max()) {
      EXPECT_TRUE(std::isinf(fast[i]) && std::signbit(fast[i]) == std::signbit(right[i]))
          << c.name << "(" << x[i] << ") = " << fast[i];
      continue;
    }
    const double allowed =
        c.relative * std::fabs(right[i]) + c.absolute + 1e-37;  // subnormal results lose digits
    ASSERT_LE(std::fabs(fast[i] - right[i]), allowed)
        << c.name << "(" << x[i] << ") = " << fast[i] << ", should be " << right[i];
  }
}

void expect_close(const FunctionCase& c, const Tensor& x32) {
  const std::vector<double> right = c.f(x32.to(f64)).to_vector<double>();
  const std::vector<std::string> sets = cpu::instruction_sets();
  for (size_t set = 0; set < sets.size(); ++set) {
    SCOPED_TRACE(sets[set]);
    const OneInstructionSet in_set(set);
    expect_close_here(c, x32, right);
  }
}

const std::vector<FunctionCase>& cases() {
  static const std::vector<FunctionCase> all{
      {"relu", [](const Tensor& x) { return relu(x); }, -10, 10},
      {"relu6", [](const Tensor& x) { return relu6(x); }, -10, 10},
      {"leaky_relu", [](const Tensor& x) { return leaky_relu(x, 0.1); }, -10, 10},
      {"elu", [](const Tensor& x) { return elu(x, 1.5); }, -100, 10},
      {"selu", [](const Tensor& x) { return selu(x); }, -100, 10},
      {"celu", [](const Tensor& x) { return celu(x, 0.7); }, -100, 10},
      {"sigmoid", [](const Tensor& x) { return sigmoid(x); }, -87, 87},
      {"tanh", [](const Tensor& x) { return tanh(x); }, -20, 20},
      {"silu", [](const Tensor& x) { return silu(x); }, -80, 80},
      {"gelu", [](const Tensor& x) { return gelu(x); }, -12, 12},
      {"gelu tanh", [](const Tensor& x) { return gelu(x, "tanh"); }, -4, 4, 4e-6},
      {"mish", [](const Tensor& x) { return mish(x); }, -80, 80},
      {"softplus", [](const Tensor& x) { return softplus(x, 2, 15); }, -40, 40},
      {"logsigmoid", [](const Tensor& x) { return logsigmoid(x); }, -80, 80},
      {"hardtanh", [](const Tensor& x) { return hardtanh(x, -2, 0.5); }, -10, 10},
      {"hardsigmoid", [](const Tensor& x) { return hardsigmoid(x); }, -10, 10, 2e-6, 1e-7},
      {"hardswish", [](const Tensor& x) { return hardswish(x); }, -10, 10, 2e-6, 1e-6},
      {"exp", [](const Tensor& x) { return exp(x); }, -87, 88},
      {"expm1", [](const Tensor& x) { return expm1(x); }, -87, 88},
      {"log", [](const Tensor& x) { return log(x); }, 1e-6, 1e6, 2e-6, 1e-7},
      {"sqrt", [](const Tensor& x) { return sqrt(x); }, 0, 1e6},
      {"rsqrt", [](const Tensor& x) { return rsqrt(x); }, 1e-3, 1e6},
      {"reciprocal", [](const Tensor& x) { return reciprocal(x); }, -100, 100},
      {"abs", [](const Tensor& x) { return abs(x); }, -100, 100},
      {"floor", [](const Tensor& x) { return floor(x); }, -100, 100},
      {"ceil", [](const Tensor& x) { return ceil(x); }, -100, 100},
      {"round", [](const Tensor& x) { return round(x); }, -100, 100},
      {"trunc", [](const Tensor& x) { return trunc(x); }, -100, 100},
      {"maximum", [](const Tensor& x) { return maximum(x, 0.25); }, -1, 1},
      {"minimum", [](const Tensor& x) { return minimum(0.25, x); }, -1, 1},
      {"clamp", [](const Tensor& x) { return clamp(x, -0.5, 0.25); }, -1, 1},
      {"clamp above", [](const Tensor& x) { return clamp(x, Tensor(), 0.25); }, -1, 1},
      {"add alpha", [](const Tensor& x) { return add(x, 3, 2); }, -1, 1, 2e-7},
  };
  return all;
}

// The gradient of a function at x, all incoming gradients being 1.
Tensor gradient(const std::function<Tensor(const Tensor&)>& f, const Tensor& at) {
  Tensor x = at.detach();
  x.requires_grad_();
  f(x).sum().backward();
  return x.grad();
}

TEST(Elementwise, VectorsAgreeWithPlain) {
  for (const FunctionCase& c : cases())
    expect_close(c, values_between(c.low, c.high));
}

TEST(Elementwise, NanAndInfinitiesAreAsInPlain) {
  const double inf = std::numeric_limits<double>::infinity();
  for (const FunctionCase& c : cases()) {
    // -inf * 0 and inf - inf are NaN in one form and their limit in another.
    if (std::string(c.name) == "mish" || std::string(c.name) == "silu")
      continue;
    expect_close(c, Tensor::from(std::vector<float>{NAN, float(inf), float(-inf), 0.f, -0.f, 1e-30f,
                                                    -1e-30f, 100.f, -100.f, 1.f, 2.f},
                                 {11}));
  }
}

TEST(Elementwise, GradientsInVectorsAgreeWithPlain) {
  for (const FunctionCase& c : cases()) {
    if (c.low >= 0 || std::string(c.name) == "reciprocal" || std::string(c.name) == "expm1")
      continue;
    FunctionCase g{c.name,
                   [&](const Tensor& x) { return gradient(c.f, x); },
                   std::max(c.low, -9.0),
                   std::min(c.high, 9.0),
                   8e-6,
                   1e-6};
    expect_close(g, values_between(g.low + 0.0123, g.high));  // off the kinks
  }
}

// Finite differences in f64, away from kinks.
TEST(Elementwise, GradientsAgreeWithDifferences) {
  const Tensor x = add(arange(-2.45, 2.5, 0.1, f64), 0.013);
  const double h = 1e-6;
  for (const FunctionCase& c : cases()) {
    const std::string name = c.name;
    if (name == "log" || name == "sqrt" || name == "rsqrt")
      continue;  // not defined below zero
    const std::vector<double> got = gradient(c.f, x).to_vector<double>(),
                              above = c.f(x + h).to_vector<double>(),
                              below = c.f(x - h).to_vector<double>();
    for (size_t i = 0; i < got.size(); ++i)
      EXPECT_NEAR(got[i], (above[i] - below[i]) / (2 * h), 1e-6 * std::max(1.0, std::fabs(got[i])))
          << c.name << " at element " << i;
  }
}

TEST(Elementwise, StridedAndBroadcastOperands) {
  const Tensor a = values_between(-3, 3).reshape({2, 4001}), b = arange(0, 4001, 1, f32);
  const Tensor columns = a.t();  // strides 1 and 4001
  for (auto f : {add, sub}) {
    const std::vector<double> got = f(columns, b.reshape({4001, 1}), 2).to_vector<double>(),
                              x = columns.to_vector<double>(), y = b.to_vector<double>();
    const double sign = f(Tensor(0.0), Tensor(1.0), 1).item() < 0 ? -1 : 1;
    for (size_t i = 0; i < got.size(); ++i)
      ASSERT_FLOAT_EQ(float(got[i]), float(x[i] + sign * 2 * y[i / 2]));
  }
  const Tensor every_third = a[{Ellipsis(), Slice(0, 4001, 3)}];
  EXPECT_EQ(relu(every_third).to_vector<float>(), relu(every_third.clone()).to_vector<float>());
}

TEST(Elementwise, EmptyAndZeroDimensional) {
  EXPECT_EQ(relu(zeros({0, 3})).shape(), (Dims{0, 3}));
  EXPECT_EQ(exp(tensor(std::vector<float>{0}, {})).item(), 1);
}

TEST(Comparison, HasOperators) {
  const Tensor x = tensor({1., 2., 3.}), two = tensor({2.});
  EXPECT_EQ((x > 2).to(DType::i64).to_vector<int64_t>(), (std::vector<int64_t>{0, 0, 1}));
  EXPECT_EQ((x >= two).to(DType::i64).to_vector<int64_t>(), (std::vector<int64_t>{0, 1, 1}));
  EXPECT_EQ((2 > x).to(DType::i64).to_vector<int64_t>(), (std::vector<int64_t>{1, 0, 0}));
  EXPECT_EQ((x <= two).to(DType::i64).to_vector<int64_t>(), (std::vector<int64_t>{1, 1, 0}));
  EXPECT_EQ((x < 2).dtype(), DType::boolean);
}

}  // namespace
}  // namespace hebb
