// Models from lines of a configuration: "conv2d 32 kernel=3 padding=1", "relu", "flatten", "linear
// 10". Each line is PyTorch's class name in snake case with its arguments; input sizes are left
// out: they follow from the layer before.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/spec.h"
#include "hebb/nn/sequential.h"

namespace hebb::nn {

// input: the shape of one sample, channels first. Error (usage): an unknown layer or argument (with
// the nearest known one), or a layer that does not fit the shape before it; each names the line.
// most_parameters: a model with more is refused before it takes memory.
Sequential build(const std::vector<std::string>& layers, const Dims& input,
                 int64_t most_parameters = std::numeric_limits<int64_t>::max());

// What the first layer takes: i64 where it takes token ids, else f32.
DType input_dtype(const std::vector<std::string>& layers);
// How many token ids the first layer knows, 0 up to this one. Error: it takes none, or its line is
// wrong.
int64_t token_ids(const std::vector<std::string>& layers);

// A layer's line as hebb writes it: what is needed, and what is not at its default.
std::string print_layer(std::string_view line);

std::vector<SpecHelp> layer_help();

}  // namespace hebb::nn
