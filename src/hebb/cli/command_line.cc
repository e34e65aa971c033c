#include "hebb/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "hebb/base/error.h"
#include "hebb/base/nearest.h"

namespace hebb::cli {
namespace {

// What CLI11 says, in one line.
std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(0, text.find('\n'));
}

// CLI11 takes an unknown first word for a missing command.
void refuse_unknown_command(const CLI::App& app) {
  if (!app.get_subcommands().empty() || app.remaining().empty()) return;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  throw Error(ErrorKind::usage, "", unknown_word("command", app.remaining()[0], names));
}

}  // namespace

Option& Option::required() { return option_->required(), *this; }
Option& Option::type_name(const std::string& name) { return option_->type_name(name), *this; }
Option& Option::positive() {
  option_->check([this_name = option_->get_name()](const std::string& given) {
    return std::strtod(given.c_str(), nullptr) > 0 ? std::string() : this_name + " is " + given + ", should be above 0";
  });
  return *this;
}
Option& Option::between(int64_t least, int64_t most) {
  option_->check([=](const std::string& text) {  // CLI::Range compares as double, and reads too large a number as the largest
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool holds = error == std::errc() && end == text.data() + text.size() && value >= least && value <= most;
    return holds ? std::string() : text + " should be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  });
  return *this;
}
Option& Option::repeated() { return option_->allow_extra_args(false), *this; }
Option& Option::comma_separated() { return option_->delimiter(','), *this; }

Command Command::add(const std::string& name, const std::string& what) { return Command(app_->add_subcommand(name, what)); }
void Command::require_command() { app_->require_subcommand(1); }

template <class T>
Option Command::option(const std::string& names, T& value, const std::string& what) {
  return Option(app_->add_option(names, value, what));
}
template Option Command::option(const std::string&, std::string&, const std::string&);
template Option Command::option(const std::string&, int&, const std::string&);
template Option Command::option(const std::string&, int64_t&, const std::string&);
template Option Command::option(const std::string&, double&, const std::string&);
template Option Command::option(const std::string&, std::optional<int>&, const std::string&);
template Option Command::option(const std::string&, std::optional<int64_t>&, const std::string&);
template Option Command::option(const std::string&, std::optional<uint64_t>&, const std::string&);
template Option Command::option(const std::string&, std::optional<double>&, const std::string&);
template Option Command::option(const std::string&, std::vector<std::string>&, const std::string&);
template Option Command::option(const std::string&, std::vector<double>&, const std::string&);

void Command::flag(const std::string& names, bool& value, const std::string& what) { app_->add_flag(names, value, what); }

void Command::run(std::function<void()> action) { app_->callback(std::move(action)); }
bool Command::was_given() const { return app_->parsed(); }
bool Command::was_given(const std::string& option) const { return app_->count(option) > 0; }

std::string Command::name() const { return app_->get_name(); }
std::string Command::what() const { return app_->get_description(); }
std::string Command::help() const { return app_->help(app_->get_parent() ? app_->get_parent()->get_name() : ""); }
std::vector<Command> Command::commands() const {
  std::vector<Command> out;
  for (CLI::App* command : app_->get_subcommands({})) out.emplace_back(command);
  return out;
}

CommandLine::CommandLine(const std::string& name, const std::string& what, const std::string& version)
    : app_(std::make_unique<CLI::App>(what, name)) {
  app_->set_version_flag("--version", name + " " + version);
  app_->fallthrough();  // global flags may follow the command
}
CommandLine::~CommandLine() = default;

void CommandLine::before_commands(std::function<void()> action) { app_->parse_complete_callback(std::move(action)); }

int CommandLine::parse_and_run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app_->exit(success);
  } catch (const CLI::ParseError& error) {
    refuse_unknown_command(*app_);
    std::string command = app_->get_name();
    for (const CLI::App* app = app_.get(); !app->get_subcommands().empty(); command += " " + app->get_name())
      app = app->get_subcommands().front();
    throw Error(ErrorKind::usage, "", one_line(error.what()) + "; see " + command + " --help");
  }
  return 0;
}

}  // namespace hebb::cli
