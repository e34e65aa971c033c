// Declares all entries, for the registry's table and for tests. A family's file includes only the
// lists that it needs, so that a new operator rebuilds little. all_ops() gives the table.
#pragma once

#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/ops.def"
#undef OP
}  // namespace hebb::op
