#include "hebb/run/config_places.h"

#include <fmt/format.h>

namespace hebb {

std::string ConfigPlaces::of(const std::string& key) const {
  const auto found = places_.find(key);
  return found == places_.end() ? file_ : found->second;
}

std::string ConfigPlaces::of(const toml::node& node, const std::string& item) const {
  const std::string key = item.substr(0, item.find('['));
  for (const Setting& given : set_)
    if (key == given.path || key.starts_with(given.path + "."))
      return "--set " + given.path;
  const auto line = node.source().begin.line;
  if (line == 0)  // no file holds it
    for (const Setting& given : set_)
      if (given.path.starts_with(key + "."))
        return "--set " + given.path;
  return line > 0 ? fmt::format("{}:{}", file_, line) : file_;
}

const std::string* ConfigPlaces::set_value(std::string_view key) const {
  for (auto given = set_.rbegin(); given != set_.rend(); ++given)  // the last one counts
    if (given->path == key)
      return &given->value;
  return nullptr;
}

}  // namespace hebb
