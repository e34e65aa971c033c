// hebb runs compare and plot, and what all of `hebb runs` says of a run.
#pragma once

#include <string>

#include "hebb/cli/commands.h"
#include "hebb/run/run_record.h"

namespace hebb::cli {

void add_runs_compare_commands(Command& runs, const Global& global);

Json run_json(const RunRecord& run);
void say_trouble(const RunRecord& run, const Global& global);  // in one line, if there is some
std::string indented(const std::string& lines);                // by two blanks

}  // namespace hebb::cli
