// Residual networks of basic blocks, as torchvision has them: its weights of ResNet-18 and
// ResNet-34 load by name. x [N, 3, H, W] -> logits [N, classes].
// Source: He et al. 2015, "Deep Residual Learning for Image Recognition", table 1.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "hebb/nn/nn.h"
#include "hebb/ops/activation.h"
#include "hebb/ops/arithmetic.h"

namespace hebb::bench {

struct ResNetOptions {
  nn::Size width = 64;                       // channels of the first stage; each next one doubles
  std::array<int, 4> blocks = {2, 2, 2, 2};  // of each stage: ResNet-18
  nn::Size classes = 1000;
};

// y = relu(x' + bn2(conv2(relu(bn1(conv1(x)))))), where x' is x, or x brought to y's shape.
// x [N, in, H, W] -> y [N, out, H / stride, W / stride]
struct BasicBlock : nn::Module {
  nn::Conv2d conv1;
  nn::BatchNorm2d bn1;
  nn::Conv2d conv2;
  nn::BatchNorm2d bn2;
  std::optional<nn::Sequential> downsample;

  BasicBlock(int64_t in, int64_t out, int64_t stride)
      : conv1({.in = in, .out = out, .kernel = 3, .stride = stride, .padding = 1, .bias = false}),
        bn1(out), conv2({.in = out, .out = out, .kernel = 3, .padding = 1, .bias = false}),
        bn2(out) {
    if (stride != 1 || in != out)
      downsample.emplace(
          nn::Conv2d({.in = in, .out = out, .kernel = 1, .stride = stride, .bias = false}),
          nn::BatchNorm2d(out));
  }

  Tensor forward(const Tensor& x) {
    const Tensor shortcut = downsample ? (*downsample)(x) : x;
    return relu(bn2(conv2(relu(bn1(conv1(x))))) + shortcut);
  }
  HEBB_FIELDS(conv1, bn1, conv2, bn2, downsample)
};

struct ResNet : nn::Module {
  nn::Conv2d conv1;
  nn::BatchNorm2d bn1;
  nn::MaxPool2d pool{{.kernel = 3, .stride = 2, .padding = 1}};
  std::vector<BasicBlock> layer1, layer2, layer3, layer4;
  nn::Linear fc;

  explicit ResNet(const ResNetOptions& options = {})
      : conv1(
            {.in = 3, .out = options.width, .kernel = 7, .stride = 2, .padding = 3, .bias = false}),
        bn1(options.width), layer1(stage(options, 0)), layer2(stage(options, 1)),
        layer3(stage(options, 2)), layer4(stage(options, 3)),
        fc(options.width * 8, options.classes) {}

  Tensor forward(const Tensor& x) {
    Tensor y = pool(relu(bn1(conv1(x))));
    for (std::vector<BasicBlock>* stage : {&layer1, &layer2, &layer3, &layer4})
      for (BasicBlock& block : *stage)
        y = block(y);
    return fc(adaptive_avg_pool2d(y, {1, 1}).flatten(1));
  }
  HEBB_FIELDS(conv1, bn1, layer1, layer2, layer3, layer4, fc)

 private:
  static std::vector<BasicBlock> stage(const ResNetOptions& options, int number) {
    const int64_t out = options.width << number;
    const int64_t in = number == 0 ? out : out / 2;
    std::vector<BasicBlock> blocks;
    for (int i = 0; i < options.blocks[size_t(number)]; ++i) {
      const bool enters = i == 0;
      blocks.emplace_back(enters ? in : out, out, enters && number > 0 ? 2 : 1);
    }
    return blocks;
  }
};

}  // namespace hebb::bench
