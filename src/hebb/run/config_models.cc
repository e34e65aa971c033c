// The model of a configuration, or the several that it trains together.
#include "hebb/base/check.h"
#include "hebb/run/config_check.h"

namespace hebb {

std::vector<std::pair<std::string, ModelConfig*>> parts_of(Config& config) {
  std::vector<std::pair<std::string, ModelConfig*>> out;
  for_each_field(config, [&](std::string_view name, auto& table) {
    if constexpr (std::is_same_v<std::decay_t<decltype(table)>, std::optional<ModelConfig>>)
      if (table)
        out.emplace_back(name, &*table);
  });
  return out;
}

std::vector<std::pair<std::string, const ModelConfig*>> parts_of(const Config& config) {
  std::vector<std::pair<std::string, const ModelConfig*>> out;
  for (const auto& [name, part] : parts_of(const_cast<Config&>(config)))
    out.emplace_back(name, part);
  return out;
}

void check_models(const Config& c, const ConfigPlaces& places) {
  const auto parts = parts_of(c);
  check_in(!parts.empty() || !c.model.layers.empty() || !c.model.name.empty(), ErrorKind::usage,
           places.file(), "[model] has no layers; see `hebb help layers`");
  for (const auto& [name, part] : parts) {
    check_in(c.model.layers.empty() && c.model.name.empty(), ErrorKind::usage,
             places.of("model.layers"),
             "there is [{}] beside [model]; it should be one or the other", name);
    check_in(!part->layers.empty(), ErrorKind::usage, places.file(),
             "[{}] has no layers; see `hebb help layers`", name);
  }
  check_in(c.model.noise == 0 && c.model.optimizer.empty(), ErrorKind::usage,
           places.of(c.model.noise ? "model.noise" : "model.optimizer"),
           "'model.{}' is for one of several models, [generator] or [discriminator]{}",
           c.model.noise ? "noise" : "optimizer",
           c.model.noise ? "" : "; train.optimizer is that of a single one");
}

}  // namespace hebb
