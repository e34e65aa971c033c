// What may be written to a stream besides plain lines. Honours NO_COLOR (no-color.org) and
// TERM=dumb.
#pragma once

#include <cstdio>

namespace hebb {

struct Terminal {
  bool redraws = false;  // a line can be written over: a terminal that is not dumb
  bool colours = false;  // the same, and nobody asked for no colours
  int columns = 80;      // how wide a line may be; 80 where nobody knows
};
Terminal terminal_of(std::FILE* stream);

}  // namespace hebb
