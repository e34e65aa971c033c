#include "hebb/ops/parse_attributes.h"

#include <string>

#include "hebb/base/check.h"

namespace hebb {
namespace {

std::string with_finite_numbers(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"-Infinity", "\"-inf\""}, {"Infinity", "\"inf\""}, {"NaN", "\"nan\""}};
  std::string out;
  bool quoted = false;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '"')
      quoted = !quoted;
    if (quoted && text[i] == '\\')
      out += text[i++];
    if (i == text.size())
      break;
    bool replaced = false;
    if (!quoted)
      for (const auto& [word, value] : words)
        if (text.substr(i).starts_with(word)) {
          out += value;
          i += word.size();
          replaced = true;
          break;
        }
    if (!replaced)
      out += text[i++];
  }
  return out;
}

}  // namespace

Json parse_attributes(std::string_view text) {
  if (text.empty())
    return Json::object();
  Json json;
  try {
    json = parse_json(with_finite_numbers(text));
  } catch (const Json::exception& error) {
    throw Error(ErrorKind::usage, "",
                fmt::format("the attributes are no JSON: {}", plain_text(error)));
  }
  if (!json.is_object())
    throw Error(ErrorKind::usage, "", "the attributes should be a JSON object, like {\"dim\": 0}");
  return json;
}

}  // namespace hebb
