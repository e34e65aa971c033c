// The commands of the program, one file each: a function that adds the sub-command to the
// application. What runs when it was given is set as its callback; an hebb::Error that leaves it
// becomes the exit status in main.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hebb/base/json.h"
#include "hebb/cli/command_line.h"

namespace hebb::cli {

struct Global {  // flags of every command, before or after its name
  std::string program =
      "hebb";  // as it was called, so that a person can paste the commands that are shown
  bool json = false, quiet = false;
  std::optional<int> threads;
  std::optional<int64_t> seed;
};

void add_course_check_command(Command& hebb, const Global& global);
void add_data_command(Command& hebb, const Global& global);
void add_doctor_command(Command& hebb, const Global& global);
void add_eval_command(Command& hebb, const Global& global);
void add_help_command(Command& hebb, const Global& global);
void add_init_command(Command& hebb, const Global& global);
void add_metrics_command(Command& hebb, const Global& global);
void add_ops_command(Command& hebb, const Global& global);
void add_predict_command(Command& hebb, const Global& global);
void add_runs_command(Command& hebb, const Global& global);
void add_summary_command(Command& hebb, const Global& global);
void add_train_command(Command& hebb, const Global& global);
void add_version_command(Command& hebb, const Global& global);

// To standard output: a line for people, and the one value that --json asks for.
void print_line(const std::string& line);
void print_json(const Json& json);
void say_line(std::string_view line);   // to standard error: what goes on meanwhile
void say_error(std::string_view text);  // to standard error: "hebb: TEXT"

}  // namespace hebb::cli
