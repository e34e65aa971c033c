// Penalties on the size of weights, which a loss gets besides: L1 makes weights that matter little
// 0, L2 keeps all small, both together are the elastic net. Sources: Tibshirani 1996, Hoerl and
// Kennard 1970, Zou and Hastie 2005.
//
//   Tensor loss = cross_entropy(net(x), y) + optim::penalty(net.parameters(), {.l1 = 1e-5});
//   Trainer trainer(net, {.loss = cross_entropy, .penalty = {.l1 = 1e-5}});
//   train.penalty = "l1 1e-5"
//
// An optimiser's weight_decay d with plain SGD is the penalty {.l2 = d / 2}: the gradient of l2 w²
// is 2 l2 w.
#pragma once

#include <string_view>
#include <vector>

#include "hebb/base/spec.h"
#include "hebb/tensor/tensor.h"

namespace hebb::optim {

struct Penalty {
  double l1 = 0, l2 = 0;    // of the sum of |w|, and of w²
  bool all_params = false;  // also biases and what scales: parameters of less than two dimensions
  bool any() const { return l1 > 0 || l2 > 0; }
};

void check_penalty(const Penalty& options);  // Error (usage): one is below 0 or not finite

// l1 sum |w| + l2 sum w², 0-d, over the parameters that are trained. Differentiable. Error: as
// check_penalty().
Tensor penalty(const std::vector<Tensor>& parameters, const Penalty& options);

// From a line of a configuration: "l1 1e-5", "l2 1e-4", "elastic_net 1e-5 1e-4". Error (usage): an
// unknown word or argument.
Penalty parse_penalty(std::string_view line);
std::vector<SpecHelp> penalty_help();

}  // namespace hebb::optim
