// gzip files: never more than the bytes that are allowed, or an Error.
#include "hebb/formats/gzip.h"

#include <cstdlib>

#include "hebb/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr uint64_t limit = 100000;
  try {
    if (hebb::gunzip({reinterpret_cast<const char*>(data), size}, "fuzz", limit).size() > limit)
      std::abort();
  } catch (const hebb::Error&) {}
  return 0;
}
