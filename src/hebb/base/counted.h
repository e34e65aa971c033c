// Whole numbers as people read them: 1,234,567.
#pragma once

#include <cstdint>
#include <string>

namespace hebb {

std::string counted(int64_t n);

}  // namespace hebb
