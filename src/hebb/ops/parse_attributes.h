// The JSON text of `--attrs` as an object. Not for public headers.
#pragma once

#include <string_view>

#include "hebb/base/json.h"

namespace hebb {

// An object of attributes; NaN, Infinity and -Infinity, which Python writes, are taken as "nan",
// "inf" and "-inf". Error: not JSON, or not an object.
Json parse_attributes(std::string_view text);

}  // namespace hebb
