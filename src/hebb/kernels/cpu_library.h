// The library of CPU kernels (libhebb_cpu.so) is opened on first use, not linked: it brings libgomp, which reads how long its
// threads may spin from the environment when it is loaded, and `hebb version` should not pay for it. The functions below
// open it and pass the call on; kernels.def lists them once for both sides.
#pragma once

#include <string>

#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

#define KERNEL(name) PreparedKernel name(const Signature& signature);
#include "hebb/kernels/kernels.def"
#undef KERNEL

// What the library on the other side exports under the C name hebb_cpu_kernels.
struct KernelTable {
#define KERNEL(name) Prepare name;
#include "hebb/kernels/kernels.def"
#undef KERNEL
  std::string (*versions)();  // of oneDNN, OpenMP, and the instruction set in use
};

const KernelTable& library();  // opens it on the first call. Error: it is not beside the library or damaged
std::string versions();

}  // namespace hebb::cpu
