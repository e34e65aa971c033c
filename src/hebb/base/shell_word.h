// A word of a command line that a person can paste into a shell.
#pragma once

#include <string>

namespace hebb {

// Unchanged when the shell needs no quotes, else in quotes: 'a b', or $'a\x1bb' when there are
// control characters.
std::string shell_word(const std::string& word);

}  // namespace hebb
