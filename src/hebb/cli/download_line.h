// The line that shows how far a download is.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace hebb::cli {

// Asked to stop when a signal came (base/interrupt.h).
std::function<bool(std::string_view file, uint64_t done, uint64_t total)> download_line(bool quiet);

}  // namespace hebb::cli
