// What a class is called.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hebb {

// Its number where it has no name.
std::string class_name(const std::vector<std::string>& labels, int64_t index);

}  // namespace hebb
