// Where a command's data come from: --data-dir, the same for all of them.
#pragma once

#include <string>

#include "hebb/cli/commands.h"
#include "hebb/run/data_setup.h"

namespace hebb::cli {

void add_data_dir(Command& command, std::string& folder);
DataPlace data_place(const std::string& folder, const Global& global);

}  // namespace hebb::cli
