#include "hebb/nn/lp_pool.h"

#include <fmt/format.h>

#include "hebb/nn/layer_entry.h"
#include "hebb/ops/lp_pool.h"

namespace hebb::nn {
namespace {

template <int N>
LPPoolOptions<N> lp_start() {
  return {.norm_type = 2, .kernel = 1};
}
template <int N>
constexpr const OptionsType& lp_options = options_type<LPPoolOptions<N>, lp_start<N>>;

template <int N>
void takes(void*, const Dims& shape) {
  constexpr const char* what[] = {"", "channels and a length", "channels, height and width",
                                  "channels, depth, height and width"};
  channels(shape, N + 1, what[N]);
}

template <int N, class Layer>
constexpr LayerEntry lp_entry(std::string_view name, std::string_view what) {
  return {.name = name,
          .what = what,
          .options = &lp_options<N>,
          .make = made<Layer, LPPoolOptions<N>>,
          .infer = takes<N>};
}

LocalResponseNormOptions local_start() {
  return {.size = 1};
}
constexpr const OptionsType& local_options = options_type<LocalResponseNormOptions, local_start>;

}  // namespace

template <int N>
Tensor LPPool<N>::forward(const Tensor& x) const {
  const LpPoolOptions o{.norm_type = options_.norm_type,
                        .kernel_size = options_.kernel,
                        .stride = options_.stride ? options_.stride->values : Dims{},
                        .ceil_mode = options_.ceil_mode};
  if constexpr (N == 1)
    return lp_pool1d(x, o);
  else if constexpr (N == 2)
    return lp_pool2d(x, o);
  else
    return lp_pool3d(x, o);
}
template <int N>
std::string LPPool<N>::describe() const {
  return options_repr(fmt::format("LPPool{}d", N), lp_options<N>, &options_);
}

template struct LPPool<1>;
template struct LPPool<2>;
template struct LPPool<3>;

Tensor LocalResponseNorm::forward(const Tensor& x) const {
  return local_response_norm(
      x, {.size = options_.size, .alpha = options_.alpha, .beta = options_.beta, .k = options_.k});
}
std::string LocalResponseNorm::describe() const {
  return options_repr("LocalResponseNorm", local_options, &options_);
}
std::string CrossMapLRN2d::describe() const {
  return options_repr("CrossMapLRN2d", local_options, &options_);
}

constinit const LayerEntry layer::lp_pool1d = lp_entry<1, LPPool1d>(
    "lp_pool1d", "the root of the sum of powers of each window of a sequence");
constinit const LayerEntry layer::lp_pool2d =
    lp_entry<2, LPPool2d>("lp_pool2d", "the root of the sum of powers of each window");
constinit const LayerEntry layer::lp_pool3d =
    lp_entry<3, LPPool3d>("lp_pool3d", "the root of the sum of powers of each window of a volume");

constinit const LayerEntry layer::local_response_norm = {
    .name = "local_response_norm",
    .what = "values over a power of the mean square of SIZE neighbouring channels",
    .options = &local_options,
    .make = made<LocalResponseNorm, LocalResponseNormOptions>,
    .infer = [](void*, const Dims& shape) { channels(shape); },
};
constinit const LayerEntry layer::cross_map_lrn2d = {
    .name = "cross_map_lrn2d",
    .what = "local_response_norm of pictures",
    .options = &local_options,
    .make = made<CrossMapLRN2d, LocalResponseNormOptions>,
    .infer = [](void*, const Dims& shape) { channels(shape, 3, "channels, height and width"); },
};

}  // namespace hebb::nn
