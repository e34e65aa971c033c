#include "hebb/base/json.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <vector>

namespace hebb {
namespace {

constexpr size_t most_levels = 64;
constexpr size_t most_names = 10'000;

// Looks at a text before it is made a document: how deep it is, how many names its objects have. (A
// callback of Json::parse sees the same, and takes a time that grows with the square of an array.)
class Watch : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool start_object(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool key(string_t&) override {
    if (++names_.back() > most_names)
      throw Json::other_error::create(501, "has an object of too many names", nullptr);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    return false;  // said by the parser
  }

 private:
  bool open() {
    names_.push_back(0);
    if (names_.size() > most_levels)
      throw Json::other_error::create(501, fmt::format("nested deeper than {} levels", most_levels),
                                      nullptr);
    return true;
  }
  bool close() {
    names_.pop_back();
    return true;
  }

  std::vector<size_t> names_;  // how many each open object has; of arrays 0
};

}  // namespace

Json parse_json(std::string_view text) {
  Watch watch;
  Json::sax_parse(text, &watch);
  return Json::parse(text);
}

std::optional<int64_t> whole_number(const Json& json) {
  if (!json.is_number_integer())
    return std::nullopt;
  if (json.is_number_unsigned() &&
      json.get<uint64_t>() > uint64_t(std::numeric_limits<int64_t>::max()))
    return std::nullopt;
  return json.get<int64_t>();
}

Json finite_or_null(double number) {
  return std::isfinite(number) ? Json(number) : Json(nullptr);
}

std::string plain_text(const Json::exception& trouble) {
  std::string text = trouble.what();  // "[json.exception.parse_error.101] parse error at line 1,
                                      // column 2: syntax error while ... - REASON; ..."
  const auto keep_after = [&](std::string_view mark) {
    if (const size_t at = text.find(mark); at != std::string::npos)
      text.erase(0, at + mark.size());
  };
  const auto replace = [&](std::string_view mark, std::string_view by) {
    if (const size_t at = text.find(mark); at != std::string::npos)
      text.replace(at, mark.size(), by);
  };
  if (text.starts_with("[json.exception."))
    keep_after("] ");
  if (dynamic_cast<const Json::parse_error*>(&trouble)) {
    keep_after("parse error at ");
    const std::string place = text.substr(0, text.find(": "));
    keep_after(" - ");
    return place + ": " + text.substr(0, text.find(';'));
  }
  replace("type must be ", "should be ");
  replace(", but is ", ", is ");
  return text;
}

std::string to_text(const Json& json, int indent) {
  return json.dump(indent);
}

std::string to_readable_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace hebb
