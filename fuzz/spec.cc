// Lines of configurations: what is read, written and read again is the same; whatever is wrong is
// an Error of one line.
#include "hebb/base/spec.h"

#include <cstdlib>

#include "hebb/base/error.h"
#include "hebb/data/augment.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hebb;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  try {
    const SpecLine spec = SpecLine::parse(line);
    const SpecLine again = SpecLine::parse(spec.to_string());
    if (again.name != spec.name || again.positional != spec.positional || again.named != spec.named)
      std::abort();
    const auto transform = data::make_transform(line);
    if (data::make_transform(transform->to_string())->to_string() != transform->to_string())
      std::abort();
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::usage || e.details() != "")
      std::abort();
  }
  return 0;
}
