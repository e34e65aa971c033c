#include "hebb/optim/penalty.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/base/family.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/reduce.h"

namespace hebb::optim {
namespace {

constexpr Note strength_note{.field = "strength",
                             .place = 1,
                             .needed = true,
                             .at_least = 0,
                             .what = "what the sum is multiplied by"};
constexpr Note all_params_note{.field = "all_params",
                               .aliases = {"biases"},
                               .what = "also of biases and other parameters of one dimension"};

struct StrengthOptions {
  double strength = 0;
  bool all_params = false;
  HEBB_FIELDS(strength, all_params)
  static constexpr Note notes[] = {strength_note, all_params_note};
};
struct ElasticNetOptions {
  double l1 = 0, l2 = 0;
  bool all_params = false;
  HEBB_FIELDS(l1, l2, all_params)
  static constexpr Note notes[] = {
      {.field = "l1", .place = 1, .needed = true, .at_least = 0, .what = "strength of the sizes"},
      {.field = "l2", .place = 2, .needed = true, .at_least = 0, .what = "strength of the squares"},
      all_params_note};
};

struct PenaltyEntry {
  std::string_view name, what;
  const OptionsType* options;
  Penalty (*make)(const void* options);
};

Penalty l1_of(const void* options) {
  const auto& o = as<StrengthOptions>(options);
  return {.l1 = o.strength, .all_params = o.all_params};
}
Penalty l2_of(const void* options) {
  const auto& o = as<StrengthOptions>(options);
  return {.l2 = o.strength, .all_params = o.all_params};
}
Penalty elastic_net_of(const void* options) {
  const auto& o = as<ElasticNetOptions>(options);
  return {.l1 = o.l1, .l2 = o.l2, .all_params = o.all_params};
}

constexpr PenaltyEntry l1{"l1", "the sum of the sizes of all weights",
                          &options_type<StrengthOptions>, l1_of};
constexpr PenaltyEntry l2{"l2", "the sum of the squares of all weights",
                          &options_type<StrengthOptions>, l2_of};
constexpr PenaltyEntry elastic_net{"elastic_net", "both", &options_type<ElasticNetOptions>,
                                   elastic_net_of};

const Family<PenaltyEntry>& penalties() {
  static const Family<PenaltyEntry> all("penalty", {&l1, &l2, &elastic_net});
  return all;
}

}  // namespace

void check_penalty(const Penalty& options) {
  for (double strength : {options.l1, options.l2})
    check_in(strength >= 0 && std::isfinite(strength), ErrorKind::usage, "penalty",
             "has the strength {}, should be at least 0 and finite", strength);
}

Tensor penalty(const std::vector<Tensor>& parameters, const Penalty& options) {
  check_penalty(options);
  Tensor out;
  const auto add = [&](const Tensor& part) { out = out.defined() ? out + part : part; };
  for (const Tensor& param : parameters) {
    if (!param.requires_grad() || (param.dim() < 2 && !options.all_params))
      continue;
    if (options.l1 > 0)
      add(options.l1 * param.abs().sum());
    if (options.l2 > 0)
      add(options.l2 * param.square().sum());
  }
  return out.defined() ? out : zeros({});
}

Penalty parse_penalty(std::string_view line) {
  return penalties().parse(
      line, [](const PenaltyEntry& entry, const void* options) { return entry.make(options); });
}

std::vector<SpecHelp> penalty_help() {
  return penalties().help();
}

}  // namespace hebb::optim
