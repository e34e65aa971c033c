// JSON as the .cc files of this floor see it. Not for public headers.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace hebb {

using Json = nlohmann::ordered_json;

// An object of attributes; NaN, Infinity and -Infinity, which Python writes, are taken as "nan", "inf" and "-inf".
// Error: no JSON, or no object.
Json parse_attributes(std::string_view text);

}  // namespace hebb
