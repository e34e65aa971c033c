// For targets whose legal inputs may ask for much memory: as on a small machine, more than 24 MB at
// a time are not to be had (an Error of kind io), and what the allocator keeps is given back after
// each input. libFuzzer itself takes 20 MB. tests/CMakeLists.txt says why calls for thread-local
// memory stay as they are. Included by the target's one file.
#pragma once

#include "hebb/tensor/storage.h"

extern "C" const char* __asan_default_options() {
  return "allocator_may_return_null=1:max_allocation_size_mb=24:intercept_tls_get_addr=0";
}

struct LittleMemory {
  LittleMemory() = default;
  ~LittleMemory() { hebb::cpu_allocator().trim(); }
  LittleMemory(const LittleMemory&) = delete;
  LittleMemory& operator=(const LittleMemory&) = delete;
};
