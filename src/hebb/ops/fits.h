// Refuses plain numbers that do not fit the dtype in which they are used. Sums and products of
// integers wrap around, so a wrapped number is harmless there. Comparing, storing or dividing by a
// wrapped number would give a wrong answer.
#pragma once

#include <string_view>

#include "hebb/ops/op.h"

namespace hebb {

// Error: `number` does not fit an integer dtype. Floating dtypes round, also to infinity; bool is
// whether it is not 0.
void check_fits(std::string_view what, const Tensor& number, DType dtype);

// The same for every plain number among the operands that promotion casts to the common dtype.
void check_numbers_fit(const Call& call);

// Shape rules with this check.
Specs broadcast_fitting(const Call& call);
Specs broadcast_fitting_to_bool(const Call& call);

}  // namespace hebb
