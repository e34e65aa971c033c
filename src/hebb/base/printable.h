// Text from files (names, labels, keys) made safe for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace hebb {

// Writes control characters (C0, C1, DEL) as \x1B, so that text from outside cannot move the cursor
// or set a title. All else, also UTF-8, stays. lines: newlines and tabs stay, too.
std::string printable(std::string_view text, bool lines = false);

}  // namespace hebb
