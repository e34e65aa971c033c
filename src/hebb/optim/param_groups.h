// Groups of parameters by their names, with options of their own: a smaller learning rate for what
// was trained before, no weight decay for biases, layers that are thawed later.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/base/note.h"
#include "hebb/optim/optimizer.h"

namespace hebb::optim {

struct ParamRule {
  std::string match;                     // a glob of names: "0.*", "*.bias"
  double lr = 1;                         // a factor; 0: the values stay
  std::optional<double> weight_decay{};  // instead of the optimiser's
  int64_t thaw = 0;                      // epochs before it is trained
  std::string optimizer{};               // a line, instead of the optimiser; empty: that one
  std::optional<double> min_lr{};        // a learning rate below which it does not fall
  HEBB_FIELDS(match, lr, weight_decay, thaw, optimizer, min_lr)
  static constexpr Note notes[] = {
      {.field = "match", .needed = true, .what = "parameters by name: \"0.*\", \"*.bias\""},
      {.field = "lr",
       .aliases = {"lr_scale", "learning_rate"},
       .at_least = 0,
       .what = "factor of the learning rate"},
      {.field = "weight_decay",
       .aliases = {"wd"},
       .at_least = 0,
       .what = "instead of the optimiser's"},
      {.field = "thaw", .at_least = 0, .what = "epochs before it is trained"},
      {.field = "optimizer",
       .aliases = {"optimiser"},
       .what = "another one, with its options: \"sgd lr=0.1 momentum=0.9\""},
      {.field = "min_lr",
       .aliases = {"eta_min"},
       .at_least = 0,
       .what = "a schedule lets its learning rate fall no further"}};
};

// One group for each set of options; within it parameters keep their order, and groups come in the
// order of their first parameter. A parameter follows the first rule that matches its name, and
// none where none does. Error (usage): a rule that no parameter follows; it lists the names. An
// optimiser's line that is wrong.
std::vector<ParamGroup> param_groups(const std::vector<std::pair<std::string, Tensor>>& named,
                                     const std::vector<ParamRule>& rules);

// The rule of a parameter; null: none.
const ParamRule* rule_of(const std::string& name, const std::vector<ParamRule>& rules);

}  // namespace hebb::optim
