// A configuration as text: the resolved one of a run folder, what differs between two, and what
// help says of the keys.
#include "hebb/run/config.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "hebb/base/check.h"
#include "hebb/base/toml_text.h"

namespace hebb {
namespace {

std::string number_text(double v) {
  std::string text = fmt::format("{}", v);
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;
}

std::string value_text(const std::string& v) {
  return toml_quoted(v);
}
std::string value_text(bool v) {
  return v ? "true" : "false";
}
std::string value_text(int64_t v) {
  return std::to_string(v);
}
std::string value_text(double v) {
  return number_text(v);
}
std::string value_text(const Dims& v) {
  return to_string(v);
}
// What a rule leaves open is not written; no rules: left out.
std::string value_text(const std::vector<optim::ParamRule>& rules) {
  std::vector<std::string> items;
  for (const optim::ParamRule& rule : rules) {
    std::string item =
        fmt::format("{{ match = {}, lr = {}, ", toml_quoted(rule.match), number_text(rule.lr));
    if (rule.weight_decay)
      item += fmt::format("weight_decay = {}, ", number_text(*rule.weight_decay));
    if (rule.min_lr)
      item += fmt::format("min_lr = {}, ", number_text(*rule.min_lr));
    if (!rule.optimizer.empty())
      item += fmt::format("optimizer = {}, ", toml_quoted(rule.optimizer));
    items.push_back(item + fmt::format("thaw = {} }}", rule.thaw));
  }
  return rules.empty() ? "" : fmt::format("[{}]", fmt::join(items, ", "));
}
std::string value_text(const nn::LayerItem& item);
template <class T>
std::string value_text(const std::vector<T>& v) {
  std::vector<std::string> items;
  for (const T& item : v)
    items.push_back(value_text(item));
  return fmt::format("[{}]", fmt::join(items, ", "));
}
// A name that is a key without quotes is one.
std::string key_text(const std::string& name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  return bare ? name : toml_quoted(name);
}
std::string value_text(const std::vector<std::pair<std::string, std::string>>& v) {
  std::vector<std::string> items;
  for (const auto& [name, word] : v)
    items.push_back(fmt::format("{} = {}", key_text(name), toml_quoted(word)));
  return items.empty() ? "{}" : fmt::format("{{ {} }}", fmt::join(items, ", "));
}
std::string value_text(const InitConfig& init) {
  if (init.rules.empty())
    return toml_quoted(init.line);
  std::vector<std::pair<std::string, std::string>> rules;
  for (const nn::InitRule& rule : init.rules)
    rules.emplace_back(rule.match, rule.line);
  return value_text(rules);
}
std::string value_text(const Normalization& n) {
  if (n.kind == Normalization::Kind::none)
    return "\"none\"";
  if (n.kind == Normalization::Kind::automatic)
    return "\"auto\"";
  if (n.kind == Normalization::Kind::step)
    return toml_quoted(n.step);
  return fmt::format("{{ mean = {}, std = {} }}", value_text(n.mean), value_text(n.std));
}
// The keys of the way that is used: a run's configuration, and its hash, stay as they were when
// another way comes.
std::string value_text(const SplitConfig& s) {
  std::vector<std::string> items;
  const auto add = [&](std::string_view name, const std::string& value) {
    items.push_back(fmt::format("{} = {}", name, value));
  };
  if (s.by_shares()) {
    add("train", value_text(s.train));
    add("validation", value_text(s.validation));
    add("test", value_text(s.test));
  } else {
    if (!s.column.empty())
      add("column", value_text(s.column));
    if (!s.file.empty())
      add("file", value_text(s.file));
    if (s.folds > 0)
      add("folds", value_text(s.folds));
    if (s.folds > 0 || !s.file.empty())
      add("fold", value_text(s.fold));
    add("validation", value_text(s.validation));
  }
  return fmt::format("{{ {} }}", fmt::join(items, ", "));
}
std::string value_text(const ClassWeights& w) {
  if (w.kind == ClassWeights::Kind::none)
    return "\"none\"";
  if (w.kind == ClassWeights::Kind::balanced)
    return "\"balanced\"";
  std::vector<std::string> items;
  for (const auto& [label, number] : w.numbers)
    items.push_back(fmt::format("{} = {}", value_text(label), value_text(number)));
  return fmt::format("{{ {} }}", fmt::join(items, ", "));
}
std::string value_text(const Threshold& t) {
  return t.best.empty() ? number_text(t.value) : toml_quoted("best " + t.best);
}
template <class E>
requires std::is_enum_v<E> std::string value_text(E v) {
  return toml_quoted(words_of(v)[size_t(v)]);
}
template <fields::Listed T>
std::string value_text(const T& v);
template <class T>
std::string value_text(const std::optional<T>& v) {
  return v ? value_text(*v) : "";
}  // left out
template <fields::Listed T>
std::string value_text(const T& v) {
  std::vector<std::string> items;
  for_each_field(v, [&](std::string_view name, const auto& field) {
    if (const std::string text = value_text(field); !text.empty())
      items.push_back(fmt::format("{} = {}", name, text));
  });
  return fmt::format("{{ {} }}", fmt::join(items, ", "));
}
std::string value_text(const nn::LayerItem& item) {
  return std::visit([](const auto& block) { return value_text(block); },
                    static_cast<const nn::LayerItem::variant&>(item));
}

template <class T>
struct Held {  // what stands in a field that may be left out
  using type = T;
};
template <class T>
struct Held<std::optional<T>> {
  using type = T;
};

// A table of the configuration, which may be left out: null.
template <class T>
T* held(T& table) {
  return &table;
}
template <class T>
T* held(std::optional<T>& table) {
  return table ? &*table : nullptr;
}
template <class T>
const T* held(const std::optional<T>& table) {
  return table ? &*table : nullptr;
}

// A key without a sentence, or a sentence without its key, does not compile.
template <class T>
constexpr bool has_sentences() {
  constexpr auto names = T::field_names();
  if (names.size() != std::size(T::notes))
    return false;
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i] != T::notes[i].field || T::notes[i].what.empty())
      return false;
  return true;
}
static_assert(has_sentences<DataConfig>() && has_sentences<SplitConfig>() &&
              has_sentences<ModelConfig>() && has_sentences<TrainConfig>() &&
              has_sentences<EarlyStoppingConfig>() && has_sentences<CheckpointConfig>());

template <fields::Listed T>
void add_keys(std::vector<KeyHelp>& out, std::string_view table, const std::string& prefix,
              const T& part) {
  for_each_field(part, [&](std::string_view name, const auto& value) {
    using Value = typename Held<std::decay_t<decltype(value)>>::type;
    const std::string key = prefix.empty() ? std::string(name) : fmt::format("{}.{}", prefix, name),
                      text = value_text(value);
    const Note& note = note_of(T::notes, name);
    const std::string_view open = note.otherwise.empty() ? "none" : note.otherwise;
    out.push_back(
        {std::string(table), key, text.empty() ? std::string(open) : text, std::string(note.what)});
    if constexpr (fields::Listed<Value>)
      add_keys(out, table, key, Value{});
  });
}

// f(table, key, value as text); of a table that is not there every value is "".
template <class F>
void for_each_key(const Config& config, F&& f) {
  for_each_field(config, [&](std::string_view name, const auto& table) {
    using Table = typename Held<std::decay_t<decltype(table)>>::type;
    const Table* given = held(table);
    const Table none{};
    for_each_field(given ? *given : none, [&](std::string_view key, const auto& value) {
      f(std::string(name), std::string(key), given ? value_text(value) : std::string());
    });
  });
}

}  // namespace

std::string to_toml(const Config& config) {
  std::string out, current;
  for_each_key(config,
               [&](const std::string& table, const std::string& key, const std::string& value) {
                 if (value.empty())
                   return;
                 if (table != current)
                   out += fmt::format("{}[{}]\n", current.empty() ? "" : "\n", table);
                 current = table;
                 out += fmt::format("{} = {}\n", key, value);
               });
  return out;
}

namespace {

// f(value, default, note) for each key of the tables.
template <class F>
void for_each_noted(Config& config, F&& f) {
  for_each_field(config, [&](std::string_view, auto& given) {
    using Table = typename Held<std::decay_t<decltype(given)>>::type;
    Table* const table = held(given);
    if (!table)
      return;
    const Table defaults{};
    for_each_field(*table, [&](std::string_view key, auto& value) {
      using Value = std::decay_t<decltype(value)>;
      for_each_field(defaults, [&](std::string_view name, const auto& usual) {
        if constexpr (std::is_same_v<std::decay_t<decltype(usual)>, Value>)
          if (name == key)
            f(value, usual, note_of(Table::notes, key));
      });
    });
  });
}

template <class Table>
void resolve(Table& now, const Table& run) {
  for_each_field(now, [&](std::string_view key, auto& value) {
    using Value = std::decay_t<decltype(value)>;
    if (!note_of(Table::notes, key).resolved || value_text(value) != value_text(Value{}))
      return;
    for_each_field(run, [&](std::string_view name, const auto& found) {
      if constexpr (std::is_same_v<std::decay_t<decltype(found)>, Value>)
        if (name == key)
          value = found;
    });
  });
}

}  // namespace

Config without_free_keys(Config config) {
  // Emptied, not set to their defaults: the hash that checkpoints hold has always been of that.
  for_each_noted(config, [](auto& value, const auto&, const Note& note) {
    if (note.resume == Resume::free)
      value = std::decay_t<decltype(value)>{};
  });
  return config;
}

Config without_extendable_keys(Config config) {
  for_each_noted(config, [](auto& value, const auto& usual, const Note& note) {
    if (note.resume == Resume::extendable)
      value = usual;
  });
  return config;
}

namespace {

// A layer whose numbers the data say ("embed_columns 9,16") may be named without them.
void resolve_layers(ModelConfig& now, const ModelConfig& run) {
  const std::string *given = nn::first_line(now.layers), *found = nn::first_line(run.layers);
  if (given && found && *given == "embed_columns" && found->starts_with("embed_columns "))
    now.layers[0] = *found;
}

}  // namespace

Config with_resolved_keys(Config now, const Config& run) {
  resolve(now.data, run.data);
  resolve_layers(now.model, run.model);
  resolve(now.model, run.model);
  for (const auto& [name, part] : parts_of(now))
    for (const auto& [known, begun] : parts_of(run))
      if (known == name)
        resolve(*part, *begun);
  resolve(now.train, run.train);
  return now;
}

std::vector<std::string> differing_keys(const Config& now, const Config& before) {
  std::vector<std::string> out;
  std::map<std::string, std::string> old;
  for_each_key(before, [&](const std::string& table, const std::string& key,
                           const std::string& value) { old[table + "." + key] = value; });
  for_each_key(
      now, [&](const std::string& table, const std::string& key, const std::string& value) {
        const std::string name = table + "." + key;
        if (old[name] != value)
          out.push_back(fmt::format("{} ({}, was {})", name, value.empty() ? "none" : value,
                                    old[name].empty() ? "none" : old[name]));
      });
  return out;
}

std::vector<std::pair<std::string, std::string>> config_values(const Config& config) {
  std::vector<std::pair<std::string, std::string>> out;
  for_each_key(config,
               [&](const std::string& table, const std::string& key, const std::string& value) {
                 out.emplace_back(table + "." + key, value);
               });
  return out;
}

namespace {

bool table_is_left_out(const Config& config, std::string_view name) {
  bool out = false;
  for_each_field(config, [&](std::string_view known, const auto& table) {
    out = out || (known == name && !held(table));
  });
  return out;
}

}  // namespace

std::vector<std::string> changed_keys(const Config& config) {
  std::vector<std::string> out;
  std::map<std::string, std::string> defaults;
  const auto keep_default = [&](const std::string& table, const std::string& key,
                                const std::string& value) { defaults[table + "." + key] = value; };
  Config usual;
  for_each_field(usual, [](std::string_view, auto& table) {
    using Table = std::decay_t<decltype(table)>;
    if constexpr (!fields::Listed<Table>)
      table.emplace();
  });
  for_each_key(usual, keep_default);
  for_each_key(config,
               [&](const std::string& table, const std::string& key, const std::string& value) {
                 const std::string name = table + "." + key;
                 const bool left_out = value.empty() && table_is_left_out(config, table);
                 if (!left_out && defaults[name] != value)
                   out.push_back(fmt::format("{} = {}", name, value));
               });
  return out;
}

std::vector<KeyHelp> config_keys() {
  std::vector<KeyHelp> out;
  const Config defaults{};
  for_each_field(defaults, [&](std::string_view table, const auto& part) {
    add_keys(out, table, "", typename Held<std::decay_t<decltype(part)>>::type{});
  });
  return out;
}

}  // namespace hebb
