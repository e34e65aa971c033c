#include "hebb/nn/padding.h"

#include <fmt/format.h>

#include "hebb/base/check.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/pad.h"

namespace hebb::nn {
namespace {

struct PadWords {
  std::string_view layer, op;  // "Reflection", "reflect"
};
constexpr PadWords words_of_mode(PadMode mode) {
  switch (mode) {
    case PadMode::reflection:
      return {"Reflection", "reflect"};
    case PadMode::replication:
      return {"Replication", "replicate"};
    case PadMode::circular:
      return {"Circular", "circular"};
    default:
      return {"Zero", "constant"};
  }
}

template <int N>
PadOptions<N> pad_start() {
  return {.padding = 0};
}
template <int N>
constexpr const OptionsType& pad_options = options_type<PadOptions<N>, pad_start<N>>;
template <int N>
ConstantPadOptions<N> constant_pad_start() {
  return {.padding = 0};
}
template <int N>
constexpr const OptionsType& constant_pad_options =
    options_type<ConstantPadOptions<N>, constant_pad_start<N>>;

template <int N>
void takes_spatial(void*, const Dims& shape) {
  constexpr const char* what[] = {"channels and a length", "channels, a height and a width",
                                  "channels, a depth, a height and a width"};
  channels(shape, N + 1, what[N - 1]);
}

template <class Options>
double padded_outputs(const void* options, const Dims& shape) {
  const Dims& padding = as<Options>(options).padding;
  double out = 1;
  for (size_t d = 0; d < shape.size(); ++d) {
    const size_t from_the_last = 2 * (shape.size() - 1 - d);
    double size = double(shape[d]);
    if (from_the_last + 1 < padding.size())
      size += double(padding[from_the_last]) + double(padding[from_the_last + 1]);
    out *= std::max(size, 0.0);
  }
  return out;
}

template <int N, class Layer>
constexpr LayerEntry pad_entry(std::string_view name, std::string_view what) {
  return {.name = name,
          .what = what,
          .options = &pad_options<N>,
          .make = made<Layer, PadOptions<N>>,
          .infer = takes_spatial<N>,
          .outputs = padded_outputs<PadOptions<N>>};
}
template <int N, class Layer>
constexpr LayerEntry constant_entry(std::string_view name, std::string_view what) {
  return {.name = name,
          .what = what,
          .options = &constant_pad_options<N>,
          .make = made<Layer, ConstantPadOptions<N>>,
          .infer = takes_spatial<N>,
          .outputs = padded_outputs<ConstantPadOptions<N>>};
}

}  // namespace

template <int N, PadMode mode>
Tensor Padding<N, mode>::forward(const Tensor& x) const {
  return pad(x, options_.padding, words_of_mode(mode).op);
}
template <int N, PadMode mode>
std::string Padding<N, mode>::describe() const {
  return options_repr(fmt::format("{}Pad{}d", words_of_mode(mode).layer, N), pad_options<N>,
                      &options_);
}
template <int N>
Tensor ConstantPad<N>::forward(const Tensor& x) const {
  return pad(x, options_.padding, "constant", options_.value);
}
template <int N>
std::string ConstantPad<N>::describe() const {
  return options_repr(fmt::format("ConstantPad{}d", N), constant_pad_options<N>, &options_);
}

constinit const LayerEntry layer::zero_pad1d =
    pad_entry<1, ZeroPad1d>("zero_pad1d", "zeros around a sequence");
constinit const LayerEntry layer::zero_pad2d =
    pad_entry<2, ZeroPad2d>("zero_pad2d", "zeros around a picture");
constinit const LayerEntry layer::zero_pad3d =
    pad_entry<3, ZeroPad3d>("zero_pad3d", "zeros around a volume");
constinit const LayerEntry layer::reflection_pad1d = pad_entry<1, ReflectionPad1d>(
    "reflection_pad1d", "a sequence and its mirror image, without repeating the edge");
constinit const LayerEntry layer::reflection_pad2d = pad_entry<2, ReflectionPad2d>(
    "reflection_pad2d", "a picture and its mirror image, without repeating the edge");
constinit const LayerEntry layer::reflection_pad3d = pad_entry<3, ReflectionPad3d>(
    "reflection_pad3d", "a volume and its mirror image, without repeating the edge");
constinit const LayerEntry layer::replication_pad1d =
    pad_entry<1, ReplicationPad1d>("replication_pad1d", "the edge of a sequence, repeated");
constinit const LayerEntry layer::replication_pad2d =
    pad_entry<2, ReplicationPad2d>("replication_pad2d", "the edge of a picture, repeated");
constinit const LayerEntry layer::replication_pad3d =
    pad_entry<3, ReplicationPad3d>("replication_pad3d", "the edge of a volume, repeated");
constinit const LayerEntry layer::circular_pad1d =
    pad_entry<1, CircularPad1d>("circular_pad1d", "the other end of a sequence");
constinit const LayerEntry layer::circular_pad2d =
    pad_entry<2, CircularPad2d>("circular_pad2d", "the other side of a picture");
constinit const LayerEntry layer::circular_pad3d =
    pad_entry<3, CircularPad3d>("circular_pad3d", "the other side of a volume");
constinit const LayerEntry layer::constant_pad1d =
    constant_entry<1, ConstantPad1d>("constant_pad1d", "VALUE around a sequence");
constinit const LayerEntry layer::constant_pad2d =
    constant_entry<2, ConstantPad2d>("constant_pad2d", "VALUE around a picture");
constinit const LayerEntry layer::constant_pad3d =
    constant_entry<3, ConstantPad3d>("constant_pad3d", "VALUE around a volume");

template struct Padding<1, PadMode::zero>;
template struct Padding<2, PadMode::zero>;
template struct Padding<3, PadMode::zero>;
template struct Padding<1, PadMode::reflection>;
template struct Padding<2, PadMode::reflection>;
template struct Padding<3, PadMode::reflection>;
template struct Padding<1, PadMode::replication>;
template struct Padding<2, PadMode::replication>;
template struct Padding<3, PadMode::replication>;
template struct Padding<1, PadMode::circular>;
template struct Padding<2, PadMode::circular>;
template struct Padding<3, PadMode::circular>;
template struct ConstantPad<1>;
template struct ConstantPad<2>;
template struct ConstantPad<3>;

}  // namespace hebb::nn
