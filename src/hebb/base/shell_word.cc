#include "hebb/base/shell_word.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace hebb {

std::string shell_word(const std::string& word) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  const auto is_plain = [&](char c) { return plain.find(c) != std::string_view::npos; };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain))
    return word;
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  if (std::any_of(word.begin(), word.end(), is_control)) {
    std::string out = "$'";
    for (unsigned char c : word) {
      if (is_control(c))
        out += fmt::format("\\x{:02x}", c);
      else
        out += (c == '\'' || c == '\\' ? "\\" : "") + std::string(1, char(c));
    }
    return out + "'";
  }
  std::string out = "'";
  for (char c : word)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace hebb
