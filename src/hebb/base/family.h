// A family of words that a configuration may hold: layers, optimisers, losses, ... Each word is an
// entry: a name, a sentence, its options, and what it makes. The built-in ones stand in the
// family's .def; a program may add more while it runs. For .cc files.
#pragma once

#include <algorithm>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/options.h"
#include "hebb/base/spec.h"

namespace hebb {

// Entry has name, what and options; it may have aliases, other names for the word.
template <class Entry>
class Family {
 public:
  // thing: what an entry is, such as "layer". built_in must live as long as the program.
  Family(std::string_view thing, std::vector<const Entry*> built_in)
      : thing_(thing), entries_(std::move(built_in)) {}

  // Error (usage): the name is taken. The entry's texts are not copied, so they must be literals.
  void add(const Entry& entry) {
    const std::lock_guard lock(mutex_);
    check_in(!known(entry.name), ErrorKind::usage, "", "there is a {} '{}' already", thing_,
             entry.name);
    entries_.push_back(&added_.emplace_back(entry));
  }

  std::vector<const Entry*> all() const {
    const std::lock_guard lock(mutex_);
    return entries_;
  }

  // Error (usage): the name is unknown; the message names the nearest ones.
  const Entry& find(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    if (const Entry* entry = known(name))
      return *entry;
    std::vector<std::string> names;
    for (const Entry* entry : entries_)
      names.emplace_back(entry->name);
    refuse_name(thing_, name, names);
  }

  // Calls make(entry, options) with the line's entry and the options that its arguments give.
  template <class Make>
  auto parse(std::string_view text, const Make& make) const {
    const SpecLine line = SpecLine::parse(text);
    const Entry& entry = find(line.name);
    return make(entry, read_options(line, *entry.options).get());
  }

  // The line in its printed form: every argument by its own name, defaults left out.
  std::string print(std::string_view text) const {
    return parse(text, [](const Entry& entry, const void* options) {
      return options_line(entry.name, *entry.options, options);
    });
  }

  std::vector<SpecHelp> help() const {
    std::vector<SpecHelp> out;
    for (const Entry* entry : all())
      out.push_back({std::string(entry->name), options_usage(entry->name, *entry->options),
                     std::string(entry->what), entry->options});
    return out;
  }

 private:
  const Entry* known(std::string_view name) const {
    for (const Entry* entry : entries_) {
      if (entry->name == name)
        return entry;
      if constexpr (requires { entry->aliases.begin(); })
        if (std::find(entry->aliases.begin(), entry->aliases.end(), name) != entry->aliases.end())
          return entry;
    }
    return nullptr;
  }

  std::string_view thing_;
  std::vector<const Entry*> entries_;
  std::deque<Entry> added_;  // a deque: entries keep their addresses when more are added
  mutable std::mutex mutex_;
};

}  // namespace hebb
