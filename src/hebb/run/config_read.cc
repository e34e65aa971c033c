// A configuration from TOML and --set, checked.
#include "hebb/run/config.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/nearest.h"
#include "hebb/data/table_recipe.h"
#include "hebb/run/config_check.h"
#include "hebb/run/config_toml.h"

namespace hebb {
namespace {

std::string type_word(const toml::node& node) {
  if (node.is_string())
    return "a text";
  if (node.is_integer())
    return "a whole number";
  if (node.is_floating_point())
    return "a number";
  if (node.is_boolean())
    return "true or false";
  if (node.is_array())
    return "a list";
  if (node.is_table())
    return "a table";
  return "a date or time";
}

struct GivenNormalization {
  std::vector<double> mean, std;
  HEBB_FIELDS(mean, std)
};

template <class T>
bool is_alias(std::string_view field, std::string_view key) {
  if constexpr (requires { T::notes[0]; })
    for (const Note& note : T::notes)
      if (note.field == field)
        return std::find(note.aliases.begin(), note.aliases.end(), key) != note.aliases.end();
  return false;
}

// The other name under which a table holds the field.
template <class T>
std::string_view alias_in(std::string_view field, const toml::table& table) {
  for (const auto& entry : table)
    if (is_alias<T>(field, entry.first.str()))
      return entry.first.str();
  return field;
}

// Reads a node into a field; `key` is its full name.
class Reader {
 public:
  explicit Reader(ConfigPlaces& places) : places_(places) {}

  [[noreturn]] void refuse(const toml::node& node, const std::string& key,
                           std::string_view message) const {
    throw Error(ErrorKind::usage, places_.of(node, key), std::string(message));
  }

  template <fields::Listed T>
  void table(const toml::table& table, T& into, const std::string& prefix) {
    std::vector<std::string> known;
    for (std::string_view name : T::field_names())
      known.emplace_back(name);
    std::set<std::string_view> given;
    for (const auto& entry : table) {
      const std::string_view key = entry.first.str();
      const toml::node& node = entry.second;
      bool found = false;
      for_each_field(into, [&](std::string_view name, auto& field) {
        if (name != key && !is_alias<T>(name, key))
          return;
        found = true;
        if (!given.insert(name).second)
          refuse(node, prefix + std::string(name),
                 fmt::format("'{}{}' is given twice: '{}' is another name of it", prefix, name,
                             name == key ? alias_in<T>(name, table) : key));
        const std::string full = prefix + std::string(name);
        places_.note(full, places_.of(node, full));
        read(node, field, full);
      });
      if (!found)
        refuse(node, prefix + std::string(key),
               unknown_word(prefix.empty() ? "table" : "key", key, known) +
                   (prefix.empty() ? "" : " (in [" + prefix.substr(0, prefix.size() - 1) + "])"));
    }
  }

 private:
  [[noreturn]] void wrong(const toml::node& node, const std::string& key,
                          std::string_view want) const {
    refuse(node, key, fmt::format("'{}' is {}, should be {}", key, type_word(node), want));
  }

  template <fields::Listed T>
  void read(const toml::node& node, T& into, const std::string& key) {
    if (!node.is_table())
      wrong(node, key, "a table, like { " + std::string(T::field_names()[0]) + " = ... }");
    table(*node.as_table(), into, key + ".");
  }
  std::string text(const toml::node& node, const std::string& key) const {
    if (!node.is_string())
      wrong(node, key, "a text in quotes");
    return node.as_string()->get();
  }
  void read(const toml::node& node, std::string& into, const std::string& key) {
    // A shell takes the quotes: --set data.target=5, --set train.max_time=00:30:00.
    const std::string* given = places_.set_value(key);
    if (given && node.is_value() && !node.is_string())
      return void(into = *given);
    into = text(node, key);
  }
  void read(const toml::node& node, bool& into, const std::string& key) {
    if (!node.is_boolean())
      wrong(node, key, "true or false");
    into = node.as_boolean()->get();
  }
  void read(const toml::node& node, int64_t& into, const std::string& key) {
    if (!node.is_integer())
      wrong(node, key, "a whole number");
    into = node.as_integer()->get();
  }
  void read(const toml::node& node, double& into, const std::string& key) {
    if (node.is_integer())
      into = double(node.as_integer()->get());
    else if (node.is_floating_point())
      into = node.as_floating_point()->get();
    else
      wrong(node, key, "a number");
    if (!std::isfinite(into))
      refuse(node, key, fmt::format("'{}' is {}, should be finite", key, into));
  }
  void read(const toml::node& node, Dims& into, const std::string& key) {
    if (!node.is_array())
      wrong(node, key, "a list of whole numbers, like [1, 28, 28]");
    into = {};
    for (const toml::node& item : *node.as_array()) {
      int64_t value = 0;
      read(item, value, fmt::format("{}[{}]", key, into.size()));
      into.push_back(value);
    }
  }
  template <class T>
  void read(const toml::node& node, std::vector<T>& into, const std::string& key) {
    if (!node.is_array())
      wrong(node, key,
            std::is_same_v<T, std::string> ? "a list of texts"
            : std::is_same_v<T, nn::LayerItem>
                ? "a list of layers, like [\"flatten\", \"linear 10\"]"
            : std::is_same_v<T, nn::LayerList> ? "a list of lists of layers"
            : fields::Listed<T> ? "a list of tables, like [{ match = \"0.*\", lr = 0.1 }]"
                                : "a list of numbers");
    into.clear();
    for (const toml::node& item : *node.as_array()) {
      const std::string name = fmt::format("{}[{}]", key, into.size());
      if constexpr (std::is_same_v<T, std::string>)
        into.push_back(text(item, name));
      else
        read(item, into.emplace_back(), name);
    }
  }
  template <class E>
  requires std::is_enum_v<E>
  void read(const toml::node& node, E& into, const std::string& key) {
    const auto words = words_of(into);
    const std::string word = text(node, key);
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end())
      refuse(
          node, key,
          fmt::format("'{}' is \"{}\", should be \"{}\"", key, word, fmt::join(words, "\" or \"")));
    into = E(found - words.begin());
  }
  // A line, or a block, which is known by the key that it always has.
  void read(const toml::node& node, nn::LayerItem& into, const std::string& key) {
    if (node.is_string()) {
      into = node.as_string()->get();
      return;
    }
    const toml::table* given = node.as_table();
    bool known = false;
    std::string forms;
    nn::for_each_block_kind([&](auto block, std::string_view by) {
      forms += fmt::format("{}{{ {} = [...] }}", forms.empty() ? "" : " or ", by);
      if (known || !given || !given->contains(by))
        return;
      known = true;
      table(*given, block, key + ".");
      into = std::move(block);
    });
    if (!known)
      refuse(node, key,
             fmt::format("'{}' is {}, should be a text in quotes, a layer's line, or a block: {}",
                         key, given ? "a table without layers" : type_word(node), forms));
  }
  // Names with words: { zip = "text" }.
  void read(const toml::node& node, std::vector<std::pair<std::string, std::string>>& into,
            const std::string& key) {
    if (!node.is_table())
      wrong(node, key, "a table, like { zip = \"category\" }");
    into.clear();
    for (const auto& entry : *node.as_table()) {
      const std::string name(entry.first.str());
      into.emplace_back(name, text(entry.second, key + "." + name));
    }
  }
  template <class T>
  void read(const toml::node& node, std::optional<T>& into, const std::string& key) {
    if constexpr (!std::is_same_v<T, std::string>)
      if (node.value<std::string_view>() == "none")
        return into.reset();  // takes back on the command line what a file holds
    into.emplace();
    read(node, *into, key);
  }
  void read_step(const toml::node& node, const std::string& line, Normalization& into,
                 const std::string& key) {
    const std::string should =
        "should be \"none\", \"auto\", { mean = [...], std = [...] } or, of a table's numbers, "
        "\"quantile\", \"piecewise_linear 32\" or \"periodic 8\"";
    try {
      if (!data::is_numbers_step(SpecLine::parse(line).name))
        refuse(node, key, fmt::format("'{}' is \"{}\", {}", key, line, should));
      into = {Normalization::Kind::step, {}, {}, data::make_step(line)->line()};
    } catch (const Error& error) {
      if (!error.where().empty() && error.where() == places_.of(node, key))
        throw;
      refuse(node, key, fmt::format("'{}' is \"{}\": {}", key, line, error.message()));
    }
  }
  void read(const toml::node& node, Normalization& into, const std::string& key) {
    if (node.is_string()) {
      const std::string word = node.as_string()->get();
      if (word == "none")
        into = {};
      else if (word == "auto")
        into = {Normalization::Kind::automatic, {}, {}, {}};
      else
        read_step(node, word, into, key);
      return;
    }
    if (!node.is_table())
      wrong(node, key, "\"none\", \"auto\" or { mean = [...], std = [...] }");
    GivenNormalization given;
    table(*node.as_table(), given, key + ".");
    if (given.mean.empty() || given.mean.size() != given.std.size())
      refuse(node, key,
             fmt::format("'{}' needs as many means as standard deviations, one per channel; there "
                         "are {} and {}",
                         key, given.mean.size(), given.std.size()));
    for (double s : given.std)
      if (s <= 0)
        refuse(node, key, fmt::format("'{}.std' holds {}, should be above 0", key, s));
    into = {Normalization::Kind::given, given.mean, given.std, {}};
  }
  void read(const toml::node& node, Threshold& into, const std::string& key) {
    constexpr std::string_view best = "best ";
    if (node.is_string()) {
      const std::string words = node.as_string()->get();
      if (!words.starts_with(best) || words.find(' ', best.size()) != words.npos ||
          words.size() == best.size())
        refuse(node, key,
               fmt::format("'{}' is \"{}\", should be a number, or best and a metric: \"best f1\"",
                           key, words));
      into = {.value = Threshold{}.value, .best = words.substr(best.size())};
      return;
    }
    if (!node.is_number())
      wrong(node, key, "a number, or best and a metric: \"best f1\"");
    into = {};
    read(node, into.value, key);
    if (into.value < 0 || into.value >= 1)
      refuse(node, key, fmt::format("'{}' is {}, should be from 0 to below 1", key, into.value));
  }
  // A line, or lines by globs, in the order in which they are written.
  void read(const toml::node& node, InitConfig& into, const std::string& key) {
    into = {};
    if (node.is_string()) {
      into.line = node.as_string()->get();
      return;
    }
    if (!node.is_table())
      wrong(node, key,
            "a text in quotes, or a table, like { \"head.*\" = \"zeros\", \"*\" = "
            "\"kaiming_normal\" }");
    std::vector<std::pair<const toml::key*, const toml::node*>> entries;
    for (const auto& entry : *node.as_table())
      entries.emplace_back(&entry.first, &entry.second);
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
      const auto &one = a.first->source().begin, &other = b.first->source().begin;
      return std::pair(one.line, one.column) < std::pair(other.line, other.column);
    });
    for (const auto& [name, value] : entries) {
      const std::string glob(name->str());
      into.rules.push_back({glob, text(*value, fmt::format("{}.\"{}\"", key, glob))});
    }
    if (into.rules.empty())
      refuse(node, key, fmt::format("'{}' names no parameters; leave it out", key));
  }
  void read(const toml::node& node, ClassWeights& into, const std::string& key) {
    constexpr std::string_view should =
        "\"none\", \"balanced\" or a number for each label, like { cat = 1, dog = 2.5 }";
    if (node.is_string()) {
      const std::string word = node.as_string()->get();
      if (word != "none" && word != "balanced")
        refuse(node, key, fmt::format("'{}' is \"{}\", should be {}", key, word, should));
      into = {word == "none" ? ClassWeights::Kind::none : ClassWeights::Kind::balanced, {}};
      return;
    }
    if (!node.is_table())
      wrong(node, key, should);
    into = {ClassWeights::Kind::given, {}};
    double sum = 0;
    for (const auto& entry : *node.as_table()) {
      const std::string label(entry.first.str()), name = key + "." + label;
      double number = 0;
      read(entry.second, number, name);
      if (number < 0)
        refuse(entry.second, name, fmt::format("'{}' is {}, should be at least 0", name, number));
      sum += number;
      into.numbers.emplace_back(label, number);
    }
    if (sum <= 0 || !std::isfinite(sum))
      refuse(
          node, key,
          fmt::format("the numbers of '{}' add up to {}, should be above 0 and finite", key, sum));
  }

  ConfigPlaces& places_;
};

}  // namespace

Config parse_config(std::string_view text, const std::string& where,
                    const std::vector<std::string>& settings, bool of_folds) {
  toml::table root = parse_toml(text, where);
  std::vector<Setting> set;
  for (const std::string& setting : settings)
    set.push_back(apply_setting(root, setting));
  ConfigPlaces places(where, std::move(set));
  Config config;
  Reader(places).table(root, config, "");
  if (config.data.split)
    complete_shares(*config.data.split, places, of_folds);
  check_config(config, places);
  return config;
}

Config read_config(const fs::path& path, const std::vector<std::string>& settings, bool of_folds) {
  std::string text;
  try {
    text = read_file(path, 16 << 20);
  } catch (const Error& error) {
    throw Error(ErrorKind::usage, error.where(), error.message(),
                "`hebb init FILE.toml` writes a configuration to start from");
  }
  return parse_config(text, path.string(), settings, of_folds);
}

}  // namespace hebb
