// How a schema names an operand: "bias?" may be left out, "tensors*" is a list. For .cc files.
#pragma once

#include <string_view>

namespace hebb {

inline bool is_list(std::string_view slot) {
  return slot.ends_with('*');
}
inline bool is_optional(std::string_view slot) {
  return slot.ends_with('?');
}
// The number that a random operator draws from: the host's, whatever device draws.
inline bool is_random_key(std::string_view slot) {
  return slot == "key" || slot == "key?";
}
inline std::string_view plain(std::string_view slot) {
  return is_list(slot) || is_optional(slot) ? slot.substr(0, slot.size() - 1) : slot;
}

}  // namespace hebb
