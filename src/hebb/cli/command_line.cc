#include "hebb/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <type_traits>
#include <utility>

#include "hebb/base/error.h"
#include "hebb/base/nearest.h"

namespace hebb::cli {
namespace {

std::vector<std::string> names_of(const std::vector<const CLI::App*>& commands) {
  std::vector<std::string> names;
  for (const CLI::App* command : commands)
    names.push_back(command->get_name());
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : ", ") + word;
  return text;
}

// A word that nobody takes: an option that is not there, or one argument too many.
std::string unexpected(const CLI::App& root, const CLI::App& command) {
  const std::vector<std::string> left = root.remaining(true);
  const auto option = std::find_if(left.begin(), left.end(),
                                   [](const std::string& word) { return word.starts_with("-"); });
  if (option == left.end())
    return "'" + (left.empty() ? "" : left.front()) + "' is one argument too many";
  std::vector<std::string> names;
  for (const CLI::App* app : {&command, &root})
    for (const CLI::Option* known : app->get_options())
      for (const std::string& name : known->get_lnames())
        names.push_back("--" + name);
  const std::string given = option->substr(0, option->find('='));
  return nearest_words(given, names).empty() ? "unknown option '" + given + "'"
                                             : unknown_word("option", given, names);
}

// What CLI11 says, in one line and in our words.
std::string one_line(const CLI::ParseError& error, const CLI::App& root, const CLI::App& command) {
  std::string text = error.what();
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  text = text.substr(0, text.find('\n'));
  const size_t colon = text.find(": ");
  const std::vector<std::string> left = root.remaining(true);
  const bool unknown_option = std::any_of(
      left.begin(), left.end(), [](const std::string& word) { return word.starts_with("-"); });
  // "--taks x" with --task missing: what was mistyped explains what is missing.
  if (dynamic_cast<const CLI::ExtrasError*>(&error) ||
      (dynamic_cast<const CLI::RequiredError*>(&error) && unknown_option))
    return unexpected(root, command);
  if (dynamic_cast<const CLI::ValidationError*>(&error) && colon != std::string::npos &&
      text.substr(colon + 2).starts_with("is "))
    return text.erase(colon, 1);  // "--top: is 0, should be above 0"
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) && colon != std::string::npos &&
      text.ends_with(" missing"))
    return text.substr(0, colon) + " needs a value";
  if (text == "A subcommand is required")
    return "which one? " + joined(names_of(command.get_subcommands({})));
  return text;
}

// CLI11 takes an unknown first word for a missing command.
void refuse_unknown_command(const CLI::App& app) {
  if (!app.get_subcommands().empty() || app.remaining().empty())
    return;
  throw Error(ErrorKind::usage, "",
              unknown_word("command", app.remaining()[0], names_of(app.get_subcommands({}))));
}

bool is_whole(const std::string& text, int64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return !text.empty() && end == text.c_str() + text.size() && std::isfinite(value);
}

// Checks what CLI11 would call "Could not convert". T: what an option of the command line holds.
template <class T>
void check_number(CLI::Option& option) {
  if constexpr (std::is_integral_v<T>)
    option.check([](const std::string& text) {
      int64_t value = 0;
      const bool holds = is_whole(text, value) && std::in_range<T>(value);
      return holds ? std::string()
                   : "is " + text + ", should be a whole number of at most " +
                         std::to_string(8 * sizeof(T)) + " bits";
    });
  else if constexpr (std::is_floating_point_v<T>)
    option.check([](const std::string& text) {
      return is_number(text) ? std::string() : "is " + text + ", should be a number";
    });
  else if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string>)
    check_number<typename T::value_type>(option);
}

// Of texts: a script's empty variable, and an option that would be swallowed as the value of the
// one before it.
template <class T>
void check_text(CLI::Option& option, bool positional) {
  if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, std::vector<std::string>>)
    option.check([positional](const std::string& text) {
      if (text.empty())
        return std::string("is empty, should have a value");
      if (positional || !text.starts_with("--"))
        return std::string();
      return "is '" + text + "', which reads like an option; a file of that name is './" + text +
             "'";
    });
}

}  // namespace

Option& Option::required() {
  return option_->required(), *this;
}
Option& Option::type_name(const std::string& name) {
  return option_->type_name(name), *this;
}
Option& Option::positive() {
  option_->check([](const std::string& given) {
    return std::strtod(given.c_str(), nullptr) > 0 ? std::string()
                                                   : "is " + given + ", should be above 0";
  });
  return *this;
}
Option& Option::between(int64_t least, int64_t most) {
  option_->check([=](const std::string& text) {  // CLI::Range compares as double, and reads too
                                                 // large a number as the largest
    int64_t value = 0;
    const bool holds = is_whole(text, value) && value >= least && value <= most;
    return holds ? std::string()
                 : "is " + text + ", should be a whole number from " + std::to_string(least) +
                       " to " + std::to_string(most);
  });
  return *this;
}
Option& Option::repeated() {
  return option_->allow_extra_args(false), *this;
}
Option& Option::comma_separated() {
  return option_->delimiter(','), *this;
}

Command Command::add(const std::string& name, const std::string& what) {
  return Command(app_->add_subcommand(name, what));
}
void Command::example(const std::string& lines) {
  app_->footer("\nExample:\n  " + lines);
}
void Command::require_command() {
  app_->require_subcommand(1);
}

template <class T>
Option Command::option(const std::string& names, T& value, const std::string& what) {
  CLI::Option* option = app_->add_option(names, value, what);
  check_number<T>(*option);
  check_text<T>(*option, !names.starts_with("-"));
  return Option(option);
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

void Command::flag(const std::string& names, bool& value, const std::string& what) {
  app_->add_flag(names, value, what);
}

void Command::run(std::function<void()> action) {
  app_->callback(std::move(action));
}
bool Command::was_given() const {
  return app_->parsed();
}
bool Command::was_given(const std::string& option) const {
  return app_->count(option) > 0;
}

std::string Command::name() const {
  return app_->get_name();
}
std::string Command::what() const {
  return app_->get_description();
}
std::string Command::help() const {
  std::string before;  // "hebb data"
  for (const CLI::App* app = app_->get_parent(); app; app = app->get_parent())
    before = app->get_name() + (before.empty() ? "" : " " + before);
  return app_->help(before);
}
std::vector<Command> Command::commands() const {
  std::vector<Command> out;
  for (CLI::App* command : app_->get_subcommands({}))
    out.emplace_back(command);
  return out;
}

CommandLine::CommandLine(const std::string& name, const std::string& what,
                         const std::string& version)
    : app_(std::make_unique<CLI::App>(what, name)) {
  app_->set_version_flag("--version", name + " " + version);
  app_->fallthrough();  // global flags may follow the command
}
CommandLine::~CommandLine() = default;

void CommandLine::before_commands(std::function<void()> action) {
  app_->parse_complete_callback(std::move(action));
}

int CommandLine::parse_and_run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::Success& success) {  // --help, --version
    return app_->exit(success);
  } catch (const CLI::ParseError& error) {
    refuse_unknown_command(*app_);
    std::string command = app_->get_name();
    const CLI::App* app = app_.get();
    for (; !app->get_subcommands().empty(); command += " " + app->get_name())
      app = app->get_subcommands().front();
    const std::string text = one_line(error, *app_, *app);
    throw Error(ErrorKind::usage, "",
                text + (text.ends_with("?") ? " See " : "; see ") + command + " --help");
  }
  return 0;
}

}  // namespace hebb::cli
