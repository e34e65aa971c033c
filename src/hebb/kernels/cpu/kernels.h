// Shared by the kernels' files and library.cc, which hands them over. A kernel's file defines its
// Prepare functions in namespace cpu::impl; kernels.def lists them.
#pragma once

#include <string>
#include <vector>

#include "hebb/kernels/kernel.h"

namespace hebb::cpu::impl {

// Kernels that others are made of.
PreparedKernel copy_plain(const Signature& signature);
PreparedKernel sum_plain(const Signature& signature);
PreparedKernel mean_plain(const Signature& signature);
PreparedKernel matmul_onednn(const Signature& signature);
PreparedKernel matmul_packed_onednn(const Signature& signature);  // the second operand is packed
PreparedKernel matmul_simd(const Signature& signature);
PreparedKernel matmul_plain(const Signature& signature);

// For plans.
PreparedKernel convolution_winograd(const Signature& signature);
PreparedKernel convolution_one_channel(const Signature& signature);

std::string versions();
std::vector<std::string> instruction_sets();
void use_instruction_set(size_t index);

}  // namespace hebb::cpu::impl
