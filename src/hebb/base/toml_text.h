// What is done to a TOML text before its parser sees it.
#pragma once

#include <string>
#include <string_view>

namespace hebb {

constexpr size_t most_toml_levels = 100;

// The same document in ASCII: literal strings become basic ones, characters beyond ASCII become
// escapes in strings and question marks in comments. toml++ asks of such a character whether it is
// white space almost wherever one stands, and for most of them the answer is undefined. Error of
// kind usage, whose where() is `where` with the line: one stands outside strings and comments, or
// bytes are no UTF-8, or tables and lists are nested deeper than most_toml_levels, which no stack
// would bear.
std::string ascii_toml(std::string_view text, const std::string& where);

}  // namespace hebb
