// The options of a command line that say how a table is read, where that is not as it looks.
#pragma once

#include <string>
#include <vector>

#include "hebb/cli/command_line.h"
#include "hebb/data/table.h"

namespace hebb::cli {

struct TableWishes {
  CsvWishes written;
  std::string header;  // "true", "false"; empty: by looking
  std::vector<std::string> categorical, kinds, missing;
};

// wishes: has to live as long as the command.
void add_table_options(Command& command, TableWishes& wishes);
// Error (usage): an option holds what it cannot.
data::TableReading reading_of(const TableWishes& wishes);

}  // namespace hebb::cli
