#include "hebb/nn/pooling.h"

#include <fmt/format.h>

#include "hebb/nn/layer_entry.h"

namespace hebb::nn {
namespace {

constexpr const char* spatial[] = {"", "channels and a length", "channels, height and width",
                                   "channels, depth, height and width"};
template <int N>
void takes(void*, const Dims& shape) {
  channels(shape, N + 1, spatial[N]);
}

template <int N>
MaxPoolOptions<N> max_start() {
  return {.kernel = 1};
}
template <int N>
constexpr const OptionsType& max_options = options_type<MaxPoolOptions<N>, max_start<N>>;

template <int N>
AvgPoolOptions<N> avg_start() {
  return {.kernel = 1};
}
template <int N>
constexpr const OptionsType& avg_options = options_type<AvgPoolOptions<N>, avg_start<N>>;

template <int N>
struct AdaptiveOptions {
  Extent<N> output;
  HEBB_FIELDS(output)
  static constexpr Note notes[] = {{.field = "output",
                                    .key = "output_size",
                                    .aliases = {"out", "size"},
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 1,
                                    .words = {{"none", keep_size}, {"None", keep_size}},
                                    .what = "size of the result: 1 or 3x2; none keeps a side",
                                    .brief = true}};
};
template <int N>
AdaptiveOptions<N> adaptive_start() {
  return {.output = 1};
}
template <int N>
constexpr const OptionsType& adaptive_options = options_type<AdaptiveOptions<N>, adaptive_start<N>>;

template <int N>
double adaptive_outputs(const void* o, const Dims& shape) {
  const Dims& size = as<AdaptiveOptions<N>>(o).output.values;
  double outputs = double(shape[0]);
  for (size_t i = 0; i < N; ++i)
    outputs *= double(size[i] == keep_size ? shape[i + 1] : size[i]);
  return outputs;
}

template <int N, class Layer>
constexpr LayerEntry max_entry(std::string_view name, std::string_view what) {
  return {.name = name,
          .what = what,
          .options = &max_options<N>,
          .make = made<Layer, MaxPoolOptions<N>>,
          .infer = takes<N>};
}
template <int N, class Layer>
constexpr LayerEntry avg_entry(std::string_view name, std::string_view what) {
  return {.name = name,
          .what = what,
          .options = &avg_options<N>,
          .make = made<Layer, AvgPoolOptions<N>>,
          .infer = takes<N>};
}
template <int N, class Layer>
constexpr LayerEntry adaptive_entry(std::string_view name, std::string_view what) {
  return {
      .name = name,
      .what = what,
      .options = &adaptive_options<N>,
      .make = [](const void* o) -> AnyModule { return Layer(as<AdaptiveOptions<N>>(o).output); },
      .infer = takes<N>,
      .outputs = adaptive_outputs<N>};
}

// The function of N spatial dimensions.
template <int N, class One, class Two, class Three, class... Args>
Tensor by_dimensions(One one, Two two, Three three, const Args&... args) {
  if constexpr (N == 1)
    return one(args...);
  else if constexpr (N == 2)
    return two(args...);
  else
    return three(args...);
}

}  // namespace

template <int N>
Tensor MaxPool<N>::forward(const Tensor& x) const {
  const hebb::MaxPoolOptions o{.kernel_size = options_.kernel,
                               .stride = options_.stride ? options_.stride->values : Dims{},
                               .padding = options_.padding,
                               .dilation = options_.dilation,
                               .ceil_mode = options_.ceil_mode};
  return by_dimensions<N>(max_pool1d, max_pool2d, max_pool3d, x, o);
}
template <int N>
std::string MaxPool<N>::describe() const {
  return options_repr(fmt::format("MaxPool{}d", N), max_options<N>, &options_);
}

template <int N>
Tensor AvgPool<N>::forward(const Tensor& x) const {
  const hebb::AvgPoolOptions o{.kernel_size = options_.kernel,
                               .stride = options_.stride ? options_.stride->values : Dims{},
                               .padding = options_.padding,
                               .ceil_mode = options_.ceil_mode,
                               .count_include_pad = options_.count_include_pad,
                               .divisor_override = options_.divisor_override};
  return by_dimensions<N>(avg_pool1d, avg_pool2d, avg_pool3d, x, o);
}
template <int N>
std::string AvgPool<N>::describe() const {
  return options_repr(fmt::format("AvgPool{}d", N), avg_options<N>, &options_);
}

template <int N>
Tensor AdaptiveAvgPool<N>::forward(const Tensor& x) const {
  return by_dimensions<N>(adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d, x,
                          output_.values);
}
template <int N>
std::string AdaptiveAvgPool<N>::describe() const {
  const AdaptiveOptions<N> o{.output = output_};
  return options_repr(fmt::format("AdaptiveAvgPool{}d", N), adaptive_options<N>, &o);
}

template <int N>
Tensor AdaptiveMaxPool<N>::forward(const Tensor& x) const {
  return by_dimensions<N>(adaptive_max_pool1d, adaptive_max_pool2d, adaptive_max_pool3d, x,
                          output_.values);
}
template <int N>
std::string AdaptiveMaxPool<N>::describe() const {
  const AdaptiveOptions<N> o{.output = output_};
  return options_repr(fmt::format("AdaptiveMaxPool{}d", N), adaptive_options<N>, &o);
}

template struct MaxPool<1>;
template struct MaxPool<2>;
template struct MaxPool<3>;
template struct AvgPool<1>;
template struct AvgPool<2>;
template struct AvgPool<3>;
template struct AdaptiveAvgPool<1>;
template struct AdaptiveAvgPool<2>;
template struct AdaptiveAvgPool<3>;
template struct AdaptiveMaxPool<1>;
template struct AdaptiveMaxPool<2>;
template struct AdaptiveMaxPool<3>;

constinit const LayerEntry layer::max_pool1d =
    max_entry<1, MaxPool1d>("max_pool1d", "the largest of each window of a sequence");
constinit const LayerEntry layer::max_pool2d =
    max_entry<2, MaxPool2d>("max_pool2d", "the largest of each window");
constinit const LayerEntry layer::max_pool3d =
    max_entry<3, MaxPool3d>("max_pool3d", "the largest of each window of a volume");
constinit const LayerEntry layer::avg_pool1d =
    avg_entry<1, AvgPool1d>("avg_pool1d", "the mean of each window of a sequence");
constinit const LayerEntry layer::avg_pool2d =
    avg_entry<2, AvgPool2d>("avg_pool2d", "the mean of each window");
constinit const LayerEntry layer::avg_pool3d =
    avg_entry<3, AvgPool3d>("avg_pool3d", "the mean of each window of a volume");
constinit const LayerEntry layer::adaptive_avg_pool1d = adaptive_entry<1, AdaptiveAvgPool1d>(
    "adaptive_avg_pool1d",
    "means of windows that divide the sequence into OUTPUT parts; 1 is global average pooling");
constinit const LayerEntry layer::adaptive_avg_pool2d = adaptive_entry<2, AdaptiveAvgPool2d>(
    "adaptive_avg_pool2d",
    "means of windows that divide the picture into OUTPUT parts; 1 is global average "
    "pooling, none keeps a side: none,1");
constinit const LayerEntry layer::adaptive_avg_pool3d = adaptive_entry<3, AdaptiveAvgPool3d>(
    "adaptive_avg_pool3d",
    "means of windows that divide the volume into OUTPUT parts; none keeps a side");
constinit const LayerEntry layer::adaptive_max_pool1d = adaptive_entry<1, AdaptiveMaxPool1d>(
    "adaptive_max_pool1d", "maxima of windows that divide the sequence into OUTPUT parts");
constinit const LayerEntry layer::adaptive_max_pool2d = adaptive_entry<2, AdaptiveMaxPool2d>(
    "adaptive_max_pool2d",
    "maxima of windows that divide the picture into OUTPUT parts; none keeps a side");
constinit const LayerEntry layer::adaptive_max_pool3d = adaptive_entry<3, AdaptiveMaxPool3d>(
    "adaptive_max_pool3d",
    "maxima of windows that divide the volume into OUTPUT parts; none keeps a side");

}  // namespace hebb::nn
