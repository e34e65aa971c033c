// The style sheet of every page that hebb draws.
#pragma once

#include <string_view>

namespace hebb::page {

extern const std::string_view style;

}  // namespace hebb::page
