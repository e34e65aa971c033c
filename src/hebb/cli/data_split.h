// hebb data split.
#pragma once

#include <string>

#include "hebb/cli/commands.h"

namespace hebb::cli {

// spec: what its data may be, for the help. data_dir: of `hebb data`, before the sub-command.
void add_data_split_command(Command& data, const std::string& spec, std::string& data_dir,
                            const Global& global);

}  // namespace hebb::cli
