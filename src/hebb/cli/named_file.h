// Files that the command line names: looked at first, before the work. Nobody but the person who
// typed a name can say what it should be: errors are of kind usage.
#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include "hebb/base/check.h"
#include "hebb/base/file.h"

namespace hebb::cli {

// Error: its folder is not there.
inline void check_output_file(const std::string& file) {
  std::error_code error;
  const fs::path folder = fs::path(file).parent_path();
  check_in(folder.empty() || fs::is_directory(folder, error), ErrorKind::usage, file,
           "there is no folder {}", folder.string());
}

// Error: the file to write is one that the command reads. Names may be empty: not given. input: "-"
// is standard input, which may come from a file.
inline void check_not_read(const std::string& output, const std::string& input) {
  std::error_code error;
  const std::string read = input == "-" ? "/dev/stdin" : input;
  check_in(output.empty() || read.empty() || !fs::equivalent(output, read, error), ErrorKind::usage,
           output, "is read by this command, and is not written over");
}

// Error: it is not there. what: "file", "picture".
inline void check_input_file(const std::string& file, std::string_view what = "file") {
  std::error_code error;
  check_in(fs::exists(file, error) || error, ErrorKind::usage, file, "there is no such {}", what);
}

}  // namespace hebb::cli
