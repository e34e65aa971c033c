#include "hebb/optim/param_groups.h"

#include <fnmatch.h>

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"

namespace hebb::optim {

const ParamRule* rule_of(const std::string& name, const std::vector<ParamRule>& rules) {
  for (const ParamRule& rule : rules)
    if (::fnmatch(rule.match.c_str(), name.c_str(), 0) == 0)
      return &rule;
  return nullptr;
}

std::vector<ParamGroup> param_groups(const std::vector<std::pair<std::string, Tensor>>& named,
                                     const std::vector<ParamRule>& rules) {
  std::vector<ParamGroup> groups;
  std::vector<const ParamRule*> followed;
  for (const auto& [name, param] : named) {
    const ParamRule* rule = rule_of(name, rules);
    if (rule)
      followed.push_back(rule);
    const double scale = rule ? rule->lr : 1;
    const std::optional<double> decay = rule ? rule->weight_decay : std::nullopt;
    const auto same = [&](const ParamGroup& group) {
      return group.lr_scale == scale && group.weight_decay == decay;
    };
    auto group = std::find_if(groups.begin(), groups.end(), same);
    if (group == groups.end())
      group = groups.insert(groups.end(), {.params = {}, .lr_scale = scale, .weight_decay = decay});
    group->params.push_back(param);
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
