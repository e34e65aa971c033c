#include "hebb/nn/unpool.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

#include "hebb/base/check.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random_key.h"

namespace hebb::nn {
namespace {

std::string tuple(const Dims& sizes) {
  return sizes.size() == 1 ? fmt::format("({},)", sizes[0])
                           : fmt::format("({})", fmt::join(sizes.begin(), sizes.end(), ", "));
}

template <int N>
struct FractionalLine {
  Extent<N> kernel;
  std::optional<Extent<N>> output_size = {};
  std::optional<std::string> output_ratio = {};  // "0.5" or "0.5,0.75"
  HEBB_FIELDS(kernel, output_size, output_ratio)
  static constexpr Note notes[] = {
      {.field = "kernel",
       .key = "kernel_size",
       .place = 1,
       .needed = true,
       .at_least = 1,
       .what = "size of the windows: 3 or 3x5"},
      {.field = "output_size",
       .at_least = 1,
       .what = "windows in each direction; this or output_ratio",
       .shown = Shown::if_changed},
      {.field = "output_ratio",
       .what = "windows as a share of the size that comes in: 0.5, or one for each direction, "
               "0.5,0.75",
       .shown = Shown::if_changed}};
};
template <int N>
FractionalLine<N> fractional_start() {
  return {.kernel = 2};
}
template <int N>
constexpr const OptionsType& fractional_line = options_type<FractionalLine<N>, fractional_start<N>>;

template <int N>
std::vector<double> ratios_of(std::string_view text) {
  std::vector<double> out;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    double ratio = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), ratio);
    check(error == std::errc() && end == word.data() + word.size() && ratio > 0 && ratio < 1,
          "output_ratio is '{}', should be numbers above 0 and below 1, like 0.5 or 0.5,0.75",
          word);
    out.push_back(ratio);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  check(out.size() <= 1 || out.size() == N, "output_ratio has {} numbers, should have one or {}",
        out.size(), N);
  return out;
}

template <int N>
std::string described(const FractionalPoolOptions& o) {
  const auto sizes = [](const Dims& given) {
    Extent<N> all = given[0];
    for (size_t i = 0; i < given.size() && i < N; ++i)
      all.values[i] = given[i];
    return all;
  };
  FractionalLine<N> line{.kernel = sizes(o.kernel_size)};
  if (!o.output_size.empty())
    line.output_size = sizes(o.output_size);
  if (!o.output_ratio.empty())
    line.output_ratio = fmt::format("{}", fmt::join(o.output_ratio, ","));
  return options_repr(fmt::format("FractionalMaxPool{}d", N), fractional_line<N>, &line);
}

template <int N, class Layer>
constexpr LayerEntry fractional_entry(std::string_view name, std::string_view what) {
  return {.name = name,
          .what = what,
          .options = &fractional_line<N>,
          .make = [](const void* options) -> AnyModule {
            const auto& o = as<FractionalLine<N>>(options);
            check(o.output_size.has_value() != o.output_ratio.has_value(),
                  "needs either an output_size or an output_ratio");
            FractionalPoolOptions pool{.kernel_size = o.kernel.values,
                                       .output_ratio = ratios_of<N>(o.output_ratio.value_or(""))};
            if (o.output_size)
              pool.output_size = o.output_size->values;
            return Layer(pool);
          }};
}

}  // namespace

template <int N>
Tensor MaxUnpool<N>::forward(const Tensor& x, const Tensor& indices,
                             const Dims& output_size) const {
  const UnpoolOptions o{.kernel_size = options_.kernel,
                        .stride = options_.stride ? options_.stride->values : Dims{},
                        .padding = options_.padding,
                        .output_size = output_size};
  if constexpr (N == 1)
    return max_unpool1d(x, indices, o);
  else if constexpr (N == 2)
    return max_unpool2d(x, indices, o);
  else
    return max_unpool3d(x, indices, o);
}
template <int N>
std::string MaxUnpool<N>::describe() const {
  const Dims &kernel = options_.kernel.values,
             &stride = options_.stride ? options_.stride->values : kernel;
  return fmt::format("MaxUnpool{}d(kernel_size={}, stride={}, padding={})", N, tuple(kernel),
                     tuple(stride), tuple(options_.padding.values));
}

template struct MaxUnpool<1>;
template struct MaxUnpool<2>;
template struct MaxUnpool<3>;

namespace {

// Of x [N, C, ...], or without N: the same for every sample.
Tensor middle_places(const Tensor& x, int64_t dims) {
  const int64_t n = x.dim() == dims + 1 ? 1 : x.size(0);
  return full({n, x.size(-1 - dims), dims}, 0.5, f32, x.device());
}

}  // namespace

Tensor FractionalMaxPool2d::forward(const Tensor& x) const {
  return is_training() ? fractional_max_pool2d(x, options, {}, draw_key(random_number()))
                       : fractional_max_pool2d(x, options, middle_places(x, 2));
}
Tensor FractionalMaxPool3d::forward(const Tensor& x) const {
  return is_training() ? fractional_max_pool3d(x, options, {}, draw_key(random_number()))
                       : fractional_max_pool3d(x, options, middle_places(x, 3));
}

std::string FractionalMaxPool2d::describe() const {
  return described<2>(options);
}
std::string FractionalMaxPool3d::describe() const {
  return described<3>(options);
}

constinit const LayerEntry layer::fractional_max_pool2d = fractional_entry<2, FractionalMaxPool2d>(
    "fractional_max_pool2d", "the largest value of windows at random places");
constinit const LayerEntry layer::fractional_max_pool3d = fractional_entry<3, FractionalMaxPool3d>(
    "fractional_max_pool3d", "the largest value of windows at random places of a volume");

}  // namespace hebb::nn
