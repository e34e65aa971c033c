// What a command may be given on the command line. A narrow door to CLI11, which takes seconds to
// compile and is seen by command_line.cc only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace hebb::cli {

class Option {  // a handle, valid as long as the CommandLine
 public:
  explicit Option(CLI::Option* option) : option_(option) {}
  Option& required();
  Option& type_name(const std::string& name);  // what the help shows for the value: FILE, KEY=VALUE
  Option& positive();                          // 0 and less are refused
  Option& between(int64_t least, int64_t most);
  Option& repeated();         // of a list: each value has the option's name before it
  Option& comma_separated();  // of a list

 private:
  CLI::Option* option_;
};

class Command {  // a handle, valid as long as the CommandLine
 public:
  explicit Command(CLI::App* app) : app_(app) {}

  Command add(const std::string& name, const std::string& what);  // a sub-command
  void require_command();                  // one of the sub-commands has to be given
  void example(const std::string& lines);  // below the help: what a person can type

  // `names` is "-o,--out", or "model" for a positional argument. T: std::string, int, int64_t,
  // double, std::optional of int, int64_t, uint64_t and double, std::vector of std::string and
  // double. The value has to outlive parsing.
  template <class T>
  Option option(const std::string& names, T& value, const std::string& what);
  void flag(const std::string& names, bool& value, const std::string& what);

  void run(std::function<void()> action);  // what the command does, when it was given
  bool was_given() const;
  bool was_given(const std::string& option) const;

  std::string name() const, what() const, help() const;
  std::vector<Command> commands() const;

 private:
  CLI::App* app_;
};

class CommandLine {
 public:
  CommandLine(const std::string& name, const std::string& what, const std::string& version);
  ~CommandLine();

  Command root() { return Command(app_.get()); }
  void before_commands(std::function<void()> action);  // when everything is parsed
  int parse_and_run(int argc, char** argv);  // the exit status: 0, also after --help. Error: usage,
                                             // and what a command throws

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace hebb::cli
