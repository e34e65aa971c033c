// Plain numbers that the dtype in which they are used cannot hold. Sums and products of integers
// wrap around, so a wrapped number changes nothing there; where one is compared, stored or divided
// by, it would be another answer.
#pragma once

#include <string_view>

#include "hebb/ops/op.h"

namespace hebb {

// An Error where `number` lies beyond an integer dtype. Floating dtypes round (to infinity, too),
// and bool asks whether it is 0.
void check_fits(std::string_view what, const Tensor& number, DType dtype);

// The same of every plain number among the operands that meet in the common dtype.
void check_numbers_fit(const Call& call);

// Shape rules with this check.
Specs broadcast_fitting(const Call& call);
Specs broadcast_fitting_to_bool(const Call& call);

}  // namespace hebb
