// What is wrong in a JSON document, and where: "steps[2].state.columns[0].mean: should be number,
// is string". For .cc files.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

#include "hebb/base/json.h"
#include "hebb/base/utf8.h"

namespace hebb {

// path: keys with points between them, places in lists in brackets; may be empty.
class JsonTrouble : public Json::exception {
 public:
  JsonTrouble(std::string path, std::string reason)
      : Json::exception(302, (path.empty() ? reason : path + ": " + reason).c_str()),
        path_(std::move(path)), reason_(std::move(reason)) {}

  const std::string& path() const { return path_; }
  const std::string& reason() const { return reason_; }
  JsonTrouble inside(std::string_view key) const {
    const bool joined = path_.empty() || path_.starts_with('[');
    return {fmt::format("{}{}{}", key, joined ? "" : ".", path_), reason_};
  }

 private:
  std::string path_, reason_;
};

// A value as a message shows it: "far", 1.5, a list, an object.
inline std::string shown_json(const Json& json) {
  constexpr size_t most = 40;
  if (json.is_structured())
    return json.is_array() ? "a list" : "an object";
  const std::string text = to_readable_text(json);
  return text.size() <= most ? text : text.substr(0, valid_utf8(text.substr(0, most))) + "...";
}

// f(), whose troubles are those of the value of this key.
template <class F>
decltype(auto) at_json(std::string_view key, F&& f) {
  try {
    return f();
  } catch (const JsonTrouble& trouble) {
    throw trouble.inside(key);
  } catch (const Json::exception& trouble) {
    throw JsonTrouble(std::string(key), plain_text(trouble));
  }
}
// The same of a place in a list.
template <class F>
decltype(auto) at_json(size_t place, F&& f) {
  try {
    return f();
  } catch (const Json::exception& trouble) {
    const auto* known = dynamic_cast<const JsonTrouble*>(&trouble);
    throw(known ? *known : JsonTrouble("", plain_text(trouble))).inside(fmt::format("[{}]", place));
  }
}

}  // namespace hebb
