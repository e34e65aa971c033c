// The kernels as their own library sees them: kernels/cpu/*.cc define what kernels.def lists, in namespace cpu::impl.
#pragma once

#include "hebb/kernels/cpu_library.h"

namespace hebb::cpu::impl {

#define KERNEL(name) PreparedKernel name(const Signature& signature);
#include "hebb/kernels/kernels.def"
#undef KERNEL

std::string versions();

}  // namespace hebb::cpu::impl
