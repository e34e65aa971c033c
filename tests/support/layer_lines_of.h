// The lines of layers that stand in no block, to be compared with texts.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "hebb/nn/layer_list.h"

namespace hebb::test {

inline std::vector<std::string> lines_of(const nn::LayerList& layers) {
  std::vector<std::string> lines;
  for (const nn::LayerItem& item : layers)
    lines.push_back(std::get<std::string>(item));
  return lines;
}

}  // namespace hebb::test
