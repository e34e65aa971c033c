// The kernels as their own library sees them: kernels/cpu/*.cc define what kernels.def lists, in
// namespace cpu::impl.
#pragma once

#include "hebb/kernels/cpu_library.h"

namespace hebb::cpu::impl {

#define KERNEL(name) PreparedKernel name(const Signature& signature);
#include "hebb/kernels/kernels.def"
#undef KERNEL

std::string versions();
std::vector<std::string> instruction_sets();
void use_instruction_set(size_t index);

}  // namespace hebb::cpu::impl
