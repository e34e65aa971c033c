// A configuration from TOML and --set, checked.
#include "hebb/run/config.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#define TOML_EXCEPTIONS 1
#define TOML_HEADER_ONLY 0  // its library holds the parser
#include <toml++/toml.h>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/nearest.h"
#include "hebb/base/options.h"
#include "hebb/base/toml_text.h"
#include "hebb/base/utf8.h"
#include "hebb/data/table_recipe.h"

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

struct Setting {  // of --set, as it was written
  std::string path, value;
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

// Reads a node into a field; `key` is its full name, `where` the file, `set` the keys that --set
// has given.
class Reader {
 public:
  Reader(std::string where, std::vector<Setting> set)
      : where_(std::move(where)), set_(std::move(set)) {}

  // Where a key that was read stands: a line of the file, or --set.
  std::string place(const std::string& key) const {
    const auto found = places_.find(key);
    return found == places_.end() ? where_ : found->second;
  }

  bool was_read(const std::string& key) const { return places_.contains(key); }
  bool is_set(std::string_view key) const {  // by --set, not as a part of a table
    return std::any_of(set_.begin(), set_.end(),
                       [&](const Setting& given) { return given.path == key; });
  }

  [[noreturn]] void refuse(const toml::node& node, const std::string& key,
                           std::string_view message) const {
    throw Error(ErrorKind::usage, place_of(node, key), std::string(message));
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
        places_[prefix + std::string(name)] = place_of(node, prefix + std::string(name));
        read(node, field, prefix + std::string(name));
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

  std::string place_of(const toml::node& node, const std::string& item) const {
    const std::string key = item.substr(0, item.find('['));  // model.layers[2]
    for (const Setting& given : set_)
      if (key == given.path || key.starts_with(given.path + "."))
        return "--set " + given.path;
    const auto line = node.source().begin.line;
    if (line == 0)  // no file holds it
      for (const Setting& given : set_)
        if (given.path.starts_with(key + "."))
          return "--set " + given.path;
    return line > 0 ? fmt::format("{}:{}", where_, line) : where_;
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
    const bool plain = node.is_value() && !node.is_string();
    for (const Setting& given :
         set_)  // a shell takes the quotes: --set data.target=5, --set train.max_time=00:30:00
      if (plain && key == given.path)
        return void(into = given.value);
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
      if (!error.where().empty() && error.where() == place_of(node, key))
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

  std::string where_;
  std::vector<Setting> set_;
  std::map<std::string, std::string> places_;
};

// What the parser says, in our words; it names no key.
std::string toml_trouble(std::string_view description) {
  if (const size_t end = description.find("' is not representable in 64 bits");
      end != std::string_view::npos) {
    const std::string_view number = description.substr(0, end);
    return fmt::format(
        "{} does not fit into 64 bits; a whole number should be from -9223372036854775808 to "
        "9223372036854775807",
        number.substr(number.find('\'') + 1));
  }
  if (description.find("unescaped control characters") != std::string_view::npos)
    return "this is not TOML: a text in quotes holds the end of its line or a control character; "
           "is its closing quote missing?";
  if (description.find("nested more than") != std::string_view::npos)
    return std::string(description);
  constexpr std::string_view before = "Error while parsing ";
  if (description.starts_with(before))
    description.remove_prefix(before.size());
  return fmt::format("this is not TOML: {}", description);
}

// A value of --set that is no TOML is a text without its quotes, unless it was plainly meant to be
// something else.
toml::table text_value(const std::string& path, const std::string& value,
                       std::string_view description) {
  const bool number = description.find("not representable in 64 bits") != std::string_view::npos;
  const bool structured =
      !value.empty() && std::string_view("[{\"'").find(value[0]) != std::string_view::npos;
  if (number || structured)
    throw Error(ErrorKind::usage, "--set " + path, toml_trouble(description));
  char* end = nullptr;
  const double large = std::strtod(value.c_str(), &end);
  check_in(end != value.c_str() + value.size() || value.empty() || std::isfinite(large),
           ErrorKind::usage, "--set " + path, "{} is too large, should be below 1.8e308", value);
  return toml::table{{"value", value}};
}

// {"value": ...} of what stands behind KEY=.
toml::table parsed_setting(const std::string& path, const std::string& value) {
  check_in(valid_utf8(value) == value.size(), ErrorKind::usage, "--set " + path,
           "the value holds bytes that are no UTF-8");
  try {
    return toml::parse(ascii_toml("value = " + value, "--set"));
  } catch (const toml::parse_error& error) {
    return text_value(path, value, error.description());
  } catch (const Error& error) {
    return text_value(path, value, error.message());
  }
}

// Lays "train.epochs=3" over the table. The value is TOML; a bare word is taken as a text.
Setting apply_setting(toml::table& root, const std::string& setting) {
  const size_t equals = setting.find('=');
  check_in(equals != std::string::npos && equals > 0, ErrorKind::usage, "--set",
           "'{}' should be KEY=VALUE, like train.epochs=3", setting);
  const std::string path = setting.substr(0, equals), value = setting.substr(equals + 1);
  const size_t levels = 1 + size_t(std::count(path.begin(), path.end(), '.'));
  check_in(levels <= most_toml_levels, ErrorKind::usage, "--set",
           "the key has {} parts; `hebb help config` shows the keys that there are", levels);
  const toml::table parsed = parsed_setting(path, value);
  toml::table* table = &root;
  size_t begin = 0;
  for (size_t dot; (dot = path.find('.', begin)) != std::string::npos; begin = dot + 1) {
    const std::string key = path.substr(begin, dot - begin);
    if (!table->contains(key) || !(*table)[key].is_table())
      table->insert_or_assign(key, toml::table{});
    table = (*table)[key].as_table();
  }
  table->insert_or_assign(path.substr(begin), *parsed.get("value"));
  return {path, value};
}

// The bounds that the keys' notes say.
template <fields::Listed T>
void check_notes(const T& part, const std::string& prefix, const Reader& read) {
  for_each_field(part, [&](std::string_view name, const auto& value) {
    using Value = std::decay_t<decltype(value)>;
    const std::string key = prefix + std::string(name);
    const Note& note = note_of(T::notes, name);
    const auto refuse = [&](const auto& shown, std::string_view should) {
      fail(ErrorKind::usage, read.place(key), "'{}' is {}, should be {}", key, shown, should);
    };
    const auto check_word = [&](const std::string& word) {
      if (!note.one_of.empty() &&
          std::find(note.one_of.begin(), note.one_of.end(), word) == note.one_of.end())
        refuse(word, fmt::format("\"{}\"", fmt::join(note.one_of, "\" or \"")));
    };
    if constexpr (fields::Listed<Value>) {
      check_notes(value, key + ".", read);
    } else if constexpr (std::is_arithmetic_v<Value>) {
      if (!within_bounds(note, double(value)))
        refuse(value, bounds_text(note));
    } else if constexpr (std::is_same_v<Value, std::string>) {
      check_word(value);
    } else if constexpr (std::is_same_v<Value, std::optional<std::string>>) {
      if (value)
        check_word(*value);
    } else if constexpr (std::is_same_v<Value, Dims>) {
      for (int64_t size : value)
        if (!within_bounds(note, double(size)))
          refuse(to_string(value), bounds_text(note));
    } else if constexpr (requires { value.has_value(); }) {
      if constexpr (fields::Listed<typename Value::value_type>)
        if (value)
          check_notes(*value, key + ".", read);
    } else if constexpr (requires { value.at(0); }) {
      if constexpr (fields::Listed<typename Value::value_type>)
        for (size_t i = 0; i < value.size(); ++i)
          check_notes(value[i], fmt::format("{}[{}].", key, i), read);
    }
  });
}

// A share to train on that is left out is what the others leave. of_folds: the fold is the test,
// and a share for validation that --set gives stands beside it, whatever shares the file has.
void complete_shares(SplitConfig& s, const Reader& read, bool of_folds) {
  if (!s.by_shares())
    return;
  const bool beside_folds =
      of_folds && read.is_set("data.split.validation") && !read.is_set("data.split.train");
  if (beside_folds)
    s.train = s.test = 0;
  if (beside_folds || !read.was_read("data.split.train"))
    s.train = std::round((1 - s.validation - s.test) * 1e12) / 1e12;  // 0.7, not 0.7000000000000001
}

void check_shares(const SplitConfig& s, const std::string& place) {
  const double sum = s.train + s.validation + s.test;
  check_in(s.train > 0 && s.validation >= 0 && s.test >= 0, ErrorKind::usage, place,
           "the parts of 'data.split' should be above 0 for train and not below it for the "
           "others: train {}, validation {}, test {}",
           s.train, s.validation, s.test);
  check_in(std::fabs(sum - 1) < 1e-9, ErrorKind::usage, place,
           "'data.split' adds up to {}, should be 1: train {}, validation {}, test {}", sum,
           s.train, s.validation, s.test);
}

void check_split(const DataConfig& d, const std::string& place) {
  const SplitConfig& s = *d.split;
  if (s.by_shares())
    return check_shares(s, place);
  check_in(s.train == 0 && s.test == 0, ErrorKind::usage, place,
           "'data.split' has shares and {}; it should be one of them",
           s.folds > 0        ? "folds"
           : s.column.empty() ? "a file"
                              : "a column");
  check_in(s.column.empty() || s.file.empty(), ErrorKind::usage, place,
           "'data.split' has a column and a file; it should be one of them");
  check_in(s.folds != 1, ErrorKind::usage, place,
           "'data.split.folds' is 1, should be at least 2, or 0 for none");
  check_in(s.folds == 0 || s.fold < s.folds, ErrorKind::usage, place,
           "'data.split.fold' is {}, should be from 0 to {}", s.fold, s.folds - 1);
  check_in(s.validation >= 0 && s.validation < 1, ErrorKind::usage, place,
           "'data.split.validation' is {}, should be at least 0 and below 1: a share of the "
           "samples that are not in the test part",
           s.validation);
  const bool chosen = !s.column.empty() || !s.file.empty();
  check_in(!chosen || s.validation > 0 || (d.group.empty() && d.time.empty() && !d.stratify),
           ErrorKind::usage, place,
           "'data.split' takes the parts from a {}, so 'data.{}' has nothing to choose",
           s.column.empty() ? "file" : "column",
           d.stratify       ? "stratify"
           : d.time.empty() ? "group"
                            : "time");
}

void check_together(const Config& c, const Reader& read, const std::string& where) {
  const TrainConfig& t = c.train;
  parse_duration(t.max_time, read.place("train.max_time"));
  const DataConfig& d = c.data;
  check_in(
      !d.dataset.empty() || !d.train.empty(), ErrorKind::usage, where,
      "[data] names no data: set 'dataset', for example dataset = \"fashion-mnist\", or 'train'");
  check_in(d.dataset.empty() || (d.train.empty() && d.validation.empty() && d.test.empty()),
           ErrorKind::usage, where,
           "[data] has both 'dataset' and 'train', 'validation' or 'test'; it should be one or the "
           "other");
  if (d.split)
    check_split(d, read.place("data.split"));
  check_in(d.time.empty() || d.group.empty(), ErrorKind::usage, read.place("data.time"),
           "'data.time' and 'data.group' both say what belongs together; it should be one of them");
  check_in(d.time.empty() || !d.stratify, ErrorKind::usage, read.place("data.time"),
           "'data.time' puts the parts in an order, which leaves nothing for 'data.stratify' to "
           "choose; it should be one of them");
  const auto parts = parts_of(c);
  check_in(!parts.empty() || !c.model.layers.empty() || !c.model.name.empty(), ErrorKind::usage,
           where, "[model] has no layers; see `hebb help layers`");
  for (const auto& [name, part] : parts) {
    check_in(c.model.layers.empty() && c.model.name.empty(), ErrorKind::usage,
             read.place("model.layers"),
             "there is [{}] beside [model]; it should be one or the other", name);
    check_in(!part->layers.empty(), ErrorKind::usage, where,
             "[{}] has no layers; see `hebb help layers`", name);
  }
  check_in(c.model.noise == 0 && c.model.optimizer.empty(), ErrorKind::usage,
           read.place(c.model.noise ? "model.noise" : "model.optimizer"),
           "'model.{}' is for one of several models, [generator] or [discriminator]{}",
           c.model.noise ? "noise" : "optimizer",
           c.model.noise ? "" : "; train.optimizer is that of a single one");
}

}  // namespace

Config parse_config(std::string_view text, const std::string& where,
                    const std::vector<std::string>& settings, bool of_folds) {
  toml::table root;
  try {
    root = toml::parse(ascii_toml(text, where));
  } catch (const toml::parse_error& error) {
    throw Error(ErrorKind::usage, fmt::format("{}:{}", where, error.source().begin.line),
                toml_trouble(error.description()));
  }
  std::vector<Setting> set;
  for (const std::string& setting : settings)
    set.push_back(apply_setting(root, setting));
  Config config;
  Reader read(where, set);
  read.table(root, config, "");
  if (config.data.split)
    complete_shares(*config.data.split, read, of_folds);
  check_notes(config.data, "data.", read);
  check_notes(config.model, "model.", read);
  for (const auto& [name, part] : parts_of(config))
    check_notes(*part, name + ".", read);
  check_notes(config.train, "train.", read);
  check_together(config, read, where);
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

double parse_duration(const std::string& text, const std::string& where) {
  if (text.empty())
    return 0;
  std::vector<double>
      parts;  // from the left: days, hours, minutes, seconds, or the last ones of these
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(':', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    const bool number = !part.empty() && part.size() <= 9 &&
                        part.find_first_not_of("0123456789") == std::string::npos;
    check_in(number && parts.size() < 4, ErrorKind::usage, where,
             "'train.max_time' is \"{}\", should be DD:HH:MM:SS, for example \"01:30:00\"", text);
    parts.push_back(std::stod(part));
    begin = end + 1;
  }
  constexpr double unit[] = {1, 60, 3600, 86400};
  double seconds = 0;
  for (size_t i = 0; i < parts.size(); ++i)
    seconds += parts[i] * unit[parts.size() - 1 - i];
  check_in(seconds > 0, ErrorKind::usage, where,
           "'train.max_time' is \"{}\", should be above 0; without it there is no limit", text);
  return seconds;
}

}  // namespace hebb
