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

// The same with a weight for each class, by number: a sample counts as much as its class, and the
// mean is divided by the weights that came together, as PyTorch's cross_entropy does it; that of
// bce and bce_with_logits is the same mean, that of multi_margin is over the samples, as PyTorch's.
// Error (usage): a loss that takes no weights.
Loss parse_loss(std::string_view line, const std::vector<double>& class_weights);

// A loss's line as hebb writes it: what is not at its default.
std::string print_loss(std::string_view line);

std::vector<SpecHelp> loss_help();

}  // namespace hebb
