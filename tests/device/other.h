// The tests' second device: memory that the host cannot read (other_memory.h) and a handful of
// kernels, those of the CPU for the same ids behind addresses that they can read. What runs on it
// has the CPU's bits.
#pragma once

#include "device/other_memory.h"
#include "hebb/kernels/kernel.h"

namespace hebb::test {

// Added when it is first asked for; there are two of them.
Device other(int index = 0);
OtherMemory& other_memory(int index = 0);

Runner last_runner();               // what the last kernel on it was given
void* other_stream(int index = 0);  // what kernels should be given

}  // namespace hebb::test
