#include "hebb/ops/fits.h"

#include <cmath>
#include <limits>
#include <utility>

#include "hebb/base/check.h"
#include "hebb/ops/slot_names.h"
#include "hebb/tensor/element_types.h"

namespace hebb {

void check_fits(std::string_view what, const Tensor& number, DType dtype) {
  if (!is_integral(dtype))
    return;
  visit(dtype, [&](auto type) {
    using T = typename decltype(type)::type;
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      constexpr T low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
      auto refuse = [&](bool fits, auto value) {
        check(fits, "{} is {}, which {} does not hold: it goes from {} to {}; a wider dtype would",
              what, value, name(dtype), int64_t(low), uint64_t(high));
      };
      if (number.dtype() == DType::i64) {
        const int64_t value = *number.data<int64_t>();
        refuse(std::cmp_greater_equal(value, low) && std::cmp_less_equal(value, high), value);
      } else if (number.dtype() == DType::f64) {
        const double value = *number.data<double>(), whole = std::trunc(value);
        // high may not be a double: one more is (a power of two), and what is below it fits
        refuse(whole >= double(low) && whole < double(high / 2 + 1) * 2, value);
      }
    }
  });
}

void check_numbers_fit(const Call& call) {
  for (size_t i = size_t(call.op().promote_from); i < call.inputs().size(); ++i)
    if (const Tensor& input = call.inputs()[i]; input.defined() && input.is_number())
      check_fits(plain(call.op().inputs[int(i)]), input, call.common_dtype());
}

Specs broadcast_fitting(const Call& call) {
  check_numbers_fit(call);
  return broadcast_inputs(call);
}

Specs broadcast_fitting_to_bool(const Call& call) {
  check_numbers_fit(call);
  return broadcast_to_bool(call);
}

}  // namespace hebb
