// A mistake in a line of the configuration, with the key it stands under; trouble of the machine is no such mistake and passes as it is.
// For .cc files.
#pragma once

#include <string>

#include "hebb/base/error.h"

namespace hebb {

template <class F>
auto at_key(const std::string& key, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::io) throw;
    throw Error(ErrorKind::usage, key, error.what());
  }
}

}  // namespace hebb
