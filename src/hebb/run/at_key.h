// Trouble with what a key of the configuration says, told with the key. For .cc files.
#pragma once

#include <string>

#include "hebb/base/error.h"

namespace hebb {

// A mistake in the line itself; trouble of the machine and a person's Ctrl-C are no such mistakes
// and pass as they are.
template <class F>
decltype(auto) at_key(const std::string& key, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::io || error.kind() == ErrorKind::interrupted)
      throw;
    throw Error(ErrorKind::usage, key,
                error.where().empty() ? error.message() : error.where() + ": " + error.message(),
                error.details());
  }
}

// A data set or file that the key names: what is wrong in it is no mistake of the configuration.
template <class F>
auto at_spec(const std::string& key, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted)
      throw;
    const std::string where =
        error.where().empty() || error.where() == "data" ? "" : error.where() + ": ";
    throw Error(error.kind(), key, where + error.message(), error.details());
  }
}

}  // namespace hebb
