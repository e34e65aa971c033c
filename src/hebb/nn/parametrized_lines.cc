// weight_norm and spectral_norm in a configuration: words around the line of a layer whose weight
// they compute: "weight_norm conv1d:8:3:padding=1".

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/base/describe_as_lines.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/nn/layer_lines.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/parametrizations.h"

namespace hebb::nn {
namespace {

constexpr Note layer_note{.field = "layer",
                          .place = 1,
                          .needed = true,
                          .what =
                              "linear, conv1d to conv3d or conv_transpose1d to 3d with its "
                              "arguments by ':', conv2d:8:3:padding=1",
                          .shown = Shown::plain};

struct Around {
  std::string layer = "linear:1";
  Dims sample = {};  // that comes in
};
struct WeightNormLine : Around {
  std::optional<int64_t> dim = 0;
  HEBB_FIELDS(layer, dim)
  static constexpr Note notes[] = {
      layer_note,
      {.field = "dim",
       .what = "the dimension whose slices have lengths of their own; none: the whole has one",
       .shown = Shown::if_changed}};
};
struct SpectralNormLine : Around {
  int64_t n_power_iterations = 1;
  double eps = 1e-12;
  std::optional<int64_t> dim = {};
  HEBB_FIELDS(layer, n_power_iterations, eps, dim)
  static constexpr Note notes[] = {
      layer_note,
      {.field = "n_power_iterations",
       .at_least = 1,
       .what = "steps of the power method at each call in training",
       .shown = Shown::if_changed},
      {.field = "eps",
       .aliases = {"epsilon"},
       .above = 0,
       .what = "the least length of a vector",
       .shown = Shown::if_changed},
      {.field = "dim",
       .at_least = 0,
       .what = "the dimension of outputs; left out, 0, and 1 of transposed convolutions",
       .shown = Shown::if_changed}};
};

// Calls wrap(layer) with the layer that the line names, in its own type.
template <class Wrap, class First, class... Rest>
AnyModule wrapped_as(AnyModule& layer, const std::string& line, const Wrap& wrap) {
  if (auto* own = layer.as<First>())
    return wrap(std::move(*own));
  if constexpr (sizeof...(Rest) > 0)
    return wrapped_as<Wrap, Rest...>(layer, line, wrap);
  else
    fail(ErrorKind::usage, "",
         "the layer is '{}', should be linear, conv1d to conv3d or conv_transpose1d to 3d", line);
}
template <class Wrap>
AnyModule wrapped(const Around& around, const Wrap& wrap) {
  const InnerLine inner = inner_line(around.layer, around.sample);
  AnyModule layer = inner.entry->make(inner.options.get());
  return wrapped_as<Wrap, Linear, Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d,
                    ConvTranspose3d>(layer, around.layer, wrap);
}

template <class Line>
constexpr LayerEntry around_entry(std::string_view name, std::string_view what,
                                  AnyModule (*make)(const void*)) {
  return {.name = name,
          .what = what,
          .options = &options_type<Line>,
          .make = make,
          .infer =
              [](void* o, const Dims& shape) {
                static_cast<Line*>(o)->sample = shape;
                inner_line(as<Line>(o).layer, shape);
              },
          .weights = [](const void* o) -> double {
            const InnerLine inner = inner_line(as<Line>(o).layer, as<Line>(o).sample);
            return inner.entry->weights ? inner.entry->weights(inner.options.get()) : 0;
          },
          .outputs = [](const void* o, const Dims& shape) -> double {
            const InnerLine inner = inner_line(as<Line>(o).layer, shape);
            return inner.entry->outputs ? inner.entry->outputs(inner.options.get(), shape) : 0;
          }};
}

AnyModule make_weight_norm(const void* options) {
  const auto& line = as<WeightNormLine>(options);
  return wrapped(line, [&]<class Layer>(Layer layer) -> AnyModule {
    return WeightNorm<Layer>(std::move(layer), line.dim);
  });
}
AnyModule make_spectral_norm(const void* options) {
  const auto& line = as<SpectralNormLine>(options);
  return wrapped(line, [&]<class Layer>(Layer layer) -> AnyModule {
    return SpectralNorm<Layer>(
        std::move(layer),
        {.n_power_iterations = line.n_power_iterations, .eps = line.eps, .dim = line.dim});
  });
}

// "Conv1d 8 3" -> "conv1d:8:3"
std::string inner_text(const std::string& layer) {
  std::string text = line_of_description(layer);
  std::replace(text.begin(), text.end(), ' ', ':');
  return text;
}

}  // namespace

namespace parametrization {

std::string describe_weight_norm(const std::string& layer, const std::optional<int64_t>& dim) {
  if (!describing_as_lines())
    return "WeightNorm(" + layer + ")";
  WeightNormLine line;
  line.layer = inner_text(layer);
  line.dim = dim;
  return options_repr("WeightNorm", options_type<WeightNormLine>, &line);
}
std::string describe_spectral_norm(const std::string& layer, const SpectralNormOptions& options) {
  if (!describing_as_lines())
    return "SpectralNorm(" + layer + ")";
  SpectralNormLine line;
  line.layer = inner_text(layer);
  line.n_power_iterations = options.n_power_iterations;
  line.eps = options.eps;
  line.dim = options.dim;
  return options_repr("SpectralNorm", options_type<SpectralNormLine>, &line);
}

}  // namespace parametrization

constinit const LayerEntry layer::weight_norm = around_entry<WeightNormLine>(
    "weight_norm", "LAYER with a weight of trained direction and length", make_weight_norm);
constinit const LayerEntry layer::spectral_norm = around_entry<SpectralNormLine>(
    "spectral_norm", "LAYER with a weight over its largest singular value", make_spectral_norm);

}  // namespace hebb::nn
