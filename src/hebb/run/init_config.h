// A configuration for data that were looked at: it trains as it stands, and its comments say what
// was seen and why it says what it says. What `hebb init FILE.toml --data X` writes.
#pragma once

#include <string>

#include "hebb/data/table.h"
#include "hebb/run/data_setup.h"

namespace hebb {

struct InitOptions {
  std::string data;  // a table, a folder of class folders (or of train and test), an .npz file
  std::string target = {};  // of a table; empty: the column with a usual name, else the last one
  data::TableReading reading = {};
  DataPlace place = {};
};

// file: the configuration's name, for the commands in its comments. Errors: the data cannot be read
// (as data::open has it), or nothing can be learned from them (usage).
std::string config_for(const std::string& file, const InitOptions& options);

}  // namespace hebb
