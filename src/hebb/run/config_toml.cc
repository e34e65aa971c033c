#include "hebb/run/config_toml.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "hebb/base/check.h"
#include "hebb/base/toml_text.h"
#include "hebb/base/utf8.h"

namespace hebb {
namespace {

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

}  // namespace

toml::table parse_toml(std::string_view text, const std::string& where) {
  try {
    return toml::parse(ascii_toml(text, where));
  } catch (const toml::parse_error& error) {
    throw Error(ErrorKind::usage, fmt::format("{}:{}", where, error.source().begin.line),
                toml_trouble(error.description()));
  }
}

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

}  // namespace hebb
