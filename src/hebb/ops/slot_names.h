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
// Whether the slot, an operator's last, is for a random key, which lies in the host's memory for
// every device.
inline bool is_random_key(std::string_view slot) {
  return slot == "key" || slot == "key?" || slot == "dropout_key?";
}
inline std::string_view plain(std::string_view slot) {
  return is_list(slot) || is_optional(slot) ? slot.substr(0, slot.size() - 1) : slot;
}

}  // namespace hebb
