// The text of a configuration as TOML, with what --set lays over it. For .cc files.
#pragma once

#include <string>
#include <string_view>

#define TOML_EXCEPTIONS 1
#define TOML_HEADER_ONLY 0  // its library holds the parser
#include <toml++/toml.h>

namespace hebb {

struct Setting {  // of --set, as it was written
  std::string path, value;
};

// Error (usage): this is not TOML, with the line.
toml::table parse_toml(std::string_view text, const std::string& where);

// Lays "train.epochs=3" over the table. The value is TOML; a bare word is taken as a text. Error
// (usage): neither a key nor a value.
Setting apply_setting(toml::table& root, const std::string& setting);

}  // namespace hebb
