// The names of all entries. Included by those who name one (the families, which also name kernels)
// and by nobody else, so that a new operator or kernel rebuilds ops/ and not the tree; to go
// through the table there is all_ops().
#pragma once

#include "hebb/kernels/cpu_library.h"
#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/ops.def"
#undef OP
}  // namespace hebb::op
