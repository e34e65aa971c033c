#include "hebb/train/checkpoint.h"

namespace hebb {

StateDict part_of(const StateDict& tensors, const std::string& prefix) {
  StateDict out;
  for (const auto& [name, tensor] : tensors)
    if (name.starts_with(prefix))
      out.emplace_back(name.substr(prefix.size()), tensor);
  return out;
}

void add_part(StateDict& all, const std::string& prefix, const StateDict& part) {
  for (const auto& [name, tensor] : part)
    all.emplace_back(prefix + name, tensor);
}

}  // namespace hebb
