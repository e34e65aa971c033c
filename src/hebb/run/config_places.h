// Where the keys of a configuration stand: a line of the file, or --set. For messages.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/run/config_toml.h"

namespace hebb {

class ConfigPlaces {
 public:
  // file: the name of the file; set: what --set has given.
  ConfigPlaces(std::string file, std::vector<Setting> set)
      : file_(std::move(file)), set_(std::move(set)) {}

  const std::string& file() const { return file_; }
  void note(const std::string& key, std::string place) { places_[key] = std::move(place); }

  // Of a key that was read; of any other the file.
  std::string of(const std::string& key) const;
  // Of a node, which may be an item of a list: model.layers[2].
  std::string of(const toml::node& node, const std::string& item) const;
  bool was_read(const std::string& key) const { return places_.contains(key); }
  // By --set, not as a part of a table; null: it is not. As it was written.
  const std::string* set_value(std::string_view key) const;

 private:
  std::string file_;
  std::vector<Setting> set_;
  std::map<std::string, std::string> places_;  // of the keys that were read
};

}  // namespace hebb
