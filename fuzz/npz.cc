// Hostile .npz and .npy files: an Error or arrays, nothing else. What was read is written and must
// read back the same.
#include <cstdlib>

#include "hebb/base/error.h"
#include "hebb/base/utf8.h"
#include "hebb/formats/npz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const hebb::NpzArrays arrays = hebb::decode_npz_arrays(bytes, "input");
    for (const auto& [name, text] : arrays.texts)
      for (const std::string& value : text.values)
        if (hebb::valid_utf8(value) != value.size())
          std::abort();
    const hebb::NamedTensors& tensors = arrays.numbers;
    const std::string once = hebb::encode_npz(tensors);
    if (hebb::encode_npz(hebb::decode_npz(once, "again")) != once)
      std::abort();
  } catch (const hebb::Error&) {}
  try {
    const std::string once = hebb::encode_npy(hebb::decode_npy(bytes, "input"));
    if (hebb::encode_npy(hebb::decode_npy(once, "again")) != once)
      std::abort();
  } catch (const hebb::Error&) {}
  return 0;
}
