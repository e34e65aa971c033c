#include "hebb/data/source.h"

#include "hebb/base/check.h"

namespace hebb::data {

int64_t Source::label(int64_t) const {
  bug("a source without labels was asked for one");
}
void Source::target(int64_t, float*) const {
  bug("a source without targets was asked for one");
}
std::string Source::sample_name(int64_t index) const {
  return fmt::format("sample {}", index);
}

}  // namespace hebb::data
