// Hostile safetensors files: an Error or tensors, nothing else. What was read is written and must
// read back the same.
#include <cstdlib>

#include "hebb/base/error.h"
#include "hebb/formats/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hebb;
  NamedTensors tensors;
  Metadata metadata;
  try {
    const SafetensorsFile file({reinterpret_cast<const char*>(data), size}, "input");
    metadata = file.metadata();
    for (const SafetensorsEntry& entry : file.entries())
      tensors.emplace(entry.name, file.read(entry));
    for (const auto& [name, tensor] : tensors)
      if (is_complex(tensor.dtype()))
        return 0;  // read, but not written
  } catch (const Error&) {
    return 0;
  }
  const std::string once = encode_safetensors(tensors, metadata);
  const SafetensorsFile again(once, "again");
  if (again.entries().size() != tensors.size() || again.metadata() != metadata)
    std::abort();
  NamedTensors same;
  for (const SafetensorsEntry& entry : again.entries())
    same.emplace(entry.name, again.read(entry));
  if (encode_safetensors(same, metadata) != once)
    std::abort();
  return 0;
}
