// The integers among an attribute struct's fields, in field order: where sizes, and so the batch, may stand.
#pragma once

#include <span>
#include <vector>

#include "hebb/ops/attrs.h"

namespace hebb {

std::vector<int64_t> integers_of(const Attrs& attrs);
Attrs with_integers(const Attrs& attrs, std::span<const int64_t> integers);  // a copy with others in their place
// Everything else: two structs whose rest is equal differ only in integers.
std::vector<int64_t> rest_of(const Attrs& attrs);

}  // namespace hebb
