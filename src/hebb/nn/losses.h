// Losses from a line of a configuration: "cross_entropy label_smoothing=0.1", "mse",
// "bce_with_logits".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/spec.h"
#include "hebb/nn/loss.h"

namespace hebb {

// Error (usage): an unknown loss or argument (with the nearest known one). Targets that are classes
// are turned into what the loss takes: bce and bce_with_logits see 0 and 1 in the output's shape.
Loss parse_loss(std::string_view line);

// A loss's line as hebb writes it: what is not at its default.
std::string print_loss(std::string_view line);

std::vector<SpecHelp> loss_help();

}  // namespace hebb
