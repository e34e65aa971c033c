// The commands of the program, one file each: a function that adds the sub-command to the application. What runs when it was given
// is set as its callback; an hebb::Error that leaves it becomes the exit status in main.cc.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>

namespace hebb::cli {

struct Global {  // flags of every command, before or after its name
  bool json = false, quiet = false;
  std::optional<int> threads;
  std::optional<uint64_t> seed;
};

void add_data_command(CLI::App& app, const Global& global);
void add_doctor_command(CLI::App& app, const Global& global);
void add_eval_command(CLI::App& app, const Global& global);
void add_help_command(CLI::App& app, const Global& global);
void add_init_command(CLI::App& app, const Global& global);
void add_metrics_command(CLI::App& app, const Global& global);
void add_ops_command(CLI::App& app, const Global& global);
void add_predict_command(CLI::App& app, const Global& global);
void add_summary_command(CLI::App& app, const Global& global);
void add_train_command(CLI::App& app, const Global& global);
void add_version_command(CLI::App& app, const Global& global);

// Prints one line to standard output; with --json it is the last one, a JSON value.
void print_line(const std::string& line);

}  // namespace hebb::cli
