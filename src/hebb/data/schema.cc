#include "hebb/data/schema.h"

#include <algorithm>
#include <array>

#include "hebb/base/check.h"

namespace hebb::data {

std::span<const std::string_view> words_of(FieldKind) {
  static constexpr std::array<std::string_view, 8> words = {
      "number", "category", "text", "tokens", "picture", "mask", "boxes", "time"};
  return words;
}

const Field* find_field(const Schema& schema, std::string_view name) {
  const auto found = std::find_if(schema.begin(), schema.end(),
                                  [&](const Field& field) { return field.name == name; });
  return found == schema.end() ? nullptr : &*found;
}

const Field* find_target(const Schema& schema) {
  const auto found = std::find_if(schema.rbegin(), schema.rend(),
                                  [](const Field& field) { return field.name == target_field; });
  return found == schema.rend() ? nullptr : &*found;
}

std::string describe(const Field& field) {
  return fmt::format("{}: {} {}{}", field.name, words_of(field.kind)[size_t(field.kind)],
                     hebb::name(field.dtype), to_string(field.shape));
}

std::string describe(const Schema& schema) {
  constexpr size_t most = 10;
  std::string out;
  for (size_t i = 0; i < std::min(schema.size(), most); ++i)
    out += (i ? ", " : "") + describe(schema[i]);
  return schema.size() > most ? out + ", ..." : out;
}

bool fits(const Field& given, const Field& wanted) {
  const auto same_size = [](int64_t have, int64_t want) { return want < 0 || have == want; };
  return given.kind == wanted.kind &&
         (given.dtype == wanted.dtype || (is_floating(given.dtype) && is_floating(wanted.dtype))) &&
         std::equal(given.shape.begin(), given.shape.end(), wanted.shape.begin(),
                    wanted.shape.end(), same_size) &&
         (given.labels.empty() || wanted.labels.empty() || given.labels == wanted.labels);
}

}  // namespace hebb::data
