#include "hebb/base/spec.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "hebb/base/check.h"
#include "hebb/base/lower_case.h"
#include "hebb/base/nearest.h"

namespace hebb {
namespace {

constexpr size_t longest_line = 4096;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_key(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9'))
    return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
}

// The beginning of what the user wrote, for messages.
std::string shown(std::string_view text) {
  return std::string(text.substr(0, 60)) + (text.size() > 60 ? "..." : "");
}

template <class T>
std::optional<T> parse_whole(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-')
    text.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty())
    return std::nullopt;
  return value;
}

bool is_digits(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+'))
    text.remove_prefix(1);
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos)
      return parts;
    text.remove_prefix(at + 1);
  }
}

// "3", "3x5" or "3,5"
std::vector<std::string_view> parts_of(std::string_view numbers) {
  return split(numbers, numbers.find(',') == std::string_view::npos ? 'x' : ',');
}

}  // namespace

SpecLine SpecLine::parse(std::string_view line) {
  check_in(line.size() <= longest_line, ErrorKind::usage, "",
           "a line of {} characters, should be at most {}: '{}'", line.size(), longest_line,
           shown(line));
  std::vector<std::string_view> words;
  for (size_t i = 0; i < line.size();) {
    if (is_blank(line[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < line.size() && !is_blank(line[end]))
      ++end;
    words.push_back(line.substr(i, end - i));
    i = end;
  }
  check_in(!words.empty(), ErrorKind::usage, "",
           "an empty line where 'NAME [arguments] [key=value ...]' should be");
  check_in(is_key(words[0]), ErrorKind::usage, "",
           "'{}' is not a name; should be 'NAME [arguments] [key=value ...]'", shown(words[0]));

  SpecLine spec;
  spec.name = words[0];
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    // Of "linear 10" and "padding=1"; a line within this one has its own: "conv2d:8:3:padding=1".
    const size_t equals = word.find('=');
    if (word.find(':') < equals || equals == std::string_view::npos) {
      const bool spread = i + 1 < words.size() && words[i + 1].front() == '=';
      check_in(!spread, ErrorKind::usage, spec.name,
               "blanks around '=' after '{}'; should be key=value", shown(word));
      check_in(spec.named.empty(), ErrorKind::usage, spec.name,
               "'{}' stands after '{}={}'; positional arguments come first, or give it a key",
               shown(word), spec.named.empty() ? "" : spec.named.back().first,
               spec.named.empty() ? "" : shown(spec.named.back().second));
      spec.positional.emplace_back(word);
      continue;
    }
    const std::string_view key = word.substr(0, equals), value = word.substr(equals + 1);
    check_in(is_key(key) && !value.empty(), ErrorKind::usage, spec.name,
             "'{}' should be key=value, without blanks", shown(word));
    for (const auto& [other, old] : spec.named)
      check_in(other != key, ErrorKind::usage, spec.name, "'{}' is given twice: {} and {}", key,
               shown(old), shown(value));
    spec.named.emplace_back(key, value);
  }
  return spec;
}

std::string SpecLine::to_string() const {
  std::string out = name;
  for (const std::string& argument : positional)
    out += " " + argument;
  for (const auto& [key, value] : named)
    out += " " + key + "=" + value;
  return out;
}

SpecReader::SpecReader(const SpecLine& spec, const std::vector<SpecKey>& keys) : name_(spec.name) {
  size_t places = 0;
  for (const SpecKey& key : keys) {
    keys_.push_back(key.name);
    places += key.by_place;
  }
  check_in(spec.positional.size() <= places, ErrorKind::usage, name_,
           "{} positional argument{}, should be at most {}{}", spec.positional.size(),
           spec.positional.size() == 1 ? "" : "s", places,
           places == 0
               ? std::string()
               : fmt::format(" ({})", fmt::join(keys_.begin(),
                                                keys_.begin() + std::ptrdiff_t(places), ", ")));
  for (size_t i = 0; i < spec.positional.size(); ++i)
    arguments_.push_back({keys_[i], spec.positional[i]});
  for (const auto& [given, value] : spec.named) {
    const auto known = std::find_if(keys.begin(), keys.end(), [&, &word = given](const auto& key) {
      return key.name == word ||
             std::find(key.aliases.begin(), key.aliases.end(), word) != key.aliases.end();
    });
    if (known == keys.end())
      fail(ErrorKind::usage, name_, "{}", unknown_word("key", given, keys_));
    if (const Argument* other = find(known->name))
      fail(ErrorKind::usage, name_, "{} is given twice: {} and {}", known->name,
           shown(other->value), shown(value));
    arguments_.push_back({known->name, value});
  }
}

const SpecReader::Argument* SpecReader::find(std::string_view key) const {
  for (const Argument& a : arguments_)
    if (a.key == key)
      return &a;
  return nullptr;
}

bool SpecReader::has(std::string_view key) const {
  promise(std::find(keys_.begin(), keys_.end(), key) != keys_.end(),
          "a key is read that was not announced");
  return find(key) != nullptr;
}

const std::string& SpecReader::value(std::string_view key) const {
  check_in(has(key), ErrorKind::usage, name_, "{} is missing; should be given as {}=...", key, key);
  const Argument* argument = find(key);
  argument->read = true;
  return argument->value;
}

void SpecReader::reject(std::string_view key, std::string_view should) const {
  const Argument* argument = find(key);
  if (!argument)
    fail(ErrorKind::usage, name_, "{} {}", key, should);
  fail(ErrorKind::usage, name_, "{} is {}, {}", key, shown(argument->value), should);
}

int64_t SpecReader::integer(std::string_view key, int64_t at_least) {
  const auto parsed = parse_whole<int64_t>(value(key));
  if (!parsed)
    reject(key,
           is_digits(value(key)) ? "which does not fit into 64 bits" : "should be a whole number");
  if (*parsed < at_least)
    reject(key, fmt::format("should be at least {}", at_least));
  return *parsed;
}

std::vector<int64_t> SpecReader::integers(std::string_view key, int64_t at_least) {
  std::vector<int64_t> out;
  for (std::string_view part : parts_of(value(key)))
    out.push_back(whole(key, part, at_least));
  return out;
}

std::vector<int64_t> SpecReader::integers_or_none(std::string_view key, int64_t at_least,
                                                  int64_t none) {
  std::vector<int64_t> out;
  for (std::string_view part : parts_of(value(key)))
    out.push_back(part == "none" || part == "None" ? none : whole(key, part, at_least));
  return out;
}

int64_t SpecReader::whole(std::string_view key, std::string_view part, int64_t at_least) const {
  const auto parsed = parse_whole<int64_t>(part);
  if (!parsed)
    reject(key, "should be a whole number, or several as 3x5 or 3,5");
  if (*parsed < at_least)
    reject(key, fmt::format("should be at least {}", at_least));
  return *parsed;
}

double SpecReader::number(std::string_view key) {
  const auto parsed = parse_whole<double>(value(key));
  if (!parsed || !std::isfinite(*parsed))
    reject(key, "should be a number");
  return *parsed;
}

std::vector<double> SpecReader::numbers(std::string_view key) {
  std::vector<double> out;
  for (std::string_view part : split(value(key), ',')) {
    const auto parsed = parse_whole<double>(part);
    if (!parsed || !std::isfinite(*parsed))
      reject(key, "should be a number, or several as 0.9,0.999");
    out.push_back(*parsed);
  }
  return out;
}

bool SpecReader::flag(std::string_view key) {
  const std::string text = lower_case(value(key));
  if (text == "true" || text == "yes" || text == "on" || text == "1")
    return true;
  if (text == "false" || text == "no" || text == "off" || text == "0")
    return false;
  reject(key, "should be true or false");
}

std::string SpecReader::word(std::string_view key, const std::vector<std::string>& choices) {
  const std::string& text = value(key);
  if (std::find(choices.begin(), choices.end(), text) == choices.end())
    fail(ErrorKind::usage, name_, "{}", unknown_word(key, shown(text), choices));
  return text;
}

std::string SpecReader::text(std::string_view key) {
  return value(key);
}

int64_t SpecReader::integer_or(std::string_view key, int64_t otherwise, int64_t at_least) {
  return has(key) ? integer(key, at_least) : otherwise;
}
std::vector<int64_t> SpecReader::integers_or(std::string_view key, std::vector<int64_t> otherwise,
                                             int64_t at_least) {
  return has(key) ? integers(key, at_least) : std::move(otherwise);
}
double SpecReader::number_or(std::string_view key, double otherwise) {
  return has(key) ? number(key) : otherwise;
}
std::vector<double> SpecReader::numbers_or(std::string_view key, std::vector<double> otherwise) {
  return has(key) ? numbers(key) : std::move(otherwise);
}
bool SpecReader::flag_or(std::string_view key, bool otherwise) {
  return has(key) ? flag(key) : otherwise;
}
std::string SpecReader::word_or(std::string_view key, std::string otherwise,
                                const std::vector<std::string>& choices) {
  return has(key) ? word(key, choices) : std::move(otherwise);
}
std::string SpecReader::text_or(std::string_view key, std::string otherwise) {
  return has(key) ? text(key) : std::move(otherwise);
}

void SpecReader::done() const {
  for (const Argument& a : arguments_)
    check_in(a.read, ErrorKind::usage, name_, "{}={} has no effect here", a.key, shown(a.value));
}

void refuse_name(std::string_view thing, std::string_view name,
                 const std::vector<std::string>& known) {
  throw Error(ErrorKind::usage, "", unknown_word(thing, name, known));
}

}  // namespace hebb
