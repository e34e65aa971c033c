#include "hebb/run/side_columns.h"

#include <algorithm>

namespace hebb {

std::vector<std::string> side_names(const std::vector<std::string>& columns,
                                    const std::vector<std::string>& taken) {
  std::vector<std::string> out;
  const auto is_taken = [&](const std::string& name) {
    return std::find(taken.begin(), taken.end(), name) != taken.end() ||
           std::find(out.begin(), out.end(), name) != out.end();
  };
  for (std::string name : columns) {
    while (is_taken(name))
      name = "input_" + name;
    out.push_back(std::move(name));
  }
  return out;
}

}  // namespace hebb
