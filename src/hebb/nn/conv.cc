#include "hebb/nn/conv.h"

#include "hebb/base/check.h"
#include "hebb/nn/extra_repr.h"
#include "hebb/nn/init.h"
#include "hebb/ops/convolution.h"
#include "hebb/ops/pad.h"

namespace hebb::nn {
namespace {

template <int N>
Dims weight_shape(const ConvOptions<N>& o) {
  check(o.groups >= 1 && o.in % o.groups == 0 && o.out % o.groups == 0,
        "Conv{}d: {} input and {} output channels do not divide into {} groups", N, int64_t(o.in),
        int64_t(o.out), int64_t(o.groups));
  Dims shape{o.out, o.in / o.groups};
  for (int64_t k : o.kernel.values)
    shape.push_back(k);
  return shape;
}

std::string_view name_of(PaddingMode mode) {
  switch (mode) {
    case PaddingMode::zeros:
      return "constant";
    case PaddingMode::reflect:
      return "reflect";
    case PaddingMode::replicate:
      return "replicate";
    case PaddingMode::circular:
      return "circular";
  }
  return "constant";
}

}  // namespace

template <int N>
Conv<N>::Conv(ConvOptions<N> o) : weight(init::empty_weight("Conv", weight_shape(o))), options_(o) {
  if (o.bias)
    bias.emplace(Tensor::empty({o.out}));
  init::default_(weight.tensor(), bias ? &bias->tensor() : nullptr, init::key_of(*this));
}

template <int N>
Tensor Conv<N>::forward(const Tensor& x) const {
  hebb::ConvOptions o{.stride = options_.stride,
                      .padding = options_.padding,
                      .dilation = options_.dilation,
                      .groups = options_.groups};
  Tensor input = x;
  if (options_.padding_mode != PaddingMode::zeros) {
    Dims both;  // pad() counts from the last dimension
    for (int i = N; i-- > 0;)
      both.push_back(o.padding[size_t(i)]), both.push_back(o.padding[size_t(i)]);
    input = pad(x, both, name_of(options_.padding_mode));
    o.padding = {0};
  }
  const Tensor b = bias ? bias->tensor() : Tensor();
  if constexpr (N == 1)
    return conv1d(input, weight, b, o);
  else if constexpr (N == 2)
    return conv2d(input, weight, b, o);
  else
    return conv3d(input, weight, b, o);
}

template <int N>
std::string Conv<N>::describe() const {
  const ConvOptions<N>& o = options_;
  std::string text = fmt::format("Conv{}d({}, {}, kernel_size={}, stride={}", N, int64_t(o.in),
                                 int64_t(o.out), shown(o.kernel.values), shown(o.stride.values));
  if (o.padding.values != Dims(N, 0))
    text += ", padding=" + shown(o.padding.values);
  if (o.dilation.values != Dims(N, 1))
    text += ", dilation=" + shown(o.dilation.values);
  if (o.groups != 1)
    text += fmt::format(", groups={}", int64_t(o.groups));
  if (!bias)
    text += ", bias=False";
  if (o.padding_mode != PaddingMode::zeros)
    text += fmt::format(", padding_mode='{}'", name_of(o.padding_mode));
  return text + ")";
}

template struct Conv<1>;
template struct Conv<2>;
template struct Conv<3>;

}  // namespace hebb::nn
