// A mistake in a line of the configuration, with the key it stands under. For .cc files.
#pragma once

#include <string>

#include "hebb/base/error.h"

namespace hebb {

template <class F>
auto at_key(const std::string& key, F&& f) {
  try {
    return f();
  } catch (const Error& error) { throw Error(ErrorKind::usage, key, error.what()); }
}

}  // namespace hebb
