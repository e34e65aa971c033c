// The names of all entries: for the registry's table and for tests. A family's file includes the
// lists that it needs itself, so that a new operator rebuilds its family and who reads all lists;
// to go through the table there is all_ops().
#pragma once

#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/ops.def"
#undef OP
}  // namespace hebb::op
