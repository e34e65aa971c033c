// JSON of structs that list their fields: {"name": value, ...}. For .cc files: public headers stay
// free of JSON. JSON has no NaN: numbers that are not finite are written as null and read as NaN.
#pragma once

#include <algorithm>
#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/fields.h"
#include "hebb/base/json_trouble.h"
#include "hebb/base/nearest.h"

namespace hebb::fields {

// A list of whole numbers other than std::vector, such as Dims of the floor above.
template <class T>
concept Sizes =
    std::same_as<typename T::value_type, int64_t> && !std::same_as<T, std::vector<int64_t>> &&
    requires(T v) {
  v.push_back(int64_t(0));
};

// ---- writing ----
inline Json to_json(const std::string& v) {
  return v;
}
inline Json to_json(bool v) {
  return v;
}
inline Json to_json(int v) {
  return v;
}
inline Json to_json(int64_t v) {
  return v;
}
inline Json to_json(double v) {
  return finite_or_null(v);
}
template <Sizes T>
Json to_json(const T& v) {
  return std::vector<int64_t>(v.begin(), v.end());
}
template <Listed T>
Json to_json(const T& v);
template <class T>
Json to_json(const std::optional<T>& v) {
  return v ? to_json(*v) : Json(nullptr);
}
template <class T>
Json to_json(const std::vector<T>& v) {
  Json out = Json::array();
  for (const T& item : v)
    out.push_back(to_json(item));
  return out;
}
template <class T>
// A list of names with values is an object.
Json to_json(const std::vector<std::pair<std::string, T>>& v) {
  Json out = Json::object();
  for (const auto& [name, value] : v)
    out[name] = to_json(value);
  return out;
}
template <Listed T>
Json to_json(const T& v) {
  Json out = Json::object();
  for_each_field(v, [&](std::string_view name, const auto& field) {
    out[std::string(name)] = to_json(field);
  });
  return out;
}

// ---- reading: missing fields keep their defaults; a wrong type throws a JsonTrouble ----
inline void need(bool good, std::string_view what, const Json& json) {
  if (!good)
    throw JsonTrouble("", fmt::format("should be {}, is {}", what, shown_json(json)));
}
inline void need_list(const Json& json) {
  need(json.is_array(), "a list", json);
}
inline void need_object(const Json& json) {
  need(json.is_object(), "an object", json);
}
inline void from_json(const Json& json, std::string& v) {
  need(json.is_string(), "a text", json);
  v = json.get<std::string>();
}
inline void from_json(const Json& json, bool& v) {
  need(json.is_boolean(), "true or false", json);
  v = json.get<bool>();
}
inline void from_json(const Json& json, int64_t& v) {
  const std::optional<int64_t> number = whole_number(json);
  need(number.has_value(), "a whole number", json);
  v = *number;
}
inline void from_json(const Json& json, int& v) {
  int64_t wide = 0;
  from_json(json, wide);
  need(wide == int(wide), "a whole number of 32 bits", json);
  v = int(wide);
}
inline void from_json(const Json& json, double& v) {
  need(json.is_number() || json.is_null(), "a number", json);
  v = json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}
template <Sizes T>
void from_json(const Json& json, T& v) {
  need_list(json);
  v = {};
  for (size_t i = 0; i < json.size(); ++i) {
    int64_t size = 0;
    at_json(i, [&] { from_json(json[i], size); });
    v.push_back(size);
  }
}
template <Listed T>
void from_json(const Json& json, T& v);
template <class T>
void from_json(const Json& json, std::optional<T>& v) {
  if (json.is_null())
    return v.reset();
  from_json(json, v.emplace());
}
template <class T>
void from_json(const Json& json, std::vector<T>& v) {
  need_list(json);
  v.clear();
  for (size_t i = 0; i < json.size(); ++i)
    at_json(i, [&] { from_json(json[i], v.emplace_back()); });
}
template <class T>
void from_json(const Json& json, std::vector<std::pair<std::string, T>>& v) {
  need_object(json);
  v.clear();
  for (const auto& item : json.items())
    at_json(std::string_view(item.key()),
            [&] { from_json(item.value(), v.emplace_back(item.key(), T{}).second); });
}
template <Listed T>
void from_json(const Json& json, T& v) {
  need_object(json);
  for_each_field(v, [&](std::string_view name, auto& field) {
    if (const auto found = json.find(std::string(name)); found != json.end())
      at_json(name, [&] { from_json(*found, field); });
  });
}

// ---- what a person may have changed: names that are not known, or that are missing ----
inline void need_known(const Json& json, const std::vector<std::string>& known) {
  for (const auto& [key, value] : json.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw JsonTrouble("", unknown_word("key", key, known));
}
// Of what was read into v.
template <class T>
void need_names(const Json&, const T&) {}
template <Listed T>
void need_names(const Json& json, const T& v);
template <Listed T>
void need_names(const Json& json, const std::vector<T>& v) {
  for (size_t i = 0; i < v.size(); ++i)
    at_json(i, [&] { need_names(json[i], v[i]); });
}
template <Listed T>
void need_names(const Json& json, const T& v) {
  std::vector<std::string> known;
  for_each_field(v, [&](std::string_view name, const auto&) { known.emplace_back(name); });
  need_known(json, known);
  for_each_field(v, [&](std::string_view name, const auto& field) {
    const auto found = json.find(std::string(name));
    if (found == json.end())
      throw JsonTrouble(std::string(name), "is missing");
    at_json(name, [&] { need_names(*found, field); });
  });
}

}  // namespace hebb::fields
