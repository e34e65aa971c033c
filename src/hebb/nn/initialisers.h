// Initialisers from a line of a configuration: "kaiming_normal", "normal std=0.02".
#pragma once

#include <string_view>
#include <vector>

#include "hebb/base/spec.h"
#include "hebb/nn/module.h"

namespace hebb::nn {

// Weights of two dimensions and more are drawn, biases become 0; scales and shifts of
// normalisations stay. Error (usage): an unknown initialiser or argument (with the nearest known
// one).
void initialise(Module& model, std::string_view line);

std::vector<SpecHelp> init_help();

}  // namespace hebb::nn
