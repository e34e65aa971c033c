#include "hebb/base/terminal.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace hebb {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

Terminal terminal_of(std::FILE* stream) {
  const bool redraws = ::isatty(::fileno(stream)) != 0 && variable("TERM") != "dumb";
  return {redraws, redraws && variable("NO_COLOR").empty()};
}

}  // namespace hebb
