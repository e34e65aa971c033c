// Devices for tests: memory that the host cannot read (other_memory.h), and the CPU's kernels
// behind addresses that they can read. What runs there has the CPU's bits, and what looks at memory
// past the device ends the test.
#pragma once

#include "hebb/kernels/kernel.h"
#include "support/other_memory.h"

namespace hebb::test {

// Both are added when they are first asked for.
Device other(int index = 0);               // two of them, with a handful of kernels
Device whole();                            // with a kernel wherever the CPU has one
OtherMemory& other_memory(int index = 0);  // of other(index)

Runner last_runner();               // what the last kernel on it was given
void* other_stream(int index = 0);  // what kernels on other(index) should be given

}  // namespace hebb::test
