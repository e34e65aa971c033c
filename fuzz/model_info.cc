// model.json: whatever is wrong is an Error of kind data.
#include "hebb/run/model_info.h"

#include <cstdlib>

#include "hebb/base/error.h"
#include "memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hebb;
  const MemoryFile file(data, size);
  try {
    const ModelInfo info = read_model_info(file.path());
    (void)info.picture();
    (void)info.part("train");
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::data)
      std::abort();
  }
  return 0;
}
