// Text from files (names, labels, keys) made safe for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace hebb {

// Control characters (those of C0 and C1, DEL) as \x1B, so that no text from outside moves a cursor
// or sets a title; everything else, also UTF-8, stays. lines: newlines and tabs stay, too.
std::string printable(std::string_view text, bool lines = false);

}  // namespace hebb
