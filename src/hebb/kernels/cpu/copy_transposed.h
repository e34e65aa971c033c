// A fast copy for layouts whose innermost axes differ. copy_plain tries it first.
#pragma once

#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

PreparedKernel transposed_copy(const Signature& signature);  // nothing for other copies

}  // namespace hebb::cpu
