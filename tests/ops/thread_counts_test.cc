// No result depends on the number of threads: 1 and 3 of them give the same bits, in results and
// gradients, on every operator's samples and on operands so large that kernels split their work.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/parallel.h"
#include "hebb/base/philox.h"
#include "hebb/kernels/devices.h"
#include "hebb/ops/copy.h"
#include "hebb/ops/kernel_cache.h"
#include "ops/samples.h"

namespace hebb::test {
namespace {

// What may depend on the number of threads, and in which operator's oneDNN kernel; with its plain
// kernel the bits agree. oneDNN divides a product of matrices among its threads in a way that
// depends on how many there are: the long sums of a weight's gradient (docs/design/same-bits.md),
// and which elements go through its code for edges. Whether bits differ is up to its version, the
// processor and the sizes, so nothing fails where they agree.
struct DependsOnThreads {
  std::vector<std::string> ops, what;
  std::string kernel_of;
};
const DependsOnThreads dependent[] = {
    {{"conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
      "flipped_conv1d", "flipped_conv2d", "flipped_conv3d", "convolution", "conv_backward_input"},
     {"gradient of weight"},
     "conv_backward_weight"},
    {{"conv_backward_weight"}, {"result 0"}, "conv_backward_weight"},
    {{"conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "conv_backward_input"},
     {"result 0"},
     "conv_backward_input"},  // by way of columns: a product of matrices
    {{"conv1d", "conv2d", "conv3d", "flipped_conv1d", "flipped_conv2d", "flipped_conv3d",
      "convolution"},
     {"gradient of input"},
     "conv_backward_input"},
    {{"linear"}, {"result 0"}, "linear"},
    {{"linear"}, {"gradient of input", "gradient of weight"}, "bmm_broadcast"},
    {{"matmul", "bmm_broadcast"},
     {"result 0", "gradient of input", "gradient of other"},
     "bmm_broadcast"},
};

// plain: the operator that runs its plain kernel; empty: all run their best ones.
bool may_differ(std::string_view op, const std::string& what, const std::string& plain) {
  const auto holds = [](const std::vector<std::string>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  return std::any_of(std::begin(dependent), std::end(dependent), [&](const DependsOnThreads& d) {
    return holds(d.ops, op) && holds(d.what, what) && d.kernel_of != plain;
  });
}

class ThreadsWhile {
 public:
  explicit ThreadsWhile(int n) { set_num_threads(n); }
  ~ThreadsWhile() { set_num_threads(before_); }
  ThreadsWhile(const ThreadsWhile&) = delete;
  ThreadsWhile& operator=(const ThreadsWhile&) = delete;

 private:
  int before_ = num_threads();
};

Tensor noise_like(const Tensor& t) {
  Tensor wide = Tensor::empty(t.shape(), f64), out = Tensor::empty(t.shape(), t.dtype());
  Philox random(philox_key(2027, 1));
  for (int64_t i = 0; i < wide.numel(); ++i)
    wide.data<double>()[i] = random.uniform(-1, 1);
  copy_values(wide, out);
  return out;
}

using Named = std::vector<std::pair<std::string, Tensor>>;

Named results_with(int threads, const Op& op, const Sample& sample, bool with_gradient) {
  const ThreadsWhile count(threads);
  Slots slots = slots_of(sample.operands);
  const auto wants_gradient = [&](size_t slot,
                                  const Tensor& t) {  // running statistics have none: batch_norm
                                                      // would become other operators
    return with_gradient && t.defined() && is_differentiable(t.dtype()) && !t.is_number() &&
           !op.inputs[int(slot)].starts_with("running_");
  };
  for (size_t slot = 0; slot < slots.size(); ++slot)
    for (Tensor& t : slots[slot])
      if (wants_gradient(slot, t))
        t = t.detach().requires_grad_();
  std::optional<NoGrad> off;
  if (!with_gradient)
    off.emplace();
  const Call call = run_call(op, slots, sample.attrs.of(op));
  Named found;
  for (const Tensor& out : call.outputs())
    found.emplace_back(fmt::format("result {}", found.size()), out);
  for (const Tensor& out : call.outputs())
    if (out.defined() && out.requires_grad())
      out.backward(noise_like(out), true);
  for (size_t slot = 0; slot < slots.size(); ++slot)
    for (const Tensor& t : slots[slot])
      if (wants_gradient(slot, t)) {
        const std::string_view name = op.inputs[int(slot)];
        found.emplace_back(fmt::format("gradient of {}", name.substr(0, name.find_first_of("?*"))),
                           t.grad());
      }
  return found;
}

std::string different_bits(const Tensor& got, const Tensor& expected) {
  if (got.defined() != expected.defined())
    return "is there once";
  if (!got.defined())
    return "";
  if (describe(got) != describe(expected))
    return fmt::format("is {} and {}", describe(got), describe(expected));
  const Tensor a = Tensor::empty(got.shape(), got.dtype()),
               b = Tensor::empty(got.shape(), got.dtype());
  copy_values(got, a);
  copy_values(expected, b);
  if (a.numel() == 0)
    return "";
  const auto *x = static_cast<const char*>(a.raw_data()),
             *y = static_cast<const char*>(b.raw_data());
  const size_t bytes = size_t(a.nbytes()), size = bytes / size_t(a.numel());
  size_t differ = 0;
  for (size_t i = 0; i < bytes; i += size)
    differ += std::memcmp(x + i, y + i, size) != 0;
  return differ ? fmt::format("differs in {} of {} values", differ, a.numel()) : "";
}

std::string what_differs(const Op& op, const Sample& sample, const std::string& plain = "") {
  for (bool with_gradient : {true, false}) {
    if (with_gradient && exempted(sample.exempt, Check::gradient))
      continue;
    const Named one = results_with(1, op, sample, with_gradient),
                three = results_with(3, op, sample, with_gradient);
    if (one.size() != three.size())
      return "gives other results";
    for (size_t i = 0; i < one.size(); ++i) {
      const std::string different = may_differ(op.name, one[i].first, plain)
                                        ? ""
                                        : different_bits(three[i].second, one[i].second);
      if (!different.empty())
        return fmt::format("{} {}{}", one[i].first, different,
                           with_gradient ? "" : " (without gradients)");
    }
  }
  return "";
}

struct ThreadCounts : testing::TestWithParam<std::string> {};
TEST_P(ThreadCounts, DoNotChangeBits) {
  const Tried& op = tried(GetParam());
  for (const Sample& sample : op.samples)
    EXPECT_EQ(what_differs(*op.op, sample), "") << op.op->name << "/" << sample.label;
}
INSTANTIATE_TEST_SUITE_P(Ops, ThreadCounts, testing::ValuesIn(operators_where(any_operator)),
                         [](const auto& p) { return parameter_name(p.param); });

// ---- large operands ----

constexpr int64_t least_elements = 100'000;  // elements of the largest operand or result, at least

class LargeThreadCounts : public testing::Test {
 protected:
  // inner: operators that this one is made of, or whose backward entries it needs; they run their
  // plain kernels, too, one at a time.
  void same(const std::string& name, const std::vector<Sample>& samples,
            std::vector<std::string> inner = {}) {
    const Op& op = *find_op(name);
    inner.push_back(name);
    for (const Sample& sample : samples) {
      int64_t elements = 0;
      for (const auto& [what, tensor] : results_with(1, op, sample, false))
        elements = std::max(elements, tensor.defined() ? tensor.numel() : 0);
      for (const Tensor& t : flattened(slots_of(sample.operands)))
        elements = std::max(elements, t.numel());
      EXPECT_GE(elements, least_elements)
          << name << "/" << sample.label << " is too small to be split";
      EXPECT_EQ(what_differs(op, sample), "") << name << "/" << sample.label;
      for (const std::string& with : inner) {
        const Op& plain = *find_op(with);
        const int kernels = kernels_of(Device::Kind::cpu, plain.kernel).size();
        if (kernels < 2)
          continue;
        const OneKernel only(plain, kernels - 1);
        EXPECT_EQ(what_differs(op, sample, with), "")
            << name << "/" << sample.label << " with the plain kernel of " << with;
        EXPECT_GT(only.times_fitted(), 0)
            << name << "/" << sample.label << " does not run " << with;
      }
    }
  }
};

TEST_F(LargeThreadCounts, Elementwise) {
  const Tensor a = randn({400, 300}), b = randn({400, 300}), positive = uniform(0.5, 2, {400, 300});
  same("add", {{"rows", {a, randn({300})}},
               {"columns", {a, randn({400, 1})}},
               {"transposed", {a, transpose(randn({300, 400}))}}});
  same("mul", {{"plain", {a, b}},
               {"f64", {a, randn({300}, f64)}},
               {"halves", {randn({400, 300}, f16), randn({300}, f16)}}});
  same("div", {{"plain", {a, positive}}});
  same("pow", {{"plain", {positive, b}}});
  same("where", {{"plain", {integers(0, 2, {400, 300}, boolean), a, b}}});
  for (const char* op :
       {"exp", "tanh", "sigmoid", "gelu", "silu", "softplus", "relu", "erf", "sin"})
    same(op, {{"plain", {a}}});
  same("cast", {{"halves", {a}, R"({"dtype": "f16"})"},
                {"transposed", {transpose(a)}, R"({"dtype": "f64"})"}});
  same("clone", {{"transposed", {transpose(a)}}});
}

TEST_F(LargeThreadCounts, Random) {
  same("uniform", {{"plain", {key()}, R"({"size": [100003]})"}});
  same("normal", {{"plain", {key()}, R"({"size": [100003]})"}});
  same("randint", {{"plain", {key()}, R"({"high": 9, "size": [100003]})"}});
  same("randperm", {{"plain", {key()}, R"({"n": 100003})"}});
  same("bernoulli", {{"plain", {uniform(0, 1, {100'003}), key()}}});
  same("dropout", {{"plain", {randn({100'003}), key()}, R"({"p": 0.3})"}}, {"dropout_backward"});
}

TEST_F(LargeThreadCounts, Reductions) {
  const Tensor matrix = randn({300, 401}), picture = randn({8, 20, 28, 28}), row = randn({120'001}),
               column = randn({60'001, 2});
  for (const char* op : {"sum", "mean"})
    same(op, {{"all", {matrix}},
              {"rows", {matrix}, R"({"dim": 1})"},
              {"columns", {matrix}, R"({"dim": 0})"},
              {"pictures", {picture}, R"({"dim": [0, 2, 3]})"},
              {"channels last", {channels_last(picture)}, R"({"dim": [0, 2, 3]})"},
              {"long", {row}},
              {"long columns", {column}, R"({"dim": 0})"},
              {"f64", {randn({120'001}, f64)}},
              {"halves", {randn({300, 401}, f16)}, R"({"dim": 0})"}});
  for (const char* op : {"var", "std", "norm", "amax", "argmax"})
    same(op, {{"all", {matrix}},
              {"rows", {matrix}, R"({"dim": 1})"},
              {"columns", {matrix}, R"({"dim": 0})"}});
  same("logsumexp", {{"rows", {matrix}, R"({"dim": 1})"}, {"columns", {matrix}, R"({"dim": 0})"}});
  same("max", {{"rows", {matrix}, R"({"dim": 1})"}, {"columns", {matrix}, R"({"dim": 0})"}});
  same("prod", {{"rows", {uniform(0.9, 1.1, {300, 401})}, R"({"dim": 1})"},
                {"all", {uniform(0.99, 1.01, {300, 401})}}});
  same("cumsum", {{"rows", {matrix}, R"({"dim": 1})"},
                  {"columns", {matrix}, R"({"dim": 0})"},
                  {"long", {row}}});
  same("count_nonzero", {{"columns", {integers(0, 2, {300, 401})}, R"({"dim": 0})"}});
  same("sort", {{"rows", {matrix}, R"({"dim": 1})"},
                {"ties", {integers(0, 9, {300, 401})}, R"({"dim": 0})"}});
  same("topk", {{"rows", {matrix}, R"({"k": 5})"}});
}

TEST_F(LargeThreadCounts, FourierTransforms) {
  // Pictures that threads share unevenly, and one that they divide.
  same("fft_c2c", {{"pictures", {randn({4, 130, 258}, c64)}, R"({"dim": 2, "across": 1})"},
                   {"one picture", {randn({258, 512}, c64)}, R"({"dim": 1, "across": 0})"},
                   {"lines", {randn({500, 256}, c64)}, R"({"dim": 1})"}});
  same("fft_r2c", {{"pictures", {randn({4, 130, 258})}, R"({"dim": 2, "across": 1})"},
                   {"one picture", {randn({258, 512})}, R"({"dim": 1, "across": 0})"}});
  same("fft_c2r", {{"pictures",
                    {randn({4, 130, 130}, c64)},
                    R"({"dim": 2, "across": 1, "n": 258, "inverse": true})"},
                   {"one picture",
                    {randn({258, 257}, c64)},
                    R"({"dim": 1, "across": 0, "n": 512, "inverse": true})"}});
}

TEST_F(LargeThreadCounts, SoftmaxAndLosses) {
  const Tensor matrix = randn({301, 400}), other = uniform(0.01, 0.99, {301, 400});
  for (const std::string op : {"softmax", "log_softmax"})
    same(op,
         {{"rows", {matrix}, R"({"dim": 1})"},
          {"columns", {matrix}, R"({"dim": 0})"},
          {"middle", {randn({7, 50, 301})}, R"({"dim": 1})"},
          {"f64", {randn({301, 400}, f64)}, R"({"dim": 1})"}},
         {op + "_backward"});
  same("cross_entropy",
       {{"classes", {matrix, integers(0, 400, {301}), none()}},
        {"many samples",
         {randn({10'007, 10}), integers(0, 10, {10'007}), none()},
         R"({"label_smoothing": 0.1})"},
        {"pictures", {randn({4, 10, 51, 51}), integers(0, 10, {4, 51, 51}), none()}}},
       {"class_cross_entropy", "class_cross_entropy_backward"});
  same("nll_loss",
       {{"many samples", {randn({10'007, 10}), integers(0, 10, {10'007}), uniform(0.5, 2, {10})}}});
  for (const char* op : {"mse_loss", "l1_loss", "huber_loss", "binary_cross_entropy_with_logits"})
    same(op, {{"plain", {matrix, other}}});
  same("binary_cross_entropy", {{"plain", {uniform(0.01, 0.99, {301, 400}), other}}});
  same("kl_div", {{"plain", {matrix, other}, R"({"reduction": "batchmean"})"}});
}

TEST_F(LargeThreadCounts, Normalisations) {
  const Tensor picture = randn({8, 20, 28, 28}), twenty = randn({20}), ones = uniform(0.5, 2, {20});
  const std::vector<std::string> batch = {"batch_normalize", "batch_norm_backward"},
                                 layer = {"layer_normalize", "layer_norm_backward"};
  same("batch_norm",
       {{"pictures", {picture, twenty, ones, randn({20}), randn({20})}, R"({"training": true})"},
        {"channels last",
         {channels_last(picture), none(), none(), randn({20}), randn({20})},
         R"({"training": true})"},
        {"features",
         {randn({4001, 26}), none(), none(), randn({26}), randn({26})},
         R"({"training": true})"},
        {"few channels",
         {randn({4, 3, 100, 100}), none(), none(), randn({3}), randn({3})},
         R"({"training": true})"},
        {"evaluation", {picture, twenty, ones, randn({20}), randn({20})}}},
       batch);
  same("layer_norm",
       {{"rows", {randn({1001, 120}), randn({120}), randn({120})}, R"({"normalized_shape": 120})"},
        {"few long rows",
         {randn({3, 40'001}), randn({40'001}), randn({40'001})},
         R"({"normalized_shape": 40001})"},
        {"many short rows",
         {randn({40'001, 3}), randn({3}), randn({3})},
         R"({"normalized_shape": 3})"}},
       layer);
  same("group_norm", {{"pictures", {picture, randn({20}), randn({20})}, R"({"num_groups": 4})"}});
  same("instance_norm", {{"pictures", {picture, none(), none(), randn({20}), randn({20})}}});
  same("rms_norm", {{"rows", {randn({1001, 120}), randn({120})}, R"({"normalized_shape": 120})"}});
}

TEST_F(LargeThreadCounts, Pooling) {
  const Tensor picture = randn({4, 20, 40, 40});
  const char* const overlapping = R"({"kernel_size": 3, "stride": 2, "padding": 1})";
  for (const Tensor& x : {picture, channels_last(picture)}) {
    same("max_pool2d", {{"plain", {x}, R"({"kernel_size": 2})"}, {"overlapping", {x}, overlapping}},
         {"max_pool", "max_pool_backward"});
    same("avg_pool2d", {{"plain", {x}, R"({"kernel_size": 2})"}, {"overlapping", {x}, overlapping}},
         {"avg_pool", "avg_pool_backward"});
    same("adaptive_avg_pool2d",
         {{"uneven", {x}, R"({"output_size": 7})"}, {"global", {x}, R"({"output_size": 1})"}});
    same("adaptive_max_pool2d", {{"uneven", {x}, R"({"output_size": 7})"}});
  }
  same("max_pool1d", {{"plain", {randn({4, 3, 10'001})}, R"({"kernel_size": 3, "stride": 1})"}});
  same("max_pool3d", {{"plain", {randn({2, 4, 24, 24, 24})}, R"({"kernel_size": 2})"}});
}

TEST_F(LargeThreadCounts, SizesAndPlaces) {
  const Tensor picture = randn({4, 8, 60, 61}), grid = uniform(-1.1, 1.1, {4, 50, 40, 2});
  for (const char* mode : {"bilinear", "bicubic"})
    same("interpolate",
         {{mode,
           {picture},
           (R"({"size": [77, 50], "mode": ")" + std::string(mode) + "\"}").c_str()}},
         {"resample", "resample_backward"});
  same("interpolate", {{"nearest", {picture}, R"({"size": [77, 50]})"}}, {"resample_backward"});
  same("grid_sample",
       {{"plain", {picture, grid}}, {"cubic", {picture, grid}, R"({"mode": "bicubic"})"}});
  same("unfold", {{"plain", {picture}, R"({"kernel_size": 3, "padding": 1})"}});
  same("fold", {{"plain", {randn({2, 72, 3600})}, R"({"output_size": 62, "kernel_size": 3})"}});
  const Tensor boxes = values({0, 3, 4, 40, 50, 3, 10, 20, 30, 58, 1, 0, 0, 60, 59}, {3, 5});
  same("roi_align", {{"plain", {picture, boxes}, R"({"output_size": 7, "sampling_ratio": 2})"}});
  same("roi_pool", {{"plain", {picture, boxes}, R"({"output_size": 7})"}});
  same("fractional_max_pool2d",
       {{"plain", {picture, none(), key()}, R"({"kernel_size": 2, "output_size": 29})"}});
}

TEST_F(LargeThreadCounts, Bags) {
  const Tensor table = randn({50, 301}), rows = integers(0, 50, {500, 7});
  for (const char* attrs : {R"({"mode": "sum"})", R"({"mode": "mean"})", R"({"mode": "max"})"})
    same("embedding_bag", {{attrs, {rows, table, none(), none()}, attrs}});
}

TEST_F(LargeThreadCounts, PickingAndPlacing) {
  const Tensor matrix = randn({400, 301}), repeats = integers(0, 50, {400, 301}),
               rows = integers(0, 50, {400});
  same("gather", {{"rows", {matrix, repeats}, R"({"dim": 0})"},
                  {"columns", {matrix, repeats}, R"({"dim": 1})"}});
  same("scatter_add", {{"rows", {randn({50, 301}), repeats, matrix}, R"({"dim": 0})"},
                       {"columns", {randn({400, 50}), repeats, matrix}, R"({"dim": 1})"}});
  same("index_select", {{"rows", {randn({50, 301}), rows}, R"({"dim": 0})"},
                        {"columns", {randn({301, 50}), rows}, R"({"dim": 1})"}});
  same("index_add", {{"rows", {randn({50, 301}), rows, matrix}, R"({"dim": 0})"},
                     {"columns", {randn({301, 50}), rows, randn({301, 400})}, R"({"dim": 1})"}});
  same("take", {{"repeated", {randn({50}), integers(-50, 50, {120'001})}}});
  same("embedding",
       {{"repeated", {integers(0, 50, {20'001}), randn({50, 6})}},
        {"wide", {integers(0, 9, {300}), randn({9, 401})}}},
       {"embedding_backward"});
  same("pad", {{"constant", {matrix}, R"({"pad": [3, 4, 2, 0]})"},
               {"circular", {randn({3, 40'001})}, R"({"pad": [500, 700], "mode": "circular"})"}});
  same("cat", {{"rows", {list({matrix, randn({5, 301})})}},
               {"columns", {list({matrix, randn({400, 7})})}, R"({"dim": 1})"}});
  same("flip", {{"both", {matrix}, R"({"dims": [0, 1]})"}});
  same("roll", {{"flat", {matrix}, R"({"shifts": 12345})"}});
  same("repeat", {{"both", {randn({100, 101})}, R"({"repeats": [4, 3]})"}});
  same("one_hot", {{"plain", {integers(0, 50, {4001})}, R"({"num_classes": 50})"}});
}

TEST_F(LargeThreadCounts, ProductsAndConvolutions) {
  same("matmul",
       {{"plain", {randn({1001, 100}), randn({100, 60})}},
        {"batch", {randn({9, 120, 100}), randn({9, 100, 80})}},
        {"transposed", {transpose(randn({300, 500})), transpose(randn({130, 300}))}},
        {"one column", {randn({1001, 300}), randn({300, 1})}},
        {"long sums", {randn({12, 20'011}), randn({20'011, 9})}},
        {"long sums of columns", {transpose(randn({20'011, 12})), randn({20'011, 9})}}},
       {"bmm_broadcast"});
  same("linear", {{"plain", {randn({1001, 100}), randn({60, 100}), randn({60})}}},
       {"bmm_broadcast"});
  const Tensor picture = randn({8, 8, 40, 40});
  same(
      "conv2d",
      {{"plain", {picture, randn({8, 8, 3, 3}), randn({8})}, R"({"padding": 1})"},
       {"strided", {picture, randn({12, 8, 3, 3}), randn({12})}, R"({"padding": 1, "stride": 2})"},
       {"channels last",
        {channels_last(picture), randn({8, 8, 3, 3}), randn({8})},
        R"({"padding": 1})"},
       {"depthwise", {picture, randn({8, 1, 3, 3}), randn({8})}, R"({"padding": 1, "groups": 8})"}},
      {"convolution", "conv_backward_input", "conv_backward_weight"});
  same("conv1d", {{"plain", {randn({4, 5, 6001}), randn({6, 5, 5}), randn({6})}}},
       {"convolution", "conv_backward_input", "conv_backward_weight"});
  same("conv_transpose2d",
       {{"plain", {randn({8, 8, 40, 40}), randn({8, 4, 2, 2}), randn({4})}, R"({"stride": 2})"}},
       {"convolution", "conv_backward_input", "conv_backward_weight"});
}

TEST_F(LargeThreadCounts, Optimizers) {
  const auto many = [] { return list({randn({301, 400}), randn({7})}); };
  const auto positive = list({uniform(0, 1, {301, 400}), uniform(0, 1, {7})});
  const Tensor lr = full({}, 0.1, f64), step = full({}, 3, f64);
  same("sgd_step", {{"momentum",
                     {many(), many(), many(), lr, step},
                     R"({"momentum": 0.9, "weight_decay": 0.01})"}});
  same("adam_step", {{"plain",
                      {many(), many(), many(), positive, list({}), lr, step},
                      R"({"weight_decay": 0.1})"}});
  same("rmsprop_step", {{"momentum",
                         {many(), many(), positive, list({}), many(), lr, step},
                         R"({"momentum": 0.9})"}});
  same("nadam_step", {{"plain", {many(), many(), many(), positive, lr, step}}});
  same("grad_norm", {{"two", {many()}}, {"three", {many()}, R"({"norm_type": 3})"}});
  same("clip_by_norm", {{"clipped", {many(), full({}, 10)}, R"({"max_norm": 2})"}});
}

}  // namespace
}  // namespace hebb::test
