// The lines of a configuration that build a model: the other way from build.h.
#pragma once

#include <string>
#include <vector>

#include "hebb/nn/sequential.h"

namespace hebb::nn {

// build(layer_lines(model, input), input) has the same layers with the same options; values are for
// the state dict to carry. input: the shape of one sample. Error (usage): a layer that no line can
// name (one of the caller's own, a Sequential inside), or parameters that are not f32.
std::vector<std::string> layer_lines(Sequential& model, const Dims& input);

}  // namespace hebb::nn
