// An entry of the list of layers: how a line of a configuration names one, and how it is made. The
// built-in ones stand beside their layers and in layers.def.
//
//   struct Scale : Module { ... };
//   add_layer({.name = "scale", .what = "x times FACTOR", .options = &options_type<ScaleOptions>,
//              .make = made<Scale, ScaleOptions>});
#pragma once

#include <memory>
#include <string_view>

#include "hebb/base/options.h"
#include "hebb/nn/sequential.h"

namespace hebb::nn {

struct LayerEntry {
  std::string_view name, what;  // what: a sentence, where capitals are options
  const OptionsType* options = &options_type<NoOptions>;
  AnyModule (*make)(const void* options);
  // A model's first layer, which takes token ids, not quantities: whole numbers from 0 up to this
  // one. Null: any other.
  int64_t (*ids)(const void* options) = nullptr;
  // Features are the last axis of what it takes, as a sequence's [times, features]; else they are
  // the first, as a picture's channels.
  bool features_last = false;
  // Fills in what follows from the shape of a sample. Error: such samples do not fit.
  void (*infer)(void* options, const Dims& shape) = nullptr;
  // How many, and how many numbers a sample becomes: asked before any memory is taken, of layers
  // whose line can ask for any number.
  double (*weights)(const void* options) = nullptr;
  double (*outputs)(const void* options, const Dims& shape) = nullptr;
  int64_t least_batch = 1;  // samples that it needs
};

// A line within another's, its arguments by ':', of samples of this shape: "conv2d:8:3". Its sizes
// are inferred from them. Error: as of build(); it takes token ids.
struct InnerLine {
  const LayerEntry* entry = nullptr;
  std::shared_ptr<void> options = {};
};
InnerLine inner_line(std::string_view text, const Dims& shape);

// Beside the built-in ones, for the whole program. Error (usage): the name is taken. Its texts are
// kept as they are: literals.
void add_layer(const LayerEntry& entry);

template <class Layer, class Options>
AnyModule made(const void* options) {
  return Layer(as<Options>(options));
}

// Of samples [channels, ...]. Error: they have not as many dimensions; what: "channels and a
// length".
int64_t channels(const Dims& shape, size_t dims, std::string_view what);
int64_t channels(const Dims& shape);  // of any number of dimensions but none

namespace layer {
#define LAYER(name) extern const LayerEntry name;
#include "hebb/nn/layers.def"
#undef LAYER
}  // namespace layer

}  // namespace hebb::nn
