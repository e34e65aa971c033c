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
Tensor Conv<N>::forward(const Tensor& x, const Tensor& other_weight) const {
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
    return conv1d(input, other_weight, b, o);
  else if constexpr (N == 2)
    return conv2d(input, other_weight, b, o);
  else
    return conv3d(input, other_weight, b, o);
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

template <int N>
ConvTransposeOptions<N> transpose_start() {
  return {.in = 1, .out = 1, .kernel = 1};
}
template <int N>
constexpr const OptionsType& transpose_options =
    options_type<ConvTransposeOptions<N>, transpose_start<N>>;

template <int N>
Dims transpose_weight(const ConvTransposeOptions<N>& o) {
  check_options(fmt::format("conv_transpose{}d", N), o);
  check(o.in % o.groups == 0 && o.out % o.groups == 0,
        "ConvTranspose{}d: {} input and {} output channels do not divide into {} groups", N,
        int64_t(o.in), int64_t(o.out), int64_t(o.groups));
  Dims shape{o.in, o.out / o.groups};
  for (int64_t size : o.kernel.values)
    shape.push_back(size);
  return shape;
}

template <int N>
void infer_transpose(void* options, const Dims& shape) {
  constexpr const char* what[] = {"", "channels and a length", "channels, height and width",
                                  "channels, depth, height and width"};
  static_cast<ConvTransposeOptions<N>*>(options)->in = channels(shape, N + 1, what[N]);
}

template <int N>
double transpose_weights(const void* options) {
  const auto& o = as<ConvTransposeOptions<N>>(options);
  double count = double(o.in) * double(o.out) / double(o.groups);
  for (int64_t size : o.kernel.values)
    count *= double(size);
  return count;
}

template <int N>
double transpose_outputs(const void* options, const Dims& shape) {
  const auto& o = as<ConvTransposeOptions<N>>(options);
  double count = double(o.out);
  for (size_t i = 0; i < N; ++i)
    count *= double(shape[i + 1]) * double(o.stride.values[i]) +
             double(o.dilation.values[i]) * double(o.kernel.values[i]) +
             double(o.output_padding.values[i]);
  return count;
}

template <int N, class Layer>
constexpr LayerEntry transpose_entry(std::string_view name, std::string_view what) {
  return {.name = name,
          .what = what,
          .options = &transpose_options<N>,
          .make = made<Layer, ConvTransposeOptions<N>>,
          .infer = infer_transpose<N>,
          .weights = transpose_weights<N>,
          .outputs = transpose_outputs<N>};
}

}  // namespace

template <int N>
ConvTranspose<N>::ConvTranspose(ConvTransposeOptions<N> o)
    : weight(init::empty_weight("ConvTranspose", transpose_weight(o))), options_(o) {
  if (o.bias)
    bias.emplace(Tensor::empty({o.out}));
  init::default_(weight.tensor(), bias ? &bias->tensor() : nullptr, init::key_of(*this));
}

template <int N>
Tensor ConvTranspose<N>::forward(const Tensor& x, const Tensor& other_weight) const {
  const hebb::ConvTransposeOptions o{.stride = options_.stride,
                                     .padding = options_.padding,
                                     .output_padding = options_.output_padding,
                                     .groups = options_.groups,
                                     .dilation = options_.dilation};
  const Tensor b = bias ? bias->tensor() : Tensor();
  if constexpr (N == 1)
    return conv_transpose1d(x, other_weight, b, o);
  else if constexpr (N == 2)
    return conv_transpose2d(x, other_weight, b, o);
  else
    return conv_transpose3d(x, other_weight, b, o);
}

template <int N>
std::string ConvTranspose<N>::describe() const {
  return options_repr(fmt::format("ConvTranspose{}d", N), transpose_options<N>, &options_);
}

template struct ConvTranspose<1>;
template struct ConvTranspose<2>;
template struct ConvTranspose<3>;

constinit const LayerEntry layer::conv_transpose1d = transpose_entry<1, ConvTranspose1d>(
    "conv_transpose1d", "the transpose of a convolution: sequences become longer");
constinit const LayerEntry layer::conv_transpose2d = transpose_entry<2, ConvTranspose2d>(
    "conv_transpose2d", "the transpose of a convolution: pictures become larger");
constinit const LayerEntry layer::conv_transpose3d = transpose_entry<3, ConvTranspose3d>(
    "conv_transpose3d", "the transpose of a convolution: volumes become larger");

}  // namespace hebb::nn
