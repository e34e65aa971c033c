#include "hebb/cli/data_place.h"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>

namespace hebb::cli {

void add_data_dir(CLI::App& command, std::string& folder) {
  command.add_option("--data-dir", folder, "folder of data sets (default: $HEBB_DATA, ./data, the user's cache; else they are downloaded)")->type_name("DIR");
}

DataPlace data_place(const std::string& folder, const Global& global) {
  DataPlace out{.folder = folder};
  if (global.quiet) return out;
  // On a terminal one line that is written over, elsewhere a line when a file begins.
  out.progress = [terminal = ::isatty(STDERR_FILENO) != 0, last = std::make_shared<std::string>()](std::string_view file, uint64_t done, uint64_t total) {
    const bool complete = total > 0 && done >= total;
    const bool first = *last != file;
    *last = file;
    if (terminal) fmt::print(stderr, "\r\033[Kdownloading {}: {:.1f}{} MB{}", file, double(done) / 1e6, total ? fmt::format(" of {:.1f}", double(total) / 1e6) : "", complete ? "\n" : "");
    else if (first) fmt::print(stderr, "downloading {}\n", file);
    return true;
  };
  return out;
}

}  // namespace hebb::cli
