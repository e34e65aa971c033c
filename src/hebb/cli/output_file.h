// A file that the command line names to be written: looked at first, before the work whose result it shall hold.
#pragma once

#include <string>
#include <system_error>

#include "hebb/base/check.h"
#include "hebb/base/file.h"

namespace hebb::cli {

// Error (usage): its folder is not there; nobody but the person who typed it can say where it should be.
inline void check_output_file(const std::string& file) {
  std::error_code error;
  const fs::path folder = fs::path(file).parent_path();
  check_in(folder.empty() || fs::is_directory(folder, error), ErrorKind::usage, file, "there is no folder {}", folder.string());
}

}  // namespace hebb::cli
