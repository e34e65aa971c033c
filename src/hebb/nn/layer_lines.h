// The lines of a configuration that build a model: the other way from build.h.
#pragma once

#include <string>

#include "hebb/nn/layer_list.h"
#include "hebb/nn/sequential.h"

namespace hebb::nn {

// build(layer_lines(model, input), input) has the same layers with the same options; values are for
// the state dict to carry. A Sequential inside is a group, Residual and Parallel are blocks. input:
// the shape of one sample. Error (usage): a layer that no line can name (one of the caller's own),
// or parameters that are not f32.
LayerList layer_lines(Sequential& model, const Dims& input);

// What a layer says of itself within DescribeAsLines, "Linear 128", as a line: "linear 128". Empty:
// no line can name it.
std::string line_of_description(const std::string& text);

}  // namespace hebb::nn
