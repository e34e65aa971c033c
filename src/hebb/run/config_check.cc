#include "hebb/run/config_check.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/base/options.h"

namespace hebb {
namespace {

// The bounds that the keys' notes say.
template <fields::Listed T>
void check_notes(const T& part, const std::string& prefix, const ConfigPlaces& places) {
  for_each_field(part, [&](std::string_view name, const auto& value) {
    using Value = std::decay_t<decltype(value)>;
    const std::string key = prefix + std::string(name);
    const Note& note = note_of(T::notes, name);
    const auto refuse = [&](const auto& shown, std::string_view should) {
      fail(ErrorKind::usage, places.of(key), "'{}' is {}, should be {}", key, shown, should);
    };
    const auto check_word = [&](const std::string& word) {
      if (!note.one_of.empty() &&
          std::find(note.one_of.begin(), note.one_of.end(), word) == note.one_of.end())
        refuse(word, fmt::format("\"{}\"", fmt::join(note.one_of, "\" or \"")));
    };
    if constexpr (fields::Listed<Value>) {
      check_notes(value, key + ".", places);
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
          check_notes(*value, key + ".", places);
    } else if constexpr (requires { value.at(0); }) {
      if constexpr (fields::Listed<typename Value::value_type>)
        for (size_t i = 0; i < value.size(); ++i)
          check_notes(value[i], fmt::format("{}[{}].", key, i), places);
    }
  });
}

void check_data(const DataConfig& d, const ConfigPlaces& places) {
  check_in(
      !d.dataset.empty() || !d.train.empty(), ErrorKind::usage, places.file(),
      "[data] names no data: set 'dataset', for example dataset = \"fashion-mnist\", or 'train'");
  check_in(d.dataset.empty() || (d.train.empty() && d.validation.empty() && d.test.empty()),
           ErrorKind::usage, places.file(),
           "[data] has both 'dataset' and 'train', 'validation' or 'test'; it should be one or the "
           "other");
  check_split(d, places);
}

}  // namespace

void check_config(const Config& config, const ConfigPlaces& places) {
  check_notes(config.data, "data.", places);
  check_notes(config.model, "model.", places);
  for (const auto& [name, part] : parts_of(config))
    check_notes(*part, name + ".", places);
  check_notes(config.train, "train.", places);
  parse_duration(config.train.max_time, places.of("train.max_time"));
  check_data(config.data, places);
  check_models(config, places);
}

}  // namespace hebb
