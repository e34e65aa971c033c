// Draws what a backward pass would run through: leaves, operators, results.
//
//   std::ofstream("loss.svg") << autograd::graph_svg({{"loss", loss}}, net.named_parameters());
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb::autograd {

using NamedTensorList = std::vector<std::pair<std::string, Tensor>>;

// The graph in Graphviz's language. outputs: where it ends; leaves: names for leaves, which are
// boxes with their shapes. Operators have the modules in which they were called beside them when
// the forward pass ran under DetectAnomaly. Error: an output requires no gradient.
std::string graph_dot(const NamedTensorList& outputs, const NamedTensorList& leaves = {});
// A picture of the same, drawn here: a layer of nodes a line, results at the bottom. It has no
// other files and suits light and dark pages. Error: more than 2000 nodes, which nobody can read.
std::string graph_svg(const NamedTensorList& outputs, const NamedTensorList& leaves = {});

}  // namespace hebb::autograd
