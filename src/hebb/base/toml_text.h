// Prepares a TOML text for its parser.
#pragma once

#include <string>
#include <string_view>

namespace hebb {

constexpr size_t most_toml_levels = 100;

// The same document in ASCII: literal strings become basic ones; characters beyond ASCII become
// escapes in strings and question marks in comments. The reason: toml++ asks nearly everywhere
// whether a character is white space, which is undefined for most characters beyond ASCII. Error
// (usage, where() is `where` with the line): such a character stands outside strings and comments,
// bytes are not UTF-8, or tables and lists are nested deeper than most_toml_levels, which would
// overflow the stack.
std::string ascii_toml(std::string_view text, const std::string& where);

// A text as a basic string, in its quotes, on one line.
std::string toml_quoted(std::string_view text);
// A name as a key: as it stands where that may be, else in quotes: x, "a.1".
std::string toml_key(std::string_view name);

}  // namespace hebb
