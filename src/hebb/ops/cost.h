// Costs that several entries share.
#pragma once

#include "hebb/ops/op.h"

namespace hebb {

template <int Flops>
Cost flops_per_element(const Call& c) {
  return {.flops = double(Flops) * double(c.out(0).numel())};
}

// The cost of reading each element of the first operand once.
inline Cost flop_per_input(const Call& c) {
  return {.flops = double(c.in(0).numel())};
}

}  // namespace hebb
