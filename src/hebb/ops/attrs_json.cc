#include "hebb/ops/attrs_json.h"

#include <cmath>
#include <limits>
#include <set>

#include "hebb/base/check.h"
#include "hebb/base/nearest.h"
#include "hebb/ops/convolution.h"
#include "hebb/ops/parse_attributes.h"
#include "hebb/ops/pieces.h"
#include "hebb/ops/pooling.h"

namespace hebb {
namespace {

DType dtype_of_text(std::string_view text) {
  return dtype_from_name(text.starts_with("torch.") ? text.substr(6) : text);
}

class JsonReader : public FieldVisitor {
 public:
  explicit JsonReader(const Json& object) : object_(object) {}

  void field(std::string_view name, bool& v) override {
    read(name, "true or false",
         [&](const Json& j) { return j.is_boolean() ? (v = j.get<bool>(), true) : false; });
  }
  void field(std::string_view name, int64_t& v) override {
    read(name, "a whole number", [&](const Json& j) { return whole(j, v); });
  }
  void field(std::string_view name, double& v) override {
    read(name, "a number", [&](const Json& j) { return real(j, v); });
  }
  void field(std::string_view name, std::string& v) override {
    read(name, "a text", [&](const Json& j) {
      if (j.is_string())
        v = j.get<std::string>();
      else if (j.is_number())
        v = to_text(j);  // where PyTorch takes a word or a number, as in ord=2 and ord="fro"
      else
        return false;
      return true;
    });
  }
  void field(std::string_view name, DType& v) override {
    read(name, "the name of a dtype", [&](const Json& j) {
      return j.is_string() ? (v = dtype_of_text(j.get<std::string>()), true) : false;
    });
  }
  void field(std::string_view name, Device& v) override {
    read(name, "the name of a device", [&](const Json& j) {
      return j.is_string() ? (v = device_named(j.get<std::string>()), true) : false;
    });
  }
  void field(std::string_view name, Dims& v) override {
    read(name, "a whole number or a list of them", [&](const Json& j) {
      v = {};
      int64_t size;
      if (j.is_null())
        return true;
      if (name == "padding" && (j == "same" || j == "valid")) {  // words for a convolution's
        v = j == "same" ? same_padding : Dims{0};
        return true;
      }
      if (!j.is_array()) {
        if (name == "indices_or_sections")  // a number is no list of one here
          v.push_back(in_sections);
        return whole(j, size) ? (v.push_back(size), true) : false;
      }
      for (const Json& item : j) {
        if (name == "output_size" && item.is_null())  // that side stays as it is
          size = keep_size;
        else if (name == "dims" && item.is_array()) {  // tensordot's two lists, one after the other
          for (const Json& inner : item)
            if (!whole(inner, size))
              return false;
            else
              v.push_back(size);
          continue;
        } else if (!whole(item, size))
          return false;
        v.push_back(size);
      }
      return true;
    });
  }
  void field(std::string_view name, std::vector<double>& v) override {
    read(name, "a number or a list of them", [&](const Json& j) {
      v.clear();
      double number;
      if (j.is_null())
        return true;
      if (!j.is_array())
        return real(j, number) ? (v.push_back(number), true) : false;
      for (const Json& item : j) {
        if (!real(item, number))
          return false;
        v.push_back(number);
      }
      return true;
    });
  }
  bool optional(std::string_view name, bool has) override {
    known_.insert(std::string(name));
    const auto found = object_.find(name);
    return found == object_.end() ? has : !found->is_null();
  }

  void refuse_unknown() const {
    const std::vector<std::string> names(known_.begin(), known_.end());
    for (const auto& [key, value] : object_.items())
      if (!known_.count(key))
        throw Error(ErrorKind::usage, "",
                    names.empty() ? "has no attribute '" + key + "'"
                                  : unknown_word("attribute", key, names));
  }

 private:
  static bool whole(const Json& j, int64_t& v) {
    const std::optional<int64_t> number = whole_number(j);
    if (number)
      v = *number;
    return number.has_value();
  }
  static bool real(const Json& j, double& v) {
    if (j.is_string()) {
      const auto text = j.get<std::string>();
      if (text == "inf")
        v = std::numeric_limits<double>::infinity();
      else if (text == "-inf")
        v = -std::numeric_limits<double>::infinity();
      else if (text == "nan")
        v = std::numeric_limits<double>::quiet_NaN();
      else
        return false;
      return true;
    }
    if (!j.is_number())
      return false;
    v = j.get<double>();
    return true;
  }
  template <class F>
  void read(std::string_view name, std::string_view wanted, F&& f) {
    known_.insert(std::string(name));
    const auto found = object_.find(name);
    if (found != object_.end() && !f(*found))
      throw Error(ErrorKind::usage, "",
                  fmt::format("attribute '{}' is {}, should be {}", name, to_text(*found), wanted));
  }

  const Json& object_;
  std::set<std::string> known_;
};

// JSON has no word for what is not finite.
Json number_json(double v) {
  if (std::isnan(v))
    return "nan";
  if (std::isinf(v))
    return v > 0 ? "inf" : "-inf";
  return v;
}

class JsonWriter : public FieldVisitor {
 public:
  void field(std::string_view name, bool& v) override { add(name, v, "bool"); }
  void field(std::string_view name, int64_t& v) override { add(name, v, "int"); }
  void field(std::string_view name, double& v) override { add(name, number_json(v), "float"); }
  void field(std::string_view name, std::string& v) override { add(name, v, "str"); }
  void field(std::string_view name, DType& v) override {
    add(name, std::string(hebb::name(v)), "dtype");
  }
  void field(std::string_view name, Device& v) override { add(name, hebb::to_string(v), "device"); }
  void field(std::string_view name, Dims& v) override {
    add(name, std::vector<int64_t>(v.begin(), v.end()), "ints");
  }
  void field(std::string_view name, std::vector<double>& v) override {
    Json list = Json::array();
    for (double x : v)
      list.push_back(number_json(x));
    add(name, std::move(list), "floats");
  }
  bool optional(std::string_view name, bool has) override {
    if (!has)
      object[std::string(name)] = nullptr;
    return has;
  }
  Json object = Json::object();
  std::vector<std::pair<std::string, std::string>> kinds;

 private:
  void add(std::string_view name, Json value, const char* kind) {
    kinds.emplace_back(name, kind);
    object[std::string(name)] = std::move(value);
  }
};

// The kind of an optional value shows only when there is one.
class KindReader : public JsonWriter {
 public:
  bool optional(std::string_view name, bool has) override {
    if (!has)
      empty.insert(std::string(name));
    return true;
  }
  std::set<std::string> empty;
};

}  // namespace

Attrs attrs_from_json(const Op& op, std::string_view text) {
  try {
    const Json object = parse_attributes(text);
    JsonReader reader(object);
    if (!op.attributes) {
      reader.refuse_unknown();
      return {};
    }
    const std::shared_ptr<void> value = op.attributes->make();
    op.attributes->visit(value.get(), reader);
    reader.refuse_unknown();
    return Attrs(op.attributes, value);
  } catch (const Error& error) {
    throw error.with_where(op.name);
  }
}

std::string attrs_to_json(const Attrs& attrs) {
  JsonWriter writer;
  attrs.visit(writer);
  return to_text(writer.object);
}

std::vector<AttrHelp> attrs_help(const AttrsType* type) {
  if (!type)
    return {};
  KindReader reader;
  const std::shared_ptr<void> value = type->make();
  type->visit(value.get(), reader);
  std::vector<AttrHelp> all;
  for (const auto& [name, kind] : reader.kinds) {
    const bool empty = reader.empty.count(name) > 0;
    all.push_back({name, kind + (empty ? "?" : ""), empty ? "none" : to_text(reader.object[name])});
  }
  return all;
}

std::string attrs_summary(const AttrsType* type) {
  std::string text;
  for (const AttrHelp& attr : attrs_help(type))
    text +=
        fmt::format("{}{}: {} = {}", text.empty() ? "" : ", ", attr.name, attr.type, attr.usual);
  return text;
}

}  // namespace hebb
