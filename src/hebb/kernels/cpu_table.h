// The table that the library of CPU kernels hands over when it is opened. Both sides include this
// header. Its first words identify the build and are checked before the rest is used.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/kernels/devices.h"

namespace hebb {
struct ThreadPool;
}

namespace hebb::cpu {

// A hash of the version and the sizes of what is handed over.
constexpr uint64_t layout_of(std::string_view version) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  const auto mix = [&](uint64_t value) { hash = (hash ^ value) * 0x100000001b3; };
  for (char c : version)
    mix(uint8_t(c));
  for (uint64_t size : {sizeof(Operand), sizeof(Signature), sizeof(Buffers), sizeof(Kernel)})
    mix(size);
  return hash;
}

struct KernelTable {
  uint64_t size;    // of this struct
  uint64_t layout;  // layout_of() the build's version
  std::span<const KernelsOfId> kernels;
  const ThreadPool* threads;
  std::string (*versions)();  // of oneDNN, OpenMP, and the instruction set in use
  std::vector<std::string> (*instruction_sets)();
  void (*use_instruction_set)(size_t index);
};

// Error: the table is another build's. path: of its library.
void check_same_build(const KernelTable& table, const std::string& path);

}  // namespace hebb::cpu
