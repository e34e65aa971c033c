// IDX files, plain and gzipped: an array whose size fits its dimensions, or an Error.
#include "hebb/formats/idx.h"

#include <cstdlib>

#include "hebb/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  try {
    const hebb::IdxArray array =
        hebb::decode_idx({reinterpret_cast<const char*>(data), size}, "fuzz");
    int64_t expected = 1;
    for (int64_t dim : array.dims)
      expected *= dim;
    if (array.count() != expected)
      std::abort();
  } catch (const hebb::Error&) {}
  return 0;
}
