// What is done to a TOML text before its parser sees it.
#pragma once

#include <string>
#include <string_view>

namespace hebb {

// The same document with the characters beyond ASCII in its basic strings written as \uXXXX. toml++ asks of such a character whether it is
// white space wherever one may stand, and for most of them the answer is undefined; in TOML they mean something in strings and comments
// only. Error of kind usage, whose where() is `where` with the line: one stands elsewhere, or bytes are no UTF-8.
std::string ascii_toml(std::string_view text, const std::string& where);

}  // namespace hebb
