// Configurations: what is taken can be written and read again without a change; whatever is wrong
// is an Error of kind usage.
#include "hebb/run/config.h"

#include <cstdlib>

#include "hebb/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hebb;
  try {
    const Config config =
        parse_config(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
    if (!differing_keys(parse_config(to_toml(config), "again"), config).empty())
      std::abort();
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::usage || e.where() == "again")
      std::abort();
  }
  return 0;
}
