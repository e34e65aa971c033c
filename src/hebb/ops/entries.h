// The names of all entries, and what entries share. Included by those who name one (the families, which also name kernels) and by nobody
// else, so that a new operator or kernel rebuilds ops/ and not the tree; to go through the table there is all_ops().
#pragma once

#include "hebb/kernels/cpu_library.h"
#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/ops.def"
#undef OP
}  // namespace hebb::op

namespace hebb {

// The cost of what looks at each element of its first operand once.
inline Cost flop_per_input(const Call& c) { return {.flops = double(c.in(0).numel())}; }

}  // namespace hebb
