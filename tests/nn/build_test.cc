// Networks from lines of a configuration, and what their layers do.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "hebb/base/error.h"
#include "hebb/nn/build.h"
#include "hebb/nn/nn.h"
#include "hebb/nn/summary.h"
#include "hebb/ops/ops.h"
#include "support/message_of.h"

namespace hebb {
namespace {

TEST(Build, InfersSizesAndCountsParameters) {
  nn::Sequential ae = nn::build({"linear 128", "relu", "linear 64", "relu", "linear 2", "linear 64",
                                 "relu", "linear 128", "relu", "linear 784"},
                                {784});
  EXPECT_EQ(ae.parameter_count(), 218514);
  EXPECT_EQ(
      nn::build({"flatten", "linear 128", "relu", "linear 10"}, {1, 28, 28}).parameter_count(),
      101770);
  EXPECT_EQ(nn::build({"conv2d 16 3 padding=1", "relu", "flatten", "linear 10"}, {1, 28, 28})
                .parameter_count(),
            125610);
  EXPECT_EQ(nn::build({"conv2d 10 5 padding=2"}, {3, 32, 32}).parameter_count(), 760);
  EXPECT_EQ(
      nn::build({"linear 300", "relu", "linear 100", "relu", "linear 10"}, {784}).parameter_count(),
      266610);
}

TEST(Build, RefusesWithTheLineAndTheNearestWord) {
  EXPECT_NE(message_of([] {
              nn::build({"conv2 3 3"}, {1, 8, 8});
            }).find("conv2d"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              nn::build({"conv2d 3 kernal=3"}, {1, 8, 8});
            }).find("kernel"),
            std::string::npos);
  EXPECT_NE(message_of([] { nn::build({"conv2d 3 3"}, {8}); }).find("model.layers[0]"),
            std::string::npos);
  EXPECT_NE(message_of([] { nn::build({"dropout 1.5"}, {8}); }).find("from 0 to 1"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              nn::build({"conv2d 3 3 padding=same dilation=9223372036854775807"}, {1, 8, 8});
            }).find("at most 2147483647"),
            std::string::npos);
}

TEST(Build, AnAdaptivePoolKeepsASide) {
  auto pool = nn::build({"adaptive_avg_pool2d none,2"}, {3, 9, 8});
  EXPECT_EQ(pool(zeros({1, 3, 9, 8})).shape(), (Dims{1, 3, 9, 2}));
  EXPECT_NE(message_of([] {
              nn::build({"adaptive_avg_pool2d 0,none"}, {3, 9, 8});
            }).find("at least 1"),
            std::string::npos);
}

TEST(Build, RefusesWhatNoMemoryHolds) {
  for (const char* line :
       {"adaptive_avg_pool2d 50000", "conv2d 1 1 padding=50000", "conv2d 2000000 1 padding=same"})
    EXPECT_NE(message_of([&] {
                nn::build({line}, {1, 28, 28});
              }).find("one sample would become more than 1073741824 numbers"),
              std::string::npos)
        << line;
  EXPECT_NE(message_of([] {
              nn::build(nn::LayerList(10001, "relu"), {4});
            }).find("more than 10000 layers"),
            std::string::npos);
}

TEST(Build, SizesOfTheInputAreLeftOut) {  // PyTorch's lines have them
  for (const char* line :
       {"batch_norm2d 4", "layer_norm 16", "conv2d 3 64 3", "linear 784 10", "linear 784 1"}) {
    const Dims input = std::string_view(line).starts_with("linear") ? Dims{784} : Dims{4, 80, 80};
    const std::string said = message_of([&] { nn::build({line}, input); });
    EXPECT_NE(said.find("sizes of the input are inferred and left out"), std::string::npos) << said;
  }
  EXPECT_NE(message_of([] {
              nn::build({"batch_norm2d eps=-5"}, {4, 8, 8});
            }).find("eps is -5, should be above 0"),
            std::string::npos);
  EXPECT_NE(
      message_of([] { nn::build({"layer_norm eps=0"}, {4}); }).find("eps is 0, should be above 0"),
      std::string::npos);
  EXPECT_NE(message_of([] {
              nn::BatchNorm1d({.features = 2, .eps = -1});
            }).find("eps is -1, should be above 0"),
            std::string::npos);
}

TEST(Layers, APaddingMayKeepTheSize) {
  nn::Conv2d conv({.in = 1, .out = 2, .kernel = {3, 5}, .padding = nn::padding_same});
  EXPECT_EQ(conv(zeros({1, 1, 6, 7})).shape(), (Dims{1, 2, 6, 7}));
  EXPECT_NE(message_of([] {
              nn::Conv2d({.in = 1, .out = 2, .kernel = 2, .padding = nn::padding_same});
            }).find("with a stride of 1 and an odd kernel only"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              nn::build({"conv2d 2 3 padding=same stride=2"}, {1, 8, 8});
            }).find("with a stride of 1 and an odd kernel only"),
            std::string::npos);
}

TEST(Build, GroupsDivideTheChannels) {
  EXPECT_NE(message_of([] {
              nn::build({"group_norm 3"}, {4, 8, 8});
            }).find("4 channels do not divide into 3 groups"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              nn::build({"conv_transpose2d 4 3 groups=2"}, {3, 8, 8});
            }).find("do not divide into 2 groups"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              nn::build({"conv_transpose2d 64 1 stride=60000"}, {3, 800, 800});
            }).find("one sample would become more than 1073741824 numbers"),
            std::string::npos);
}

TEST(Build, StatisticsOfTheBatchNeedTwo) {
  EXPECT_EQ(message_of([] {
              nn::build({"batch_norm1d track_running_stats=false", "linear 2"}, {3});
            }),
            "no error");
  nn::Sequential net = nn::build({"batch_norm1d track_running_stats=false", "linear 2"}, {3});
  EXPECT_EQ(nn::summarize(net, {3}).rows.size(), 3u);
}

TEST(Layers, BatchNormNormalisesInTrainingAndUsesRunningStatisticsAfterwards) {
  manual_seed(1);
  nn::BatchNorm1d norm(3);
  const Tensor x = randn({512, 3}) * 4 + 2;
  const Tensor y = norm(x).detach();
  for (double m : y.sum({0}).to_vector<double>())
    EXPECT_NEAR(m / 512, 0, 1e-4);
  for (double v : (y * y).sum({0}).to_vector<double>())
    EXPECT_NEAR(v / 512, 1, 1e-3);
  EXPECT_EQ(norm.num_batches_tracked->tensor().item<int64_t>(), 1);
  norm.eval();
  const Tensor one = norm(x[{Slice(0, 1)}]).detach(), all = norm(x).detach();
  EXPECT_EQ(one.to_vector<float>(), (all[{Slice(0, 1)}].to_vector<float>()));
}

TEST(Layers, AreDescribedAsPyTorchDoes) {
  const std::pair<std::string, std::string> all[] = {
      {nn::Linear(3, 4).describe(), "Linear(in_features=3, out_features=4, bias=True)"},
      {nn::Conv2d({.in = 1, .out = 32, .kernel = 3}).describe(),
       "Conv2d(1, 32, kernel_size=(3, 3), stride=(1, 1))"},
      {nn::Conv2d({.in = 2,
                   .out = 4,
                   .kernel = {3, 5},
                   .stride = 2,
                   .padding = {1, 2},
                   .dilation = 2,
                   .groups = 2,
                   .bias = false})
           .describe(),
       "Conv2d(2, 4, kernel_size=(3, 5), stride=(2, 2), padding=(1, 2), dilation=(2, 2), groups=2, "
       "bias=False)"},
      {nn::Conv1d({.in = 1, .out = 2, .kernel = 3}).describe(),
       "Conv1d(1, 2, kernel_size=(3,), stride=(1,))"},
      {nn::MaxPool2d(2).describe(),
       "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)"},
      {nn::AvgPool2d({.kernel = {2, 3}, .stride = 1}).describe(),
       "AvgPool2d(kernel_size=(2, 3), stride=1, padding=0)"},
      {nn::AdaptiveAvgPool2d(1).describe(), "AdaptiveAvgPool2d(output_size=1)"},
      {nn::AdaptiveAvgPool2d({keep_size, 2}).describe(),
       "AdaptiveAvgPool2d(output_size=(None, 2))"},
      {nn::BatchNorm2d(4).describe(),
       "BatchNorm2d(4, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)"},
      {nn::LayerNorm(16).describe(), "LayerNorm((16,), eps=1e-05, elementwise_affine=True)"},
      {nn::GroupNorm(2, 4).describe(), "GroupNorm(2, 4, eps=1e-05, affine=True)"},
      {nn::InstanceNorm2d(4).describe(),
       "InstanceNorm2d(4, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False)"},
      {nn::RMSNorm(16).describe(), "RMSNorm((16,), eps=None, elementwise_affine=True)"},
      {nn::ConvTranspose2d({.in = 3, .out = 4, .kernel = 3, .output_padding = 0, .bias = false})
           .describe(),
       "ConvTranspose2d(3, 4, kernel_size=(3, 3), stride=(1, 1), bias=False)"},
      {nn::MaxPool1d(2).describe(),
       "MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)"},
      {nn::LeakyReLU().describe(), "LeakyReLU(negative_slope=0.01)"},
      {nn::GELU(true).describe(), "GELU(approximate='tanh')"},
      {nn::Softmax(1).describe(), "Softmax(dim=1)"},
      {nn::Flatten().describe(), "Flatten(start_dim=1, end_dim=-1)"},
      {nn::ReLU().describe(), "ReLU()"},
  };
  for (const auto& [layer, line] : all)
    EXPECT_EQ(layer, line);
}

TEST(Layers, LayerNormIsTheSameInTrainingAndEvaluationAndPerSample) {
  nn::LayerNorm norm(8);
  const Tensor x = randn({4, 8});
  const std::vector<float> training = norm(x).detach().to_vector<float>();
  norm.eval();
  EXPECT_EQ(norm(x).detach().to_vector<float>(), training);
  const std::vector<float> row = norm(x[{Slice(2, 3)}]).detach().to_vector<float>();
  EXPECT_EQ(row, std::vector<float>(training.begin() + 16, training.begin() + 24));
}

}  // namespace
}  // namespace hebb
