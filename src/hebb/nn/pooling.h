// Pooling layers. x [N, C, H, W] -> [N, C, H', W']. Options as in ops/pooling.h, where the stride
// defaults to the kernel.
#pragma once

#include "hebb/nn/module.h"
#include "hebb/nn/size.h"
#include "hebb/ops/pooling.h"

namespace hebb::nn {

struct MaxPool2dOptions {
  Pair kernel;
  std::optional<Pair> stride = {};
  Pair padding = 0, dilation = 1;
  bool ceil_mode = false;
};
struct MaxPool2d : Module {
  explicit MaxPool2d(MaxPool2dOptions options) : options_(options) {}
  explicit MaxPool2d(Pair kernel) : MaxPool2d(MaxPool2dOptions{kernel}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  MaxPool2dOptions options_;
};

struct AvgPool2dOptions {
  Pair kernel;
  std::optional<Pair> stride = {};
  Pair padding = 0;
  bool ceil_mode = false, count_include_pad = true;
};
struct AvgPool2d : Module {
  explicit AvgPool2d(AvgPool2dOptions options) : options_(options) {}
  explicit AvgPool2d(Pair kernel) : AvgPool2d(AvgPool2dOptions{kernel}) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  AvgPool2dOptions options_;
};

struct AdaptiveAvgPool2d : Module {  // output: the size of the result, whatever the input's; a
                                     // side of it may be keep_size
  explicit AdaptiveAvgPool2d(Pair output) : output_(output) {}
  Tensor forward(const Tensor& x) const;
  std::string describe() const override;
  HEBB_NO_FIELDS()

 private:
  Pair output_;
};

}  // namespace hebb::nn
