// The whole numbers among an attribute struct's fields, in field order, whether they are integers
// or doubles: where sizes, and so the batch, may stand.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "hebb/ops/attrs.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Of a plain number that came to an operator (x.sum() / 64).
std::optional<int64_t> whole_number(const Tensor& number);

std::vector<int64_t> integers_of(const Attrs& attrs);
Attrs with_integers(const Attrs& attrs,
                    std::span<const int64_t> integers);  // a copy with others in their place
// Everything else: two structs whose rest is equal differ only in integers.
std::vector<int64_t> rest_of(const Attrs& attrs);

}  // namespace hebb
