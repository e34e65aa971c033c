// The library of CPU kernels (libhebb_cpu.so) is opened on first use, not linked: it brings
// libgomp, which reads how long its threads may spin from the environment when it is loaded, and
// `hebb version` should not pay for it. The functions below open it.
#pragma once

#include <string>
#include <vector>

#include "hebb/kernels/devices.h"

namespace hebb::cpu {

struct KernelTable;            // kernels/cpu_table.h
const KernelTable& library();  // opens it on the first call. Error: it is not beside the library,
                               // damaged, or another build's
std::span<const KernelsOfId> kernels();
std::string versions();  // of oneDNN, OpenMP, and the instruction set in use

// The instruction sets that the vector kernels are compiled for and this processor has, best first.
// The first one is used unless a test asks for another; ops/kernel_cache.h keeps prepared kernels
// in step.
std::vector<std::string> instruction_sets();
void use_instruction_set(size_t index);

}  // namespace hebb::cpu
