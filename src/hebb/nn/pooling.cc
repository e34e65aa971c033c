#include "hebb/nn/pooling.h"

#include "hebb/base/check.h"
#include "hebb/nn/extra_repr.h"

namespace hebb::nn {

Tensor MaxPool2d::forward(const Tensor& x) const {
  return max_pool2d(x, {.kernel_size = options_.kernel,
                        .stride = options_.stride ? options_.stride->values : Dims{},
                        .padding = options_.padding,
                        .dilation = options_.dilation,
                        .ceil_mode = options_.ceil_mode});
}
std::string MaxPool2d::describe() const {
  const auto& o = options_;
  return fmt::format("MaxPool2d(kernel_size={}, stride={}, padding={}, dilation={}, ceil_mode={})",
                     shown_brief(o.kernel.values), shown_brief(o.stride.value_or(o.kernel).values),
                     shown_brief(o.padding.values), shown_brief(o.dilation.values),
                     shown(o.ceil_mode));
}

Tensor AvgPool2d::forward(const Tensor& x) const {
  return avg_pool2d(x, {.kernel_size = options_.kernel,
                        .stride = options_.stride ? options_.stride->values : Dims{},
                        .padding = options_.padding,
                        .ceil_mode = options_.ceil_mode,
                        .count_include_pad = options_.count_include_pad});
}
std::string AvgPool2d::describe() const {
  const auto& o = options_;
  return fmt::format("AvgPool2d(kernel_size={}, stride={}, padding={}{}{})",
                     shown_brief(o.kernel.values), shown_brief(o.stride.value_or(o.kernel).values),
                     shown_brief(o.padding.values), o.ceil_mode ? ", ceil_mode=True" : "",
                     o.count_include_pad ? "" : ", count_include_pad=False");
}

Tensor AdaptiveAvgPool2d::forward(const Tensor& x) const {
  return adaptive_avg_pool2d(x, output_);
}
std::string AdaptiveAvgPool2d::describe() const {
  const auto side = [](int64_t size) { return size == keep_size ? "None" : std::to_string(size); };
  const Dims& sides = output_.values;
  return sides[0] == sides[1] ? fmt::format("AdaptiveAvgPool2d(output_size={})", side(sides[0]))
                              : fmt::format("AdaptiveAvgPool2d(output_size=({}, {}))",
                                            side(sides[0]), side(sides[1]));
}

}  // namespace hebb::nn
