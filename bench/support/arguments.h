// Arguments of a benchmark: positional ones in order, "--name VALUE" and "--flag" anywhere.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

class Arguments {
 public:
  struct Known {
    std::vector<std::string_view> positional, options, flags;
  };

  // Error: unknown, missing or left over.
  Arguments(int argc, char** argv, const Known& known) {
    const auto is_in = [](const std::vector<std::string_view>& names, std::string_view name) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    size_t positions = 0;
    for (int i = 1; i < argc; ++i) {
      const std::string word = argv[i];
      if (!word.starts_with("--")) {
        if (positions == known.positional.size())
          throw std::runtime_error("'" + word + "' is one argument too many");
        values_[std::string(known.positional[positions++])] = word;
      } else if (is_in(known.flags, word)) {
        values_[word] = "";
      } else if (!is_in(known.options, word)) {
        throw std::runtime_error("unknown option " + word);
      } else if (++i == argc) {
        throw std::runtime_error(word + " needs a value");
      } else {
        values_[word] = argv[i];
      }
    }
    if (positions < known.positional.size())
      throw std::runtime_error(std::string(known.positional[positions]) + " is missing");
  }

  bool has(const std::string& name) const { return values_.count(name) != 0; }
  // "" when an option was not given.
  std::string text(const std::string& name) const { return has(name) ? values_.at(name) : ""; }
  // `otherwise` when an option was not given. Error: no whole number from `least` to `most`.
  int64_t number(const std::string& name, int64_t otherwise, int64_t least,
                 int64_t most = std::numeric_limits<int32_t>::max()) const {
    if (!has(name))
      return otherwise;
    const std::string& word = values_.at(name);
    int64_t value = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (problem != std::errc() || end != word.data() + word.size() || value < least || value > most)
      throw std::runtime_error(name + " is '" + word + "', should be a whole number from " +
                               std::to_string(least) + " to " + std::to_string(most));
    return value;
  }

 private:
  std::map<std::string, std::string> values_;
};
