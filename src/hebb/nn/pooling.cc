#include "hebb/nn/pooling.h"

#include "hebb/base/check.h"
#include "hebb/ops/pooling.h"

namespace hebb::nn {
namespace {
std::string text(const Pair& pair) {
  return pair.values[0] == pair.values[1] ? std::to_string(pair.values[0]) : fmt::format("({}, {})", pair.values[0], pair.values[1]);
}
}  // namespace

Tensor MaxPool2d::forward(const Tensor& x) const {
  return max_pool2d(x, {.kernel_size = options_.kernel,
                        .stride = options_.stride ? options_.stride->values : Dims{},
                        .padding = options_.padding,
                        .dilation = options_.dilation,
                        .ceil_mode = options_.ceil_mode});
}
std::string MaxPool2d::describe() const {
  return fmt::format("MaxPool2d(kernel_size={}, stride={}{})", text(options_.kernel), text(options_.stride.value_or(options_.kernel)),
                     options_.padding.values == Dims{0, 0} ? "" : ", padding=" + text(options_.padding));
}

Tensor AvgPool2d::forward(const Tensor& x) const {
  return avg_pool2d(x, {.kernel_size = options_.kernel,
                        .stride = options_.stride ? options_.stride->values : Dims{},
                        .padding = options_.padding,
                        .ceil_mode = options_.ceil_mode,
                        .count_include_pad = options_.count_include_pad});
}
std::string AvgPool2d::describe() const {
  return fmt::format("AvgPool2d(kernel_size={}, stride={}{})", text(options_.kernel), text(options_.stride.value_or(options_.kernel)),
                     options_.padding.values == Dims{0, 0} ? "" : ", padding=" + text(options_.padding));
}

Tensor AdaptiveAvgPool2d::forward(const Tensor& x) const { return adaptive_avg_pool2d(x, output_); }
std::string AdaptiveAvgPool2d::describe() const { return fmt::format("AdaptiveAvgPool2d(output_size={})", text(output_)); }

}  // namespace hebb::nn
