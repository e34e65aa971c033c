// The small convolutional network of the benchmarks: two convolutions of 3 x 3 and two linear
// layers. x [N, 1, 28, 28] -> logits [N, 10]
#pragma once

#include "hebb/nn/nn.h"
#include "hebb/ops/activation.h"

namespace hebb::bench {

struct SmallCnn : nn::Module {
  nn::Conv2d conv1{{.in = 1, .out = 32, .kernel = 3, .padding = 1}};
  nn::Conv2d conv2{{.in = 32, .out = 64, .kernel = 3, .padding = 1}};
  nn::MaxPool2d pool{2};
  nn::Linear fc1{64 * 7 * 7, 128}, fc2{128, 10};

  Tensor forward(const Tensor& x) {
    const Tensor features = pool(relu(conv2(pool(relu(conv1(x))))));
    return fc2(relu(fc1(features.flatten(1))));
  }
  HEBB_FIELDS(conv1, conv2, fc1, fc2)
};

}  // namespace hebb::bench
