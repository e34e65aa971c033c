#include "hebb/nn/layer_lines.h"

#include <algorithm>
#include <typeinfo>

#include "hebb/base/check.h"
#include "hebb/base/describe_as_lines.h"
#include "hebb/base/lower_case.h"
#include "hebb/nn/build.h"
#include "hebb/ops/random_key.h"

namespace hebb::nn {
namespace {

constexpr std::string_view layer_names[] = {
#define LAYER(name) #name,
#include "hebb/nn/layers.def"
#undef LAYER
};

// "batch_norm2d" -> "batchnorm2d", as "BatchNorm2d" becomes, too.
std::string letters_of(std::string_view name) {
  std::string out;
  for (char c : name)
    if (c != '_')
      out += lower_case(c);
  return out;
}

// at: its path in the model, "2.residual.0".
[[noreturn]] void refuse(const std::string& at, Module& layer, std::string_view why) {
  fail(ErrorKind::usage, "", "layer {}, {}, {}; `hebb help layers` shows those that are known", at,
       layer.describe(), why);
}

std::string line_of(const std::string& at, Module& layer) {
  std::string text;
  {
    const DescribeAsLines lines;
    text = line_of_description(layer.describe());
  }
  if (text.empty())
    refuse(at, layer, "is none that a line of a configuration can name");
  return text;
}

LayerList items_of(Sequential& layers, const std::string& within);

LayerItem item_of(AnyModule& layer, const std::string& at) {
  if (auto* residual = layer.as<Residual>())
    return ResidualBlock{.residual = items_of(residual->residual, at + ".residual."),
                         .shortcut = items_of(residual->shortcut, at + ".shortcut.")};
  if (auto* parallel = layer.as<Parallel>()) {
    ParallelBlock out{.parallel = {}, .join = parallel->join};
    for (size_t i = 0; i < parallel->parallel.size(); ++i)
      out.parallel.push_back(
          items_of(parallel->parallel[i], at + ".parallel." + std::to_string(i) + "."));
    return out;
  }
  if (auto* group = layer.as<Sequential>())
    return LayerGroup{.layers = items_of(*group, at + ".")};
  return line_of(at, layer.module());
}

// within: the path of what holds them, with a dot: "2.residual.".
LayerList items_of(Sequential& layers, const std::string& within) {
  LayerList out;
  for (size_t i = 0; i < layers.size(); ++i)
    out.push_back(item_of(layers[i], within + std::to_string(i)));
  return out;
}

}  // namespace

std::string line_of_description(const std::string& text) {
  const size_t end = std::min(text.find_first_of(" ("), text.size());
  const std::string type = letters_of(text.substr(0, end));
  for (const std::string_view name : layer_names)
    if (letters_of(name) == type)
      return std::string(name) + (end < text.size() && text[end] == ' ' ? text.substr(end) : "");
  return {};
}

LayerList layer_lines(Sequential& model, const Dims& input) {
  LayerList items = items_of(model, "");
  const RandomScope random;  // building draws keys and numbers modules
  Sequential built = build(items, input);
  const auto mine = model.named_modules(), again = built.named_modules();
  for (size_t i = 1; i < mine.size() && i < again.size(); ++i)  // the first is the model itself
    if (typeid(*mine[i].second) != typeid(*again[i].second) ||
        mine[i].second->describe() != again[i].second->describe())
      refuse(mine[i].first, *mine[i].second,
             "is not what its line \"" + line_of(mine[i].first, *mine[i].second) + "\" makes");
  promise(mine.size() == again.size(), "layers with the same options have other layers");
  const StateDict values = model.state_dict(), made = built.state_dict();
  promise(values.size() == made.size(), "layers with the same options have other parameters");
  for (size_t i = 0; i < values.size(); ++i)
    check_in(values[i].second.dtype() == made[i].second.dtype(), ErrorKind::usage, "",
             "{} is {}, should be {}: a run's weights are as its layers make them", values[i].first,
             describe(values[i].second), name(made[i].second.dtype()));
  return items;
}

}  // namespace hebb::nn
