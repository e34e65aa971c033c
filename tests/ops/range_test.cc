// Sums of squares and of powers, and means, beyond the range of their dtype: a power of two in the
// input is the same power in the result, as is what is added to all values in the variance. What is
// right is computed near 1, in f64.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "hebb/kernels/cpu_library.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/batch_norm.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/layer_norm.h"
#include "hebb/ops/math.h"
#include "hebb/ops/optimizer.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/statistics.h"
#include "hebb/ops/views.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

using Function = std::function<Tensor(const Tensor&)>;

struct Scaled {
  std::string name;
  Function function;
  int degree;  // f(s x) = s^degree f(x)
};

Tensor batch_normed(const Tensor& x) {
  const Tensor mean = hebb::zeros({x.size(1)}, x.dtype()), var = hebb::ones({x.size(1)}, x.dtype());
  return batch_norm_training(x, mean, var, {}, {}, {.training = true, .eps = 0}).out;
}

std::vector<Scaled> scaled_functions() {
  std::vector<Scaled> all = {
      {"std of rows", [](const Tensor& x) { return hebb::std(x, {1}); }, 1},
      {"std of columns", [](const Tensor& x) { return hebb::std(x, {0}); }, 1},
      {"std of short rows",
       [](const Tensor& x) {
         return hebb::std(reshape(x, {-1, 5}), {1});
       },
       1},
      {"std of all", [](const Tensor& x) { return hebb::std(x); }, 1},
      {"layer_norm", [](const Tensor& x) { return layer_norm(x, {x.size(1)}, {}, {}, 0); }, 0},
      {"rms_norm", [](const Tensor& x) { return rms_norm(x, {x.size(1)}, {}, 0.0); }, 0},
      {"group_norm",
       [](const Tensor& x) {
         return group_norm(reshape(x, {2, 4, -1}), 2, {}, {}, 0);
       },
       0},
      {"batch_norm of features", [](const Tensor& x) { return batch_normed(x); }, 0},
      {"batch_norm of sequences",
       [](const Tensor& x) {
         return batch_normed(reshape(x, {2, 4, -1}));
       },
       0},
  };
  for (double p : {2.0, 3.0, 0.5, -2.0})
    all.push_back({fmt::format("norm {}", p), [p](const Tensor& x) { return norm(x, p, {1}); }, 1});
  return all;
}

struct Result {
  Tensor value, gradient;  // in f64
};

Result run(const Function& f, const Tensor& input) {
  const Tensor x = input.detach().requires_grad_();
  const Tensor y = f(x);
  const Tensor weights = linspace(-1, 2, {y.numel()}, y.dtype());
  sum(reshape(y, {-1}) * weights).backward();
  return {y.detach().to(f64), x.grad().to(f64)};
}

void expect_same(const Result& got, const Result& right, double tolerance) {
  EXPECT_EQ(difference(got.value, right.value, 0, tolerance), "");
  const Tensor largest = norm(right.gradient, std::numeric_limits<double>::infinity());
  EXPECT_EQ(difference(got.gradient / largest, right.gradient / largest, 0, tolerance), "")
      << "gradient";
}

TEST(Range, PowersOfTwoGoThrough) {
  const Tensor x = randn({8, 40}) + 0.25;
  const std::vector<std::string> sets = cpu::instruction_sets();
  for (size_t set = 0; set < sets.size(); ++set) {
    const OneInstructionSet in_set(set);
    for (const auto& [name, function, degree] : scaled_functions()) {
      const Result right = run(function, x.to(f64));
      for (DType dtype : {f32, f64})
        for (int exponent : {-110, -80, 80, 110}) {
          const int power = dtype == f32 ? exponent : 8 * exponent;
          SCOPED_TRACE(
              fmt::format("{}, {} times 2^{} in {}", name, hebb::name(dtype), power, sets[set]));
          Result got = run(function, x.to(dtype) * std::ldexp(1.0, power));
          got.value = got.value * std::ldexp(1.0, -power * degree);
          got.gradient = got.gradient * std::ldexp(1.0, power * (1 - degree));
          expect_same(got, right, dtype == f32 ? 1e-5 : 1e-12);
        }
    }
  }
}

// All of these values are exact, and so are their distances.
TEST(Range, DistancesKeepTheirDigitsFarFromZero) {
  struct Place {
    DType dtype;
    double offset, unit, tolerance;
  };
  for (const Place& place : {Place{f64, 0x1p27, 0x1p-23, 1e-13}, Place{f64, 12345, 0x1p-36, 1e-13},
                             Place{f32, 0x1p20, 0x1p-3, 1e-5}})
    for (const Shape& shape : {Shape{4, 5}, Shape{8, 40}, Shape{3, 40000}}) {
      SCOPED_TRACE(
          fmt::format("{} at {}, {}", name(place.dtype), place.offset, to_string(Dims(shape))));
      const Tensor near = integers(-20, 20, shape).to(f64) * place.unit;
      const Tensor far = (near + place.offset).to(place.dtype);
      const double tolerance = place.dtype == f64
                                   ? std::max(place.tolerance, 1e-17 * double(near.numel()))
                                   : place.tolerance;
      for (const auto& [name, function, degree] : std::vector<Scaled>{
               {"var", [](const Tensor& x) { return hebb::var(x, {1}); }, 2},
               {"var of columns", [](const Tensor& x) { return hebb::var(x, {0}); }, 2},
               {"var of all", [](const Tensor& x) { return hebb::var(x); }, 2},
               {"std", [](const Tensor& x) { return hebb::std(x, {1}); }, 1},
               {"layer_norm", [](const Tensor& x) { return layer_norm(x, {x.size(1)}, {}, {}, 0); },
                0},
               {"batch_norm",
                [](const Tensor& x) {
                  return batch_normed(reshape(x, {1, x.size(0), -1}));
                },
                0},
               {"batch_norm of features", [](const Tensor& x) { return batch_normed(x); }, 0}}) {
        SCOPED_TRACE(name);
        Result right = run(function, near), got = run(function, far);
        const double unit = std::pow(place.unit, -degree);  // near 1, where tolerances are absolute
        right.value = right.value * unit;
        got.value = got.value * unit;
        expect_same(got, right, tolerance);
      }
    }
}

TEST(Range, SumsMayLeaveItOnTheWay) {
  const float large = 3e38f;
  const Tensor rows = full({3, 70}, large), columns = full({70, 8}, large);
  for (const Tensor& t : {mean(rows, {1}), mean(columns, {0})})
    EXPECT_EQ(t.to_vector<float>(), std::vector<float>(size_t(t.numel()), large));
  const Tensor signs = values({large, large, -large, -large, large, large, -large, -large, large,
                               large, -large, -large, large, large, -large, -large, 1e38f},
                              {17});
  EXPECT_EQ(sum(signs).item<float>(), 1e38f);
  EXPECT_TRUE(std::isinf(sum(rows).item<float>()));
}

TEST(Range, NormsOfGradients) {
  for (double p : {2.0, 3.0, 30.0})
    for (DType dtype : {f32, f64})
      for (int exponent : {-100, 100}) {
        const int power = dtype == f32 ? exponent : 9 * exponent;
        const Tensor x = randn({3, 70}), y = randn({5});
        const auto norm_of = [&](const Tensor& a, const Tensor& b) {
          return call_slots(op::grad_norm, {{a, b}}, GradNormAttrs{p})[0].to(f64);
        };
        const double scale = std::ldexp(1.0, power);
        const Tensor got = norm_of(x.to(dtype) * scale, y.to(dtype) * scale) / scale;
        EXPECT_EQ(difference(got, norm_of(x.to(f64), y.to(f64)), dtype == f32 ? 1e-6 : 1e-13, 0),
                  "")
            << p << " " << power;
      }
}

// Gradients in which squares stand.
TEST(Range, GradientsOfFunctionsOfOneNumber) {
  const double s = 0x1p90;
  const auto slope = [&](const Function& f, double at, double given) {
    const Tensor x = values({at}, {1}).requires_grad_();
    (f(x) * given).backward();
    return x.grad().item<float>();
  };
  const auto expect_near = [](double got, double right) { EXPECT_NEAR(got / right, 1, 1e-6); };
  for (double at : {s, 1 / s}) {
    expect_near(slope([&](const Tensor& x) { return atan2(x, values({at}, {1})); }, at, 1),
                0.5 / at);
    expect_near(slope([&](const Tensor& x) { return atan2(values({at}, {1}), x); }, at, 1),
                -0.5 / at);
    expect_near(slope([](const Tensor& x) { return reciprocal(x); }, at, at), -1 / at);
  }
  expect_near(slope([](const Tensor& x) { return asinh(x); }, -s, 1), 1 / s);
  expect_near(slope([](const Tensor& x) { return acosh(x); }, s, 1), 1 / s);
}

}  // namespace
}  // namespace hebb::test
