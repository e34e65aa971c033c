// Models from lines of a configuration: "conv2d 32 kernel=3 padding=1", "relu", "flatten", "linear
// 10", and from blocks of such lines (layer_list.h). Each line is PyTorch's class name in snake
// case with its arguments; input sizes are left out: they follow from the layer before.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/spec.h"
#include "hebb/nn/layer_list.h"
#include "hebb/nn/sequential.h"

namespace hebb::nn {

// input: the shape of one sample, channels first. Error (usage): an unknown layer or argument (with
// the nearest known one), a layer that does not fit the shape before it, or branches that do not
// fit one another; each names its place, model.layers[2].residual[0]. most_parameters: a model with
// more is refused before it takes memory. key: what the list is called in messages.
Sequential build(const LayerList& layers, const Dims& input,
                 int64_t most_parameters = std::numeric_limits<int64_t>::max(),
                 const std::string& key = "model.layers");

// What the first layer takes: i64 where it takes token ids, else f32.
DType input_dtype(const LayerList& layers);
// Whether the first layer takes features as the last axis of a sample, not as the first.
bool features_last(const LayerList& layers);
// How many token ids the first layer knows, 0 up to this one. Error: it takes none, or its line is
// wrong.
int64_t token_ids(const LayerList& layers);

// A layer's line as hebb writes it: what is needed, and what is not at its default.
std::string print_layer(std::string_view line);

std::vector<SpecHelp> layer_help();

}  // namespace hebb::nn
