// A word of a command line that a person can paste into a shell.
#pragma once

#include <string>

namespace hebb {

// As it is where the shell takes it so, else in quotes: 'a b', and $'a\x1bb' where there are
// control characters.
std::string shell_word(const std::string& word);

}  // namespace hebb
