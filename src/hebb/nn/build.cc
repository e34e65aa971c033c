#include "hebb/nn/build.h"

#include <fmt/format.h>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/base/family.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/create.h"

namespace hebb::nn {
namespace {

constexpr double most_outputs = 0x1p30;  // 4 GiB of f32
constexpr size_t most_layers = 10000;

Family<LayerEntry>& layers_known() {
  static Family<LayerEntry> all("layer", {
#define LAYER(name) &layer::name,
#include "hebb/nn/layers.def"
#undef LAYER
                                         });
  return all;
}

DType dtype_of(const LayerEntry& entry) {
  return entry.ids ? i64 : f32;
}

// The shape of what the layer gives for one sample: found by asking it.
Dims shape_after(AnyModule& layer, const Dims& shape, const LayerEntry& entry) {
  NoGrad off;
  Dims batched = shape;
  batched.insert(0, entry.least_batch);
  layer.module().eval();
  Dims out = layer(zeros(batched, dtype_of(entry))).shape();
  layer.module().train();
  out.erase(0);
  return out;
}

}  // namespace

Sequential build(const std::vector<std::string>& layers, const Dims& input,
                 int64_t most_parameters) {
  check_in(layers.size() <= most_layers, ErrorKind::usage, "model.layers",
           "holds {} layers, should be at most {}", layers.size(), most_layers);
  Sequential model;
  int64_t count = 0;
  Dims shape = input;
  for (size_t i = 0; i < layers.size(); ++i) {
    try {
      const SpecLine line = SpecLine::parse(layers[i]);
      const LayerEntry& entry = layers_known().find(line.name);
      const std::shared_ptr<void> options = read_options(line, *entry.options);
      check(i == 0 || !entry.ids, "takes token ids, so nothing stands before it");
      if (entry.infer)
        entry.infer(options.get(), shape);
      const auto within = [&](double more) {
        check(double(count) + more <= double(most_parameters),
              "the model would have more than {} parameters", most_parameters);
      };
      if (entry.weights)
        within(entry.weights(options.get()));
      if (entry.outputs)
        check(entry.outputs(options.get(), shape) <= most_outputs,
              "one sample would become more than {:.0f} numbers", most_outputs);
      AnyModule layer = entry.make(options.get());
      count += layer.module().parameter_count();
      within(0);
      shape = shape_after(layer, shape, entry);
      model.push_back(std::move(layer));
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::io)
        throw;  // of the machine, not of the line
      throw Error(ErrorKind::usage, fmt::format("model.layers[{}] \"{}\"", i, layers[i]),
                  error.where().empty() ? error.message() : error.where() + ": " + error.message());
    }
  }
  return model;
}

DType input_dtype(const std::vector<std::string>& layers) {
  if (layers.empty())
    return f32;
  const std::string name = layers[0].substr(0, layers[0].find(' '));
  for (const LayerEntry* entry : layers_known().all())
    if (entry->name == name)
      return dtype_of(*entry);
  return f32;  // build() says that there is no such layer
}

int64_t token_ids(const std::vector<std::string>& layers) {
  check(input_dtype(layers) == i64, "the first layer takes no token ids");
  return layers_known().parse(
      layers[0], [](const LayerEntry& entry, const void* options) { return entry.ids(options); });
}

void add_layer(const LayerEntry& entry) {
  layers_known().add(entry);
}

int64_t channels(const Dims& shape, size_t dims, std::string_view what) {
  check(shape.size() == dims, "takes {}, but what comes in has the shape {}", what,
        to_string(shape));
  return shape[0];
}

int64_t channels(const Dims& shape) {
  check(!shape.empty(), "takes channels, but what comes in is one number");
  return shape[0];
}

std::string print_layer(std::string_view line) {
  return layers_known().print(line);
}

std::vector<SpecHelp> layer_help() {
  return layers_known().help();
}

}  // namespace hebb::nn
