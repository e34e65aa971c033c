#include "hebb/cli/data_place.h"

#include "hebb/cli/download_line.h"

namespace hebb::cli {

void add_data_dir(Command& command, std::string& folder) {
  command
      .option("--data-dir", folder,
              "folder of data sets (default: $HEBB_DATA, ./data, the user's cache; else they are "
              "downloaded)")
      .type_name("DIR");
}

DataPlace data_place(const std::string& folder, const Global& global) {
  return {.folder = folder, .progress = download_line(global.quiet)};
}

}  // namespace hebb::cli
