// metrics.csv of a run, as `hebb eval --report` reads it: whatever is wrong is an Error of kind
// data.
#include <cstdlib>

#include "hebb/base/error.h"
#include "hebb/train/csv_log.h"
#include "memory_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hebb;
  const MemoryFile file(data, size);
  try {
    (void)read_metrics_csv(file.path());
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::data)
      std::abort();
  }
  return 0;
}
