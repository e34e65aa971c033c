#include "hebb/base/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace hebb {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// Of a terminal; 80 where it does not say.
int columns_of(int file) {
  constexpr int usual = 80, least = 20, most = 1000;
  winsize size{};
  if (::ioctl(file, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return usual;
  return std::clamp(int(size.ws_col), least, most);
}

}  // namespace

Terminal terminal_of(std::FILE* stream) {
  const int file = ::fileno(stream);
  Terminal out;
  out.redraws = ::isatty(file) != 0 && variable("TERM") != "dumb";
  out.colours = out.redraws && variable("NO_COLOR").empty();
  if (out.redraws)
    out.columns = columns_of(file);
  return out;
}

}  // namespace hebb
