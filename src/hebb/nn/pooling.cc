#include "hebb/nn/pooling.h"

#include "hebb/nn/layer_entry.h"

namespace hebb::nn {
namespace {

template <int N>
MaxPoolOptions<N> max_start() {
  return {.kernel = 1};
}
template <int N>
constexpr const OptionsType& max_options = options_type<MaxPoolOptions<N>, max_start<N>>;

template <int N>
hebb::MaxPoolOptions for_operator(const MaxPoolOptions<N>& o) {
  return {.kernel_size = o.kernel,
          .stride = o.stride ? o.stride->values : Dims{},
          .padding = o.padding,
          .dilation = o.dilation,
          .ceil_mode = o.ceil_mode};
}

AvgPool2dOptions avg_start() {
  return {.kernel = 1};
}
constexpr const OptionsType& avg_options = options_type<AvgPool2dOptions, avg_start>;

struct AdaptiveOptions {
  Pair output;
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
AdaptiveOptions adaptive_start() {
  return {.output = 1};
}
constexpr const OptionsType& adaptive_options = options_type<AdaptiveOptions, adaptive_start>;

void takes_pictures(void*, const Dims& shape) {
  channels(shape, 3, "channels, height and width");
}

}  // namespace

Tensor MaxPool1d::forward(const Tensor& x) const {
  return max_pool1d(x, for_operator(options_));
}
std::string MaxPool1d::describe() const {
  return options_repr("MaxPool1d", max_options<1>, &options_);
}

Tensor MaxPool2d::forward(const Tensor& x) const {
  return max_pool2d(x, for_operator(options_));
}
std::string MaxPool2d::describe() const {
  return options_repr("MaxPool2d", max_options<2>, &options_);
}

Tensor AvgPool2d::forward(const Tensor& x) const {
  return avg_pool2d(x, {.kernel_size = options_.kernel,
                        .stride = options_.stride ? options_.stride->values : Dims{},
                        .padding = options_.padding,
                        .ceil_mode = options_.ceil_mode,
                        .count_include_pad = options_.count_include_pad});
}
std::string AvgPool2d::describe() const {
  return options_repr("AvgPool2d", avg_options, &options_);
}

Tensor AdaptiveAvgPool2d::forward(const Tensor& x) const {
  return adaptive_avg_pool2d(x, output_);
}
std::string AdaptiveAvgPool2d::describe() const {
  const AdaptiveOptions o{.output = output_};
  return options_repr("AdaptiveAvgPool2d", adaptive_options, &o);
}

constinit const LayerEntry layer::max_pool1d = {
    .name = "max_pool1d",
    .what = "the largest of each window of a sequence",
    .options = &max_options<1>,
    .make = made<MaxPool1d, MaxPool1dOptions>,
    .infer = [](void*, const Dims& shape) { channels(shape, 2, "channels and a length"); },
};

constinit const LayerEntry layer::max_pool2d = {
    .name = "max_pool2d",
    .what = "the largest of each window",
    .options = &max_options<2>,
    .make = made<MaxPool2d, MaxPool2dOptions>,
    .infer = takes_pictures,
};

constinit const LayerEntry layer::avg_pool2d = {
    .name = "avg_pool2d",
    .what = "the mean of each window",
    .options = &avg_options,
    .make = made<AvgPool2d, AvgPool2dOptions>,
    .infer = takes_pictures,
};

constinit const LayerEntry layer::adaptive_avg_pool2d = {
    .name = "adaptive_avg_pool2d",
    .what =
        "means of windows that divide the picture into OUTPUT parts; 1 is global average "
        "pooling, none keeps a side: none,1",
    .options = &adaptive_options,
    .make = [](const void* o) -> AnyModule {
      return AdaptiveAvgPool2d(as<AdaptiveOptions>(o).output);
    },
    .infer = takes_pictures,
    .outputs =
        [](const void* o, const Dims& shape) {
          const Dims& size = as<AdaptiveOptions>(o).output.values;
          double outputs = double(shape[0]);
          for (size_t i = 0; i < 2; ++i)
            outputs *= double(size[i] == keep_size ? shape[i + 1] : size[i]);
          return outputs;
        },
};

}  // namespace hebb::nn
