// Everything that is derived from a struct of options with HEBB_FIELDS and its notes (base/note.h):
// reading and writing a line of a configuration, help, the description that PyTorch prints, and
// checks. For .cc files. The struct's type is erased, so this is compiled once.
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hebb/base/fields.h"
#include "hebb/base/note.h"
#include "hebb/base/spec.h"

namespace hebb {

struct OptionField {
  std::string_view name;
  const Note& note;
  int sides = 0;  // how many numbers a list has, or one for all; 0: any number
};

// The ends of a range that numbers are drawn from at random.
struct Range {
  double low = 0, high = 0;
  bool operator==(const Range&) const = default;
};

class OptionVisitor {
 public:
  virtual ~OptionVisitor() = default;
  virtual void field(const OptionField& at, bool& value) = 0;
  virtual void field(const OptionField& at, int64_t& value) = 0;
  virtual void field(const OptionField& at, double& value) = 0;
  virtual void field(const OptionField& at, std::string& value) = 0;
  virtual void field(const OptionField& at, std::vector<int64_t>& value) = 0;
  virtual void field(const OptionField& at, Range& value) = 0;
  virtual void word(const OptionField& at, size_t& index,
                    std::span<const std::string_view> words) = 0;
  // Returns whether there is (now) a value; field() is called for it then.
  virtual bool optional(const OptionField& at, bool has) = 0;
};

// The functions of a struct's type; one object per struct and start.
struct OptionsType {
  std::span<const Note> notes;
  std::shared_ptr<void> (*start)();  // has the defaults; needed fields have any value
  void (*visit)(void* options, std::span<const Note> notes, OptionVisitor& visitor);
};

namespace options_detail {

// Types of floors above are known by their form: a Size has a `value`, an Extent `values` and
// `sides`; an enum has its words, words_of(E), which is found beside it.
template <class T>
void visit_one(OptionField at, T& v, OptionVisitor& visitor) {
  if constexpr (std::same_as<T, bool> || std::same_as<T, int64_t> || std::same_as<T, double> ||
                std::same_as<T, std::string> || std::same_as<T, std::vector<int64_t>> ||
                std::same_as<T, Range>) {
    visitor.field(at, v);
  } else if constexpr (std::is_enum_v<T>) {
    auto index = size_t(v);
    visitor.word(at, index, words_of(v));
    v = T(index);
  } else if constexpr (requires { v.has_value(); }) {
    using Held = typename T::value_type;
    if (!visitor.optional(at, v.has_value()))
      return v.reset();
    if (!v) {
      if constexpr (std::default_initializable<Held>)
        v.emplace();
      else
        v.emplace(1);
    }
    visit_one(at, *v, visitor);
  } else if constexpr (requires { v.values.begin(); }) {
    at.sides = T::sides;
    visit_one(at, v.values, visitor);
    while (v.values.size() > 0 && v.values.size() < size_t(T::sides))
      v.values.push_back(v.values[0]);
  } else if constexpr (requires { int64_t(v.value); }) {
    int64_t number = v.value;
    visitor.field(at, number);
    v = T(number);
  } else {  // a list of whole numbers, such as Dims
    std::vector<int64_t> numbers(v.begin(), v.end());
    visitor.field(at, numbers);
    v = {};
    for (int64_t number : numbers)
      v.push_back(number);
  }
}

template <class T>
void visit(void* options, std::span<const Note> notes, OptionVisitor& visitor) {
  for_each_field(*static_cast<T*>(options), [&](std::string_view name, auto& value) {
    visit_one({name, note_of(notes, name)}, value, visitor);
  });
}

template <class T, T (*start)()>
std::shared_ptr<void> started() {
  return std::make_shared<T>(start());
}

template <class T>
T plain_start() {
  return T{};
}

template <class T>
constexpr std::span<const Note> notes_of() {
  if constexpr (requires { T::notes[0]; })
    return T::notes;
  else
    return {};
}

}  // namespace options_detail

// start makes a struct with its defaults, when they are not the struct's own or it has none.
template <class T, T (*start)() = options_detail::plain_start<T>>
inline constexpr OptionsType options_type{
    options_detail::notes_of<T>(), options_detail::started<T, start>, options_detail::visit<T>};

// For a struct whose fields another floor lists. notes: its table, a named object.
template <class T, const auto& notes>
inline constexpr OptionsType options_type_with{
    notes, options_detail::started<T, options_detail::plain_start<T>>, options_detail::visit<T>};

// The struct behind type-erased options.
template <class T>
const T& as(const void* options) {
  return *static_cast<const T*>(options);
}

// A word without options.
struct NoOptions {
  HEBB_NO_FIELDS()
};

// ---- what is derived ----

// Error (usage): an unknown, missing or surplus argument, or a value out of its bounds; where() is
// the line's name.
std::shared_ptr<void> read_options(const SpecLine& line, const OptionsType& type);

// "conv2d 32 3 padding=1": the needed fields, and those that are not at their defaults. Parsing it
// gives the same options.
std::string options_line(std::string_view name, const OptionsType& type, const void* options);

// One argument of a line, for help.
struct OptionHelp {
  enum class Kind : uint8_t { flag, whole, number, text, wholes, range, word } kind;
  std::string key, value;            // value: the default, or "none"
  std::vector<std::string> aliases;  // and the field's name when it differs
  std::vector<std::string> choices;  // the words that it may be
  int parts = 1;                     // how many fields are written together
  const Note* note;                  // of the first of these fields
};
std::vector<OptionHelp> options_help(const OptionsType& type);

// "conv2d OUT KERNEL [stride=1 padding=0 ...]": arguments in capitals need no name.
std::string options_usage(std::string_view name, const OptionsType& type);

// "Conv2d(1, 32, kernel_size=(3, 3), stride=(1, 1))", as PyTorch prints it.
std::string options_repr(std::string_view name, const OptionsType& type, const void* options);

// Checks options that a program filled in. Error (usage): a value out of its bounds.
void check_options(std::string_view where, const OptionsType& type, const void* options);

// "at least 0 and below 1"; empty: the note has no bounds.
std::string bounds_text(const Note& note);
bool within_bounds(const Note& note, double value);  // NaN never is

template <class T>
void check_options(std::string_view where, const T& options) {
  check_options(where,
                OptionsType{options_detail::notes_of<T>(), nullptr, options_detail::visit<T>},
                &options);
}

}  // namespace hebb
