// Trouble with what a key of the configuration says, told with the key. For .cc files.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

#include "hebb/base/error.h"

namespace hebb {

// A mistake in the line itself; trouble of the machine and a person's Ctrl-C are no such mistakes and pass as they are.
template <class F>
auto at_key(const std::string& key, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::io || error.kind() == ErrorKind::interrupted) throw;
    throw Error(ErrorKind::usage, key, error.where().empty() ? error.message() : error.where() + ": " + error.message(), error.details());
  }
}

// A data set or file that the key names. That it is not there is a mistake of the configuration; what is wrong in it is not.
template <class F>
auto at_spec(const std::string& key, const std::string& spec, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::interrupted) throw;
    std::error_code unknown;
    const bool missing = error.kind() == ErrorKind::io && error.where() == spec && !std::filesystem::exists(spec, unknown);
    const std::string where = error.where().empty() || error.where() == "data" ? "" : error.where() + ": ";
    throw Error(missing ? ErrorKind::usage : error.kind(), key, where + error.message(), error.details());
  }
}

}  // namespace hebb
