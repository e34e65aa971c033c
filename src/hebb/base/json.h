// JSON as .cc files see it (public headers stay free of it): one type for the whole tree, and its
// parser and printer compiled once.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace hebb {

using Json = nlohmann::ordered_json;  // objects keep the order in which they were written

// Json::exception: the text is not JSON, is nested deeper than 64 levels, or has an object of more
// than 10,000 names (a look-up takes time in proportion to their number, so a hostile file could
// keep us busy for hours).
Json parse_json(std::string_view text);

// With an indent each value stands on a line of its own; without, everything on one line.
// Json::exception: a string is not UTF-8.
std::string to_text(const Json& json, int indent = -1);

// The same for people and other programs to read: bytes that are not UTF-8, such as a file name in
// another encoding, become U+FFFD.
std::string to_readable_text(const Json& json);

// The number when it is an integer of 64 bits, else nothing. Json::get casts any number, also where
// C++ leaves the result undefined.
std::optional<int64_t> whole_number(const Json& json);

// NaN and the infinities become null, because JSON cannot write them.
Json finite_or_null(double number);

// What was wrong, in our words: "line 1, column 2: unexpected end of input", "should be number, is
// array".
std::string plain_text(const Json::exception& trouble);

}  // namespace hebb
