#include "hebb/optim/param_groups.h"

#include <fnmatch.h>

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/optim/parse.h"

namespace hebb::optim {

const ParamRule* rule_of(const std::string& name, const std::vector<ParamRule>& rules) {
  for (const ParamRule& rule : rules)
    if (::fnmatch(rule.match.c_str(), name.c_str(), 0) == 0)
      return &rule;
  return nullptr;
}

static bool same_options(const ParamRule& a, const ParamRule& b) {
  return a.lr == b.lr && a.weight_decay == b.weight_decay && a.optimizer == b.optimizer &&
         a.min_lr == b.min_lr;
}

std::vector<ParamGroup> param_groups(const std::vector<std::pair<std::string, Tensor>>& named,
                                     const std::vector<ParamRule>& rules) {
  static const ParamRule none;
  std::vector<ParamGroup> groups;
  std::vector<const ParamRule*> of_groups, followed;
  for (const auto& [name, param] : named) {
    const ParamRule* rule = rule_of(name, rules);
    if (rule)
      followed.push_back(rule);
    else
      rule = &none;
    const auto place =
        std::find_if(of_groups.begin(), of_groups.end(),
                     [&](const ParamRule* other) { return same_options(*rule, *other); });
    const size_t group = size_t(place - of_groups.begin());
    if (place == of_groups.end()) {
      of_groups.push_back(rule);
      groups.push_back({.params = {},
                        .lr_scale = rule->lr,
                        .weight_decay = rule->weight_decay,
                        .optimizer = rule->optimizer.empty() ? OptimizerFactory()
                                                             : parse_optimizer(rule->optimizer),
                        .min_lr = rule->min_lr});
    }
    groups[group].params.push_back(param);
  }
  for (const ParamRule& rule : rules) {
    if (std::find(followed.begin(), followed.end(), &rule) != followed.end())
      continue;
    std::vector<std::string> names;
    for (const auto& [name, param] : named)
      names.push_back(name);
    fail(ErrorKind::usage, "parameters",
         "no parameter follows the rule for '{}' (the first that matches counts); there are {}",
         rule.match, known_words(rule.match, names));
  }
  return groups;
}

}  // namespace hebb::optim
