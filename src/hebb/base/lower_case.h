// A to Z as a to z; all other bytes stay. Of names of files, columns and words: no locale changes
// it.
#pragma once

#include <string>
#include <string_view>

namespace hebb {

constexpr char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

inline std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = lower_case(c);
  return out;
}

}  // namespace hebb
