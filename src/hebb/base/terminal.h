// What may be written to a stream besides plain lines. Honours NO_COLOR (no-color.org) and
// TERM=dumb.
#pragma once

#include <cstdio>

namespace hebb {

struct Terminal {
  bool redraws = false;  // a line can be written over: it is a terminal, and no dumb one
  bool colours = false;  // and nobody asked for none
};
Terminal terminal_of(std::FILE* stream);

}  // namespace hebb
