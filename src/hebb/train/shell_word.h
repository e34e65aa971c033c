// A word of a command line that a person can paste into a shell. For .cc files.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace hebb {

// As it is where the shell takes it so, else in single quotes.
inline std::string shell_word(const std::string& word) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  const auto is_plain = [&](char c) { return plain.find(c) != std::string_view::npos; };
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
  std::string out = "'";
  for (char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace hebb
