// check() and fail() with fmt's format strings. For .cc files: public headers stay free of fmt.
// Parts are formatted only on failure.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hebb/base/error.h"

namespace hebb {

template <class... Args>
[[noreturn]] void fail(ErrorKind kind, std::string_view where, fmt::format_string<Args...> format,
                       Args&&... args) {
  throw Error(kind, std::string(where), fmt::format(format, std::forward<Args>(args)...));
}

// A wrong value, shape or type. The dispatcher adds the operator's name and operands.
template <class... Args>
void check(bool holds, fmt::format_string<Args...> format, Args&&... args) {
  if (!holds) [[unlikely]]
    throw Error(ErrorKind::invalid, "", fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void check_in(bool holds, ErrorKind kind, std::string_view where,
              fmt::format_string<Args...> format, Args&&... args) {
  if (!holds) [[unlikely]]
    throw Error(kind, std::string(where), fmt::format(format, std::forward<Args>(args)...));
}

// An assertion about our own code.
inline void promise(bool holds, std::string_view what) {
  if (!holds) [[unlikely]]
    bug(what);
}

}  // namespace hebb
