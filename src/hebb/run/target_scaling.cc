#include "hebb/run/target_scaling.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/data/dataset_stats.h"

namespace hebb {
namespace {

constexpr double large = 10;  // from where on a network learns a quantity late

std::string which(const data::TargetStats& stats, size_t i) {
  return stats.mean.size() == 1 ? "the target" : fmt::format("the target {}", i);
}

// Who sees a loss of 1e10 should know where it comes from.
void note_scale(const data::Dataset& train, const data::TargetStats& stats,
                std::vector<std::string>& notes) {
  for (size_t i = 0; i < stats.mean.size(); ++i) {
    const double scale = std::max(std::fabs(stats.mean[i]), stats.std[i]);
    if (scale < large)
      continue;
    notes.push_back(fmt::format(
        "{}: {} has mean {:.6g} and deviation {:.6g}; a network learns sooner what is near 1: "
        "normalize_target = \"auto\" in [data] does that, or another unit",
        train.name(), which(stats, i), stats.mean[i], stats.std[i]));
    return;  // one is enough to think of it
  }
}

// -> whether there was one.
bool note_lost_spread(const data::Dataset& train, const data::TargetStats& stats,
                      const char* remedy, std::vector<std::string>& notes) {
  for (size_t i = 0; i < stats.mean.size(); ++i) {
    if (!data::f32_loses_spread(stats.mean[i], stats.std[i]))
      continue;
    notes.push_back(fmt::format(
        "{}: {} has mean {:.10g} and deviation {:.6g}, which f32 hardly tells apart; {}",
        train.name(), which(stats, i), stats.mean[i], stats.std[i], remedy));
    return true;
  }
  return false;
}

// Its steps of inputs are those that the parts have.
void use_target_of(const data::Recipe& recipe, RunData& data) {
  data.recipe = recipe;
  for (data::Dataset* part : {&data.train, &data.validation, &data.test})
    if (!part->empty())
      *part = part->with_recipe(recipe, part->recipe_entry());
}

}  // namespace

void scale_targets(DataConfig& config, const Loss& loss, RunData& data) {
  const data::Dataset& train = data.train;
  const bool quantities = train.task() == data::Task::regression,
             suits =
                 quantities && loss.outputs() == Outputs::numbers && loss.takes_scaled_targets();
  if (!config.normalize_target)
    config.normalize_target = suits ? "auto" : "none";
  if (!quantities)
    return;
  const data::TargetStats stats = data::target_statistics(train);
  const bool scaled = suits && *config.normalize_target == "auto",
             exact = train.source().target_in_f64(0) != nullptr;
  if (!scaled) {
    if (!note_lost_spread(train, stats,
                          exact ? "normalize_target = \"auto\" in [data] keeps its digits"
                                : "subtract the mean before it is written",
                          data.notes))
      note_scale(train, stats, data.notes);
    return;
  }
  if (!exact)
    note_lost_spread(train, stats, "subtract the mean before it is written", data.notes);
  const data::Schema given = train.source().schema();
  use_target_of(data.recipe.with_fitted_target(*data::find_target(given)).fitted(train), data);
  data.notes.emplace_back(
      "the target is learned less its mean, by its deviation (normalize_target = \"auto\" in "
      "[data]): the loss is that of these numbers, metrics and predictions are in the target's own "
      "unit");
}

}  // namespace hebb
