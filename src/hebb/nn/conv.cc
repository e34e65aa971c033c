#include "hebb/nn/conv.h"

#include "hebb/base/check.h"
#include "hebb/nn/init.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/convolution.h"
#include "hebb/ops/pad.h"

namespace hebb::nn {

std::span<const std::string_view> words_of(PaddingMode) {
  static constexpr std::string_view words[] = {"zeros", "reflect", "replicate", "circular"};
  return words;
}

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

// padding_same as the number of zeros that it stands for.
template <int N>
ConvOptions<N> with_zeros(ConvOptions<N> o) {
  for (size_t i = 0; i < N; ++i) {
    if (o.padding.values[i] != padding_same)
      continue;
    check_options(fmt::format("conv{}d", N), o);
    const int64_t reach = o.dilation.values[i] * (o.kernel.values[i] - 1);
    check_in(reach % 2 == 0 && o.stride.values[i] == 1, ErrorKind::usage, fmt::format("conv{}d", N),
             "padding is same, can be 'same' with a stride of 1 and an odd kernel only");
    o.padding.values[i] = reach / 2;
  }
  return o;
}

template <int N>
ConvOptions<N> conv_start() {
  return {.in = 1, .out = 1, .kernel = 1};
}

template <int N>
void infer_conv(void* options, const Dims& shape) {
  constexpr const char* what[] = {"", "channels and a length", "channels, height and width",
                                  "channels, depth, height and width"};
  static_cast<ConvOptions<N>*>(options)->in = channels(shape, N + 1, what[N]);
}

template <int N>
double conv_weights(const void* options) {
  const auto& o = as<ConvOptions<N>>(options);
  double count = double(o.in) * double(o.out) / double(o.groups);
  for (int64_t size : o.kernel.values)
    count *= double(size);
  return count;
}

template <int N>
double conv_outputs(const void* options, const Dims& shape) {
  const auto& o = as<ConvOptions<N>>(options);
  double count = double(o.out);
  for (size_t i = 0; i < N; ++i) {
    const int64_t padding = o.padding.values[i] == padding_same ? 0 : o.padding.values[i];
    count *= (double(shape[i + 1]) + 2 * double(padding)) / double(o.stride.values[i]);
  }
  return count;
}

template <int N, class Layer>
constexpr LayerEntry conv_entry(std::string_view name, std::string_view what) {
  return {.name = name,
          .what = what,
          .options = &options_type<ConvOptions<N>, conv_start<N>>,
          .make = made<Layer, ConvOptions<N>>,
          .infer = infer_conv<N>,
          .weights = conv_weights<N>,
          .outputs = conv_outputs<N>};
}

}  // namespace

template <int N>
Conv<N>::Conv(ConvOptions<N> o)
    : weight(init::empty_weight("Conv", weight_shape(o))), options_(with_zeros(o)) {
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
    input = pad(x, both, words_of(options_.padding_mode)[size_t(options_.padding_mode)]);
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
  return options_repr(fmt::format("Conv{}d", N), options_type<ConvOptions<N>, conv_start<N>>,
                      &options_);
}

template struct Conv<1>;
template struct Conv<2>;
template struct Conv<3>;

constinit const LayerEntry layer::conv1d =
    conv_entry<1, Conv1d>("conv1d", "convolution of sequences");
constinit const LayerEntry layer::conv2d =
    conv_entry<2, Conv2d>("conv2d", "convolution of pictures");
constinit const LayerEntry layer::conv3d =
    conv_entry<3, Conv3d>("conv3d", "convolution of volumes");

namespace {

ConvTranspose2dOptions conv_transpose_start() {
  return {.in = 1, .out = 1, .kernel = 1};
}
constexpr const OptionsType& conv_transpose_options =
    options_type<ConvTranspose2dOptions, conv_transpose_start>;

Dims conv_transpose_weight(const ConvTranspose2dOptions& o) {
  check_options("conv_transpose2d", o);
  check(o.in % o.groups == 0 && o.out % o.groups == 0,
        "ConvTranspose2d: {} input and {} output channels do not divide into {} groups",
        int64_t(o.in), int64_t(o.out), int64_t(o.groups));
  return {o.in, o.out / o.groups, o.kernel.values[0], o.kernel.values[1]};
}

}  // namespace

ConvTranspose2d::ConvTranspose2d(ConvTranspose2dOptions o)
    : weight(init::empty_weight("ConvTranspose2d", conv_transpose_weight(o))), options_(o) {
  if (o.bias)
    bias.emplace(Tensor::empty({o.out}));
  init::default_(weight.tensor(), bias ? &bias->tensor() : nullptr, init::key_of(*this));
}

Tensor ConvTranspose2d::forward(const Tensor& x) const {
  return conv_transpose2d(x, weight, bias ? bias->tensor() : Tensor(),
                          {.stride = options_.stride,
                           .padding = options_.padding,
                           .output_padding = options_.output_padding,
                           .groups = options_.groups,
                           .dilation = options_.dilation});
}

std::string ConvTranspose2d::describe() const {
  return options_repr("ConvTranspose2d", conv_transpose_options, &options_);
}

constinit const LayerEntry layer::conv_transpose2d = {
    .name = "conv_transpose2d",
    .what = "the transpose of a convolution: pictures become larger",
    .options = &conv_transpose_options,
    .make = made<ConvTranspose2d, ConvTranspose2dOptions>,
    .infer =
        [](void* o, const Dims& shape) {
          static_cast<ConvTranspose2dOptions*>(o)->in =
              channels(shape, 3, "channels, height and width");
        },
    .weights =
        [](const void* options) {
          const auto& o = as<ConvTranspose2dOptions>(options);
          return double(o.in) * double(o.out) / double(o.groups) * double(o.kernel.values[0]) *
                 double(o.kernel.values[1]);
        },
    .outputs =
        [](const void* options, const Dims& shape) {
          const auto& o = as<ConvTranspose2dOptions>(options);
          double count = double(o.out);
          for (size_t i = 0; i < 2; ++i)
            count *= double(shape[i + 1]) * double(o.stride.values[i]) +
                     double(o.dilation.values[i]) * double(o.kernel.values[i]) +
                     double(o.output_padding.values[i]);
          return count;
        },
};

}  // namespace hebb::nn
