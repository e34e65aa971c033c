// What an argument of a line may be, for help and pages.
#pragma once

#include <string>

#include "hebb/base/options.h"

namespace hebb::cli {

std::string option_text(const OptionHelp& option);  // "a sentence (above 0; also kernel)"

}  // namespace hebb::cli
