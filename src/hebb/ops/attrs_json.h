// Attributes from JSON and back: {"stride": [1, 1], "groups": 1}. The form of `hebb ops run
// --attrs`, of test samples and of files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/ops/op.h"

namespace hebb {

// The operator's attribute struct with the fields that the JSON object gives; the others keep their
// defaults. A plain number may stand for a list, "inf", "-inf" and "nan" for numbers, null for an
// optional value. Error: not a JSON object; an unknown name (the message names the nearest); a
// value of the wrong kind.
Attrs attrs_from_json(const Op& op, std::string_view json);
std::string attrs_to_json(const Attrs& attrs);

struct AttrHelp {
  std::string name, type, usual;  // "dim", "int?", "none"
};
std::vector<AttrHelp> attrs_help(const AttrsType* type);  // none for operators without attributes

// "dim: int = 0, keepdim: bool = false": what a call may say, with the defaults. Empty for
// operators without attributes.
std::string attrs_summary(const AttrsType* type);

}  // namespace hebb
