// Sums over about 1e5 equal positive values, where every rounding goes the same way: in one f32
// they would lose the fourth digit. Each operator that adds up, forwards or in its gradient,
// against itself in f64, in the layouts that have kernels of their own.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/kernels/cpu_library.h"
#include "hebb/ops/batch_norm.h"
#include "hebb/ops/convolution.h"
#include "hebb/ops/cross_entropy.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/layer_norm.h"
#include "hebb/ops/linear.h"
#include "hebb/ops/loss.h"
#include "hebb/ops/pooling.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/statistics.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

using Tensors = std::vector<Tensor>;

struct LargeCase {
  std::string name;
  Tensors operands;
  Tensor (*f)(const Tensors& operands);
  std::vector<size_t> gradients = {0};  // of which operands they are looked at
};

// The result, and the gradients where each element of it has the gradient 0.1.
Tensors results(const LargeCase& c, DType dtype) {
  Tensors leaves;
  for (const Tensor& operand : c.operands)
    leaves.push_back(is_floating(operand.dtype()) ? operand.to(dtype).detach().requires_grad_()
                                                  : operand);
  const Tensor out = c.f(leaves);
  Tensors all = {out.detach()};
  out.backward(Tensor::empty(out.shape(), dtype).fill_(float(0.1)));
  for (size_t i : c.gradients)
    all.push_back(leaves[i].grad());
  return all;
}

Tensor tenths(Shape shape) {
  return full(shape, 0.1);
}

// 0.1 and 0.3, each for half of the elements.
Tensor two_values(Shape shape) {
  Tensor out = tenths(shape);
  for (int64_t i = 0; i < out.numel(); i += 2)
    out.data<float>()[i] = 0.3f;
  return out;
}

std::vector<LargeCase> cases() {
  std::vector<LargeCase> all;
  auto add = [&](const std::string& name, Tensors operands, Tensor (*f)(const Tensors&),
                 std::vector<size_t> gradients = {0}) {
    all.push_back({name, std::move(operands), f, std::move(gradients)});
  };
  const Tensor row = tenths({2, 100000}), column = tenths({100000, 8}),
               narrow = tenths({100000, 3});
  add("sum", {row}, [](const Tensors& x) { return hebb::sum(x[0]); });
  add("sum of rows", {row}, [](const Tensors& x) { return hebb::sum(x[0], {1}); });
  add("mean of rows", {row}, [](const Tensors& x) { return hebb::mean(x[0], {1}); });
  for (const Tensor& x : {column, narrow, transpose(column).contiguous().t()}) {
    const std::string of = to_string(x.shape()) + to_string(x.strides());
    add("sum of columns " + of, {x}, [](const Tensors& x) { return hebb::sum(x[0], {0}); });
    add("mean of columns " + of, {x}, [](const Tensors& x) { return hebb::mean(x[0], {0}); });
  }
  add("var of rows", {two_values({2, 100000})},
      [](const Tensors& x) { return hebb::var(x[0], {1}); });
  add("var of columns", {two_values({100000, 3})},
      [](const Tensors& x) { return hebb::var(x[0], {0}); });
  add("cumsum", {row}, [](const Tensors& x) { return hebb::cumsum(x[0], 1); });
  add("norm", {row}, [](const Tensors& x) { return hebb::norm(x[0]); });
  add("mse_loss", {row, tenths({2, 100000}).fill_(0)},
      [](const Tensors& x) { return hebb::mse_loss(x[0], x[1]); });

  const Tensor picture = tenths({2, 8, 224, 224});
  for (const Tensor& x :
       {picture, channels_last(picture), channels_last(tenths({1, 5, 300, 300}))}) {
    const std::string of = " " + to_string(x.strides());
    add("adaptive_avg_pool2d" + of, {x},
        [](const Tensors& x) { return hebb::adaptive_avg_pool2d(x[0], {1}); });
    add("avg_pool2d" + of, {x},
        [](const Tensors& x) { return hebb::avg_pool2d(x[0], {.kernel_size = {200}}); });
  }

  const Tensor small = tenths({16, 3, 80, 80}), weight = tenths({8, 3, 3, 3}), bias = tenths({8});
  for (const Tensor& x : {small, channels_last(small)}) {
    const std::string of = " " + to_string(x.strides());
    // Not that of the weight: oneDNN adds it up in f32.
    add("conv2d" + of, {x, weight, bias},
        [](const Tensors& x) { return hebb::conv2d(x[0], x[1], x[2], {.padding = {1}}); }, {0, 2});
  }
  add("linear", {column, tenths({5, 8}), tenths({5})},
      [](const Tensors& x) { return hebb::linear(x[0], x[1], x[2]); }, {2});

  const Tensor three = tenths({3});
  // The gradient of a normalisation's weight is 0 here.
  for (const Tensor& x : {two_values({100000, 3}), two_values({4, 3, 150, 150}),
                          channels_last(two_values({4, 3, 150, 150}))})
    add("batch_norm " + to_string(x.strides()), {x, three, three},
        [](const Tensors& x) {
          return hebb::batch_norm(x[0], {}, {}, x[1], x[2], {.training = true});
        },
        {2});
  for (int64_t width : {2, 24})
    add("layer_norm of " + std::to_string(width),
        {two_values({100000, width}), tenths({width}), tenths({width})},
        [](const Tensors& x) { return hebb::layer_norm(x[0], {x[1].size(0)}, x[1], x[2]); },
        {1, 2});
  add("layer_norm of one row", {two_values({1, 100000}), tenths({100000}), tenths({100000})},
      [](const Tensors& x) { return hebb::layer_norm(x[0], {100000}, x[1], x[2]); }, {1, 2});
  add("group_norm", {two_values({2, 6, 150, 150}), tenths({6}), tenths({6})},
      [](const Tensors& x) { return hebb::group_norm(x[0], 2, x[1], x[2]); }, {2});
  add("rms_norm", {two_values({100000, 6}), tenths({6})},
      [](const Tensors& x) { return hebb::rms_norm(x[0], {6}, x[1]); }, {1});

  const Tensor zero = zeros({100000}, i64);
  add("embedding", {zero, tenths({2, 5})},
      [](const Tensors& x) { return hebb::embedding(x[0], x[1]); }, {1});
  add("index_select", {tenths({2, 5}), zero},
      [](const Tensors& x) { return hebb::index_select(x[0], 0, x[1]); });
  add("index_add", {tenths({2, 5}), zero, tenths({100000, 5})},
      [](const Tensors& x) { return hebb::index_add(x[0], 0, x[1], x[2]); });
  for (const char* reduction : {"mean", "sum"}) {
    auto* loss = std::string(reduction) == "mean"
                     ? +[](const Tensors& x) { return hebb::cross_entropy(x[0], x[1]); }
                     : +[](const Tensors& x) {
                         return hebb::cross_entropy(x[0], x[1], {.reduction = "sum"});
                       };
    add(std::string("cross_entropy ") + reduction, {tenths({100000, 8}), zero}, loss);
  }
  add("cross_entropy of many classes", {tenths({2, 100000}), zeros({2}, i64)},
      [](const Tensors& x) { return hebb::cross_entropy(x[0], x[1]); });
  return all;
}

TEST(LargePositive, SumsKeepTheirDigits) {
  const std::vector<std::string> sets = cpu::instruction_sets();
  for (const LargeCase& c : cases()) {
    const Tensors expected = results(c, f64);
    for (size_t set = 0; set < sets.size(); ++set) {
      const OneInstructionSet in_set(set);
      SCOPED_TRACE(sets[set]);
      const Tensors got = results(c, f32);
      for (size_t i = 0; i < got.size(); ++i) {
        const std::vector<double> a = got[i].to_vector<double>(),
                                  b = expected[i].to_vector<double>();
        ASSERT_EQ(a.size(), b.size()) << c.name;
        double largest = 0,
               worst = 0;  // relative to the largest: some gradients are differences that are 0
        for (size_t k = 0; k < b.size(); ++k)
          largest = std::max(largest, std::fabs(b[k])),
          worst = std::max(worst, std::fabs(a[k] - b[k]));
        EXPECT_LE(worst, 1e-5 * largest + 1e-12)
            << c.name << ", " << (i ? "gradient " + std::to_string(c.gradients[i - 1]) : "result");
      }
    }
  }
}

TEST(LargePositive, AnInfiniteValueStaysOne) {
  Tensor picture = channels_last(tenths({1, 4, 20, 20}));
  picture.data<float>()[9 * 20 * 4 + 1] = INFINITY;
  const std::vector<double> means = hebb::adaptive_avg_pool2d(picture, {1}).to_vector<double>();
  EXPECT_NEAR(means[0], 0.1, 1e-7);
  EXPECT_EQ(means[1], INFINITY);
}

}  // namespace
}  // namespace hebb::test
