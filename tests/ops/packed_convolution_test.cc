// The convolutions of our own (Winograd's, and that of one channel) against the plain sums in f64,
// over odd sizes, paddings and epilogues, in every instruction set and for several numbers of
// threads; and what they leave to other kernels.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "hebb/autograd/no_grad.h"
#include "hebb/graph/plan.h"
#include "hebb/graph/plan_step.h"
#include "hebb/graph/trace.h"
#include "hebb/kernels/activation.h"
#include "hebb/kernels/arithmetic.h"
#include "hebb/kernels/convolution.h"
#include "hebb/kernels/cpu_library.h"
#include "hebb/kernels/devices.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/convolution.h"
#include "hebb/ops/kernel_cache.h"
#include "hebb/ops/pooling.h"
#include "hebb/tensor/storage.h"
#include "ops/samples.h"
#include "support/same_bits.h"

namespace hebb::test {
namespace {

struct Problem {
  std::string kernel;                       // that takes it
  Tensor x, weight, bias = {}, other = {};  // other: added to the result
  Dims padding = {1, 1}, padding_end = {1, 1};
  std::string function = {};  // after the sum
  Dims stride = {1, 1}, dilation = {1, 1};

  ConvolutionAttrs attrs() const {
    return {.stride = stride,
            .padding = padding,
            .padding_end = padding_end,
            .dilation = dilation,
            .groups = 1,
            .size = {}};
  }
  Dims out_shape() const {
    Dims shape = {x.size(0), weight.size(0)};
    for (size_t i = 0; i < 2; ++i) {
      const int64_t window = (weight.size(int64_t(i) + 2) - 1) * dilation[i] + 1;
      shape.push_back((x.size(int64_t(i) + 2) + padding[i] + padding_end[i] - window) / stride[i] +
                      1);
    }
    return shape;
  }
  std::string name() const {
    return fmt::format("{}: {} by {} {}", kernel, to_string(x.shape()), to_string(weight.shape()),
                       function);
  }
};

const AddAttrs plain_add;
const LeakyReluAttrs slope{.negative_slope = 0.2};

Operand operand_of(const Tensor& tensor) {
  if (!tensor.defined())
    return {};
  return {true, tensor.dtype(), tensor.shape(), tensor.strides()};
}

Signature signature_of(const Problem& p, const ConvolutionAttrs& attrs, int threads) {
  Signature s{.op = "convolution",
              .in = {operand_of(p.x), operand_of(p.weight), operand_of(p.bias)},
              .out = {{true, p.x.dtype(), p.out_shape(), contiguous_strides(p.out_shape())}},
              .attrs = &attrs,
              .threads = threads,
              .inference = true,
              .carries_layouts = true};
  s.in[1].constant = true;
  if (p.other.defined()) {
    s.in.push_back(operand_of(p.other));
    s.epilogue.push_back({.op = "add", .attrs = &plain_add, .has_other = true});
  }
  if (!p.function.empty())
    s.epilogue.push_back(
        {.op = p.function, .attrs = p.function == "leaky_relu" ? &slope : nullptr});
  return s;
}

// The kernel whose name begins so, if it takes the signature.
PreparedKernel kernel_named(std::string_view name, const Signature& signature) {
  for (const Prepare prepare : kernels_of(Device::Kind::cpu, kernel::convolution))
    if (const PreparedKernel kernel = prepare(signature); kernel && kernel->name.starts_with(name))
      return kernel;
  return nullptr;
}

Tensor as(const Tensor& tensor, const std::optional<Layout>& wanted) {
  if (!wanted)
    return tensor;
  Tensor out = Tensor::empty_strided(tensor.shape(), wanted->strides, tensor.dtype());
  return out.copy_(tensor);
}

bool is_taken(const Problem& p) {
  const ConvolutionAttrs attrs = p.attrs();
  return kernel_named(p.kernel, signature_of(p, attrs, 2)) != nullptr;
}

// in_place: the output is written where `other` lies.
Tensor run(const Problem& p, int threads, bool in_place = false) {
  const ConvolutionAttrs attrs = p.attrs();
  const Signature s = signature_of(p, attrs, threads);
  const PreparedKernel kernel = kernel_named(p.kernel, s);
  if (!kernel)
    throw std::runtime_error("it does not take " + p.name());
  EXPECT_EQ(kernel->epilogue, s.epilogue.size());
  const Storage packed(kernel->packs[1]->bytes, cpu_allocator()),
      scratch(kernel->scratch_bytes, cpu_allocator());
  kernel->packs[1]->pack(p.weight.raw_data(), packed.data());
  const Tensor x = as(p.x, kernel->wants_in[0]);
  Tensor other = p.other.defined() ? as(p.other, kernel->wants_in[3]) : Tensor();
  Tensor out = Tensor::empty_strided(p.out_shape(), kernel->gives_out[0]->strides, f32);
  if (in_place)
    other = out.copy_(p.other);
  void* in[] = {x.raw_data(), packed.data(), p.bias.defined() ? p.bias.raw_data() : nullptr,
                other.defined() ? other.raw_data() : nullptr};
  void* outputs[] = {out.raw_data()};
  set_num_threads(threads);
  kernel->run({in, outputs, scratch.data(), {.threads = threads}});
  return out;
}

Tensor in_f64(const Tensor& tensor) {
  return tensor.defined() ? tensor.to(f64) : tensor;
}

Tensor expected(const Problem& p) {
  NoGrad off;
  const Slots slots = {{in_f64(p.x)}, {in_f64(p.weight)}, {in_f64(p.bias)}};
  Tensor y = run_call(*find_op("convolution"), slots, Attrs(p.attrs())).outputs()[0];
  if (p.other.defined())
    y = y + in_f64(p.other);
  if (p.function == "relu")
    return relu(y);
  if (p.function == "relu6")
    return relu6(y);
  if (p.function == "leaky_relu")
    return leaky_relu(y, slope.negative_slope);
  return y;
}

class PackedConvolution : public testing::Test {
 protected:
  void TearDown() override { set_num_threads(threads_); }

 private:
  int threads_ = num_threads();
};

std::vector<Problem> problems() {
  return {
      {.kernel = "winograd",
       .x = randn({1, 32, 14, 14}),
       .weight = randn({64, 32, 3, 3}),
       .bias = randn({64})},
      {.kernel = "winograd", .x = randn({2, 17, 8, 10}), .weight = randn({33, 17, 3, 3})},
      {.kernel = "winograd",
       .x = randn({1, 31, 11, 12}),
       .weight = randn({67, 31, 3, 3}),
       .bias = randn({67}),
       .padding = {0, 0},
       .padding_end = {0, 0}},
      {.kernel = "winograd",
       .x = randn({3, 64, 5, 8}),
       .weight = randn({20, 64, 3, 3}),
       .padding = {2, 0},
       .padding_end = {1, 3}},
      {.kernel = "winograd",
       .x = randn({1, 257, 9, 7}),
       .weight = randn({131, 257, 3, 3}),
       .bias = randn({131})},
      {.kernel = "winograd",
       .x = randn({1, 16, 3, 4}),
       .weight = randn({16, 16, 3, 3}),
       .padding = {5, 4},
       .padding_end = {4, 5}},
      {.kernel = "winograd",
       .x = channels_last(randn({5, 96, 28, 28})),
       .weight = randn({130, 96, 3, 3})},
      {.kernel = "winograd_4x4",
       .x = randn({2, 64, 27, 30}),
       .weight = randn({64, 64, 3, 3}),
       .bias = randn({64}),
       .padding = {0, 3},
       .padding_end = {2, 0},
       .function = "relu"},
      {.kernel = "winograd_4x4",
       .x = randn({1, 33, 33, 29}),
       .weight = randn({70, 33, 3, 3}),
       .other = randn({1, 70, 33, 29})},
      {.kernel = "winograd_4x4", .x = randn({1, 300, 24, 24}), .weight = randn({64, 300, 3, 3})},
      {.kernel = "winograd",
       .x = randn({1, 32, 9, 9}),
       .weight = randn({48, 32, 3, 3}),
       .bias = randn({48}),
       .function = "relu"},
      {.kernel = "winograd",
       .x = randn({1, 32, 9, 9}),
       .weight = randn({48, 32, 3, 3}) * 0.1,
       .function = "relu6"},
      {.kernel = "winograd",
       .x = randn({1, 32, 9, 9}),
       .weight = randn({48, 32, 3, 3}),
       .function = "leaky_relu"},
      {.kernel = "winograd",
       .x = randn({2, 20, 13, 10}),
       .weight = randn({35, 20, 3, 3}),
       .other = randn({2, 35, 13, 10})},
      {.kernel = "winograd",
       .x = randn({2, 20, 13, 10}),
       .weight = randn({35, 20, 3, 3}),
       .bias = randn({35}),
       .other = randn({2, 35, 13, 10}),
       .function = "relu"},
      {.kernel = "winograd",
       .x = randn({2, 20, 13, 10}),
       .weight = transpose(randn({35, 20, 3, 3})),
       .other = channels_last(randn({2, 35, 13, 10})),
       .function = "leaky_relu"},
      {.kernel = "one_channel",
       .x = randn({1, 1, 28, 28}),
       .weight = randn({8, 1, 3, 3}),
       .bias = randn({8})},
      {.kernel = "one_channel",
       .x = randn({2, 1, 37, 41}),
       .weight = randn({7, 1, 7, 7}),
       .padding = {3, 3},
       .padding_end = {3, 3},
       .function = "relu",
       .stride = {2, 2}},
      {.kernel = "one_channel",
       .x = transpose(randn({2, 1, 20, 19})),
       .weight = transpose(randn({5, 1, 4, 2})),
       .padding = {2, 0},
       .padding_end = {0, 1},
       .stride = {3, 1},
       .dilation = {2, 3}},
      {.kernel = "one_channel",
       .x = randn({3, 1, 8, 9}),
       .weight = randn({6, 1, 1, 1}),
       .bias = randn({6}),
       .other = randn({3, 6, 8, 9}),
       .padding = {0, 0},
       .padding_end = {0, 0},
       .function = "leaky_relu"},
      {.kernel = "one_channel",
       .x = randn({1, 1, 2, 3}),
       .weight = randn({3, 1, 2, 2}),
       .padding = {9, 8},
       .padding_end = {7, 9},
       .function = "relu6"},
      {.kernel = "one_channel",
       .x = randn({2, 1, 1, 300}),
       .weight = randn({1, 1, 1, 25}),
       .padding = {0, 12},
       .padding_end = {0, 12}},
  };
}

TEST_F(PackedConvolution, AgreesWithThePlainSums) {
  for (const Problem& p : problems()) {
    const Tensor exact = expected(p);
    for (size_t set = 0; set < cpu::instruction_sets().size(); ++set) {
      const OneInstructionSet in_set(set);
      if (cpu::instruction_sets()[set] == "SCALAR") {
        EXPECT_FALSE(is_taken(p)) << "it is for vectors";
        continue;
      }
      // Half of what is promised.
      EXPECT_EQ(difference(run(p, 2).to(f64), exact, 0, 5e-6), "")
          << cpu::instruction_sets()[set] << ", " << p.name();
    }
  }
}

TEST_F(PackedConvolution, AnyNumberOfThreadsGivesTheSameBits) {
  for (const Problem& p : problems()) {
    const Tensor one = run(p, 1);
    for (int threads : {2, 3, 16, 100})
      EXPECT_TRUE(same_bits(run(p, threads), one)) << threads << ' ' << p.name();
  }
}

TEST_F(PackedConvolution, APictureHasTheSameBitsInAnyBatch) {
  for (const Problem& p :
       {Problem{
            .kernel = "winograd_4x4", .x = randn({9, 32, 28, 28}), .weight = randn({40, 32, 3, 3})},
        Problem{
            .kernel = "one_channel", .x = randn({9, 1, 7, 9}), .weight = randn({8, 1, 3, 3})}}) {
    const Tensor all = run(p, 2);
    for (int64_t i : {0, 1, 8}) {
      Problem one = p;
      one.x = p.x[{Slice(i, i + 1)}];
      EXPECT_TRUE(same_bits(run(one, 2), all[{Slice(i, i + 1)}])) << i << ' ' << p.name();
    }
  }
}

// Where one picture has too few results for the weights of Winograd's, a batch need not do without.
TEST_F(PackedConvolution, ABatchOfSmallPicturesGoesByWinograd) {
  const Tensor weight = randn({128, 128, 3, 3});
  EXPECT_FALSE(is_taken({.kernel = "winograd", .x = randn({1, 128, 3, 3}), .weight = weight}));
  EXPECT_TRUE(is_taken({.kernel = "winograd", .x = randn({64, 128, 3, 3}), .weight = weight}));
}

TEST_F(PackedConvolution, ASumMayBeTakenInPlace) {
  for (const Problem& p : problems()) {
    if (!p.other.defined())
      continue;
    EXPECT_TRUE(same_bits(run(p, 2, true), run(p, 2))) << p.name();
  }
}

TEST_F(PackedConvolution, IsForPlans) {
  const Problem fits{
      .kernel = "winograd", .x = randn({1, 32, 14, 14}), .weight = randn({64, 32, 3, 3})};
  const ConvolutionAttrs attrs = fits.attrs();
  const Signature good = signature_of(fits, attrs, 2);
  EXPECT_TRUE(kernel_named("winograd", good));
  Signature s = good;
  s.carries_layouts = false;
  EXPECT_FALSE(kernel_named("winograd", s)) << "eager calls have the bits of training";
  s = good;
  s.in[1].constant = false;
  EXPECT_FALSE(kernel_named("winograd", s)) << "a weight that changes";
  s = good;
  s.out_fixed = true;
  EXPECT_FALSE(kernel_named("winograd", s)) << "a row-major output";
}

TEST_F(PackedConvolution, LeavesOthersToOtherKernels) {
  const Tensor x = randn({1, 32, 14, 14}), w = randn({64, 32, 3, 3});
  const std::string winograd = "winograd";
  EXPECT_TRUE(is_taken({.kernel = winograd, .x = x, .weight = w}));
  EXPECT_FALSE(is_taken({.kernel = winograd, .x = x, .weight = randn({64, 32, 5, 5})}));
  EXPECT_FALSE(is_taken({.kernel = winograd, .x = x, .weight = w, .stride = {2, 2}}));
  EXPECT_FALSE(is_taken({.kernel = winograd, .x = x, .weight = w, .dilation = {2, 2}}));
  EXPECT_FALSE(is_taken({.kernel = winograd, .x = in_f64(x), .weight = in_f64(w)}));
  const Problem grouped{.kernel = winograd, .x = x, .weight = randn({64, 16, 3, 3})};
  ConvolutionAttrs attrs = grouped.attrs();
  attrs.groups = 2;
  EXPECT_FALSE(kernel_named(winograd, signature_of(grouped, attrs, 2)));
  // Where transforms or weights cost more than products: few channels, few results.
  EXPECT_FALSE(
      is_taken({.kernel = winograd, .x = randn({1, 4, 28, 28}), .weight = randn({4, 4, 3, 3})}));
  EXPECT_FALSE(is_taken(
      {.kernel = winograd, .x = randn({1, 256, 2, 2}), .weight = randn({256, 256, 3, 3})}));
  // Two vectors of output channels at most.
  EXPECT_FALSE(is_taken(
      {.kernel = "one_channel", .x = randn({1, 1, 28, 28}), .weight = randn({64, 1, 3, 3})}));
  EXPECT_FALSE(is_taken(
      {.kernel = "one_channel", .x = randn({1, 3, 28, 28}), .weight = randn({8, 3, 3, 3})}));
}

// Its copies of rows would be larger than input, output and weight together.
TEST_F(PackedConvolution, AWindowWithLargeGapsIsNotCopied) {
  for (const int64_t gap : {10, 1 << 20, 1 << 30}) {
    const Problem p{.kernel = "one_channel",
                    .x = randn({1, 1, 5, 5}),
                    .weight = randn({4, 1, 3, 3}),
                    .padding = {gap, gap},
                    .padding_end = {gap, gap},
                    .dilation = {gap, gap}};
    EXPECT_EQ(is_taken(p), gap == 10) << gap;
  }
}

TEST_F(PackedConvolution, StandsInPlansBetweenLayersWithoutCopies) {
  NoGrad off;
  const Tensor x = randn({2, 1, 28, 28}), weight1 = randn({8, 1, 3, 3}),
               weight2 = randn({32, 8, 3, 3}), weight3 = randn({64, 32, 3, 3}), bias = randn({64});
  const auto layer = [](const Tensor& in, const Tensor& weight, const Tensor& bias) {
    return max_pool2d(relu(conv2d(in, weight, bias, {.padding = {1}})), {.kernel_size = {2}});
  };
  const auto net = [&](const std::vector<Tensor>& in) -> std::vector<Tensor> {
    const Tensor features = relu(conv2d(layer(in[0], weight1, {}), weight2, {}, {.padding = {1}}));
    return {layer(features, weight3, bias)};
  };
  const Graph graph = trace(net, {x}, {.fixed_sizes = true});
  Context context(std::make_shared<const Plan>(graph, SymbolSizes{}));
  std::vector<std::string> steps;
  for (const PlanStep& step : context.plan().steps())
    steps.push_back(fmt::format("{} {}", step.kernel->name, step.what));
  const auto begins_so = [&](std::string_view begin) {
    return std::count_if(steps.begin(), steps.end(), [&](const std::string& step) {
      return step.starts_with(begin) && step.ends_with(" convolution + relu");
    });
  };
  EXPECT_EQ(begins_so("one_channel"), 1) << to_string(context.plan());
  EXPECT_GE(begins_so("winograd"), 1) << to_string(context.plan());
  EXPECT_EQ(std::count_if(context.plan().steps().begin(), context.plan().steps().end(),
                          [](const PlanStep& step) { return step.is_conversion; }),
            0)
      << to_string(context.plan());
  const Tensor got = context.run({x})[0];
  EXPECT_EQ(difference(got, net({x})[0], 0, 2e-6), "");
}

}  // namespace
}  // namespace hebb::test
