// JSON of structs that list their fields: {"name": value, ...}. For .cc files: public headers stay
// free of JSON. JSON has no NaN: numbers that are not finite are written as null and read as NaN.
#pragma once

#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/fields.h"
#include "hebb/base/json.h"

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

// ---- reading: missing fields keep their defaults; a wrong type throws nlohmann's exception ----
inline void from_json(const Json& json, std::string& v) {
  v = json.get<std::string>();
}
inline void from_json(const Json& json, bool& v) {
  v = json.get<bool>();
}
inline void from_json(const Json& json, int64_t& v) {
  const std::optional<int64_t> number = whole_number(json);
  if (!number)
    throw Json::type_error::create(302, "should be a whole number, is " + to_readable_text(json),
                                   nullptr);
  v = *number;
}
inline void from_json(const Json& json, int& v) {
  int64_t wide = 0;
  from_json(json, wide);
  if (wide != int(wide))
    throw Json::type_error::create(
        302, "should be a whole number of 32 bits, is " + to_readable_text(json), nullptr);
  v = int(wide);
}
inline void from_json(const Json& json, double& v) {
  v = json.is_null() ? std::numeric_limits<double>::quiet_NaN() : json.get<double>();
}
inline void need_list(const Json& json) {
  if (!json.is_array())
    throw Json::type_error::create(302, "should be a list", nullptr);
}
inline void need_object(const Json& json) {
  if (!json.is_object())
    throw Json::type_error::create(302, "should be an object", nullptr);
}
template <Sizes T>
void from_json(const Json& json, T& v) {
  need_list(json);
  v = {};
  for (const Json& item : json) {
    int64_t size = 0;
    from_json(item, size);
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
  for (const Json& item : json)
    from_json(item, v.emplace_back());
}
template <class T>
void from_json(const Json& json, std::vector<std::pair<std::string, T>>& v) {
  need_object(json);
  v.clear();
  for (const auto& [name, value] : json.items())
    from_json(value, v.emplace_back(name, T{}).second);
}
template <Listed T>
void from_json(const Json& json, T& v) {
  need_object(json);
  for_each_field(v, [&](std::string_view name, auto& field) {
    if (const auto found = json.find(std::string(name)); found != json.end()) {
      try {
        from_json(*found, field);
      } catch (const Json::type_error& wrong) {
        // With the path to the value: "input: shape: should be number, is array".
        throw Json::type_error::create(302, std::string(name) + ": " + plain_text(wrong), nullptr);
      }
    }
  });
}

}  // namespace hebb::fields
