// The whole numbers among an attribute struct's fields, integers or doubles, in field order. They
// may be sizes, and so depend on the batch.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "hebb/ops/attrs.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// The whole number in a plain number that is an operand (x.sum() / 64).
std::optional<int64_t> whole_number(const Tensor& number);

std::vector<int64_t> integers_of(const Attrs& attrs);
// A copy with these integers instead.
Attrs with_integers(const Attrs& attrs, std::span<const int64_t> integers);
// Everything else. Two structs with equal rests differ in integers only.
std::vector<int64_t> rest_of(const Attrs& attrs);

}  // namespace hebb
