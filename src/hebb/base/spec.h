// The one grammar of configurations for things with arguments (layers, optimisers, schedules,
// augmentation):
//
//   NAME [positional arguments] [key=value ...]
//   conv2d 32 kernel=3 padding=1
//   sgd lr=0.1 nesterov=true
//
// Values have no blanks; lists are a,b and pairs 3x5. Mistakes are Errors of kind usage that name
// the nearest known word.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hebb {

struct OptionsType;

// One word of a family (layers, optimisers, ...), as `hebb help` prints it.
struct SpecHelp {
  std::string name, usage, what;
  const OptionsType* options = nullptr;  // base/options.h: its fields and what they may hold
};

struct SpecLine {
  std::string name;
  std::vector<std::string> positional;
  std::vector<std::pair<std::string, std::string>> named;  // in the order written; no key twice

  static SpecLine parse(std::string_view line);
  std::string to_string() const;  // with single blanks; parse() of it gives the same SpecLine
};

// A key that a word accepts.
struct SpecKey {
  std::string name;
  std::vector<std::string> aliases = {};
  bool by_place = true;  // needs no name in its place; such keys come first
};

// Typed access to a SpecLine's arguments. Each key is read once or more; done() at the end finds
// arguments that have no effect.
//   SpecReader read(spec, {{"out_channels", {"out"}}, {"bias", {}, false}});
//   conv.out = read.integer("out_channels", 1);
//   conv.bias = read.flag_or("bias", true);
//   read.done();
class SpecReader {
 public:
  static constexpr int64_t any = std::numeric_limits<int64_t>::min();

  // Refuses unknown, repeated and surplus arguments.
  SpecReader(const SpecLine& spec, const std::vector<SpecKey>& keys);

  bool has(std::string_view key) const;

  // Without "_or" the argument is required. at_least bounds each of its numbers.
  int64_t integer(std::string_view key, int64_t at_least = any);
  int64_t integer_or(std::string_view key, int64_t otherwise, int64_t at_least = any);
  // "3", "3x5" or "3,5,7".
  std::vector<int64_t> integers(std::string_view key, int64_t at_least = any);
  // The same; each number may be the word "none", which gives `none`.
  std::vector<int64_t> integers_or_none(std::string_view key, int64_t at_least, int64_t none);
  std::vector<int64_t> integers_or(std::string_view key, std::vector<int64_t> otherwise,
                                   int64_t at_least = any);
  double number(std::string_view key);  // finite
  double number_or(std::string_view key, double otherwise);
  std::vector<double> numbers(std::string_view key);  // "0.9,0.999"
  std::vector<double> numbers_or(std::string_view key, std::vector<double> otherwise);
  bool flag(std::string_view key);  // true, false (also yes, no, on, off, 1, 0)
  bool flag_or(std::string_view key, bool otherwise);
  // One of the choices.
  std::string word(std::string_view key, const std::vector<std::string>& choices);
  std::string word_or(std::string_view key, std::string otherwise,
                      const std::vector<std::string>& choices);
  std::string text(std::string_view key);  // as written
  std::string text_or(std::string_view key, std::string otherwise);

  // Refuses a value: reject("lr", "should be above 0") gives "sgd: lr is 0, should be above 0".
  [[noreturn]] void reject(std::string_view key, std::string_view should) const;

  void done() const;

 private:
  struct Argument {
    std::string key, value;
    mutable bool read = false;
  };
  const Argument* find(std::string_view key) const;
  const std::string& value(std::string_view key) const;
  int64_t whole(std::string_view key, std::string_view part, int64_t at_least) const;

  std::string name_;
  std::vector<std::string> keys_;  // their names
  std::vector<Argument> arguments_;
};

[[noreturn]] void refuse_name(std::string_view thing, std::string_view name,
                              const std::vector<std::string>& known);

}  // namespace hebb
