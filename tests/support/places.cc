#include "support/places.h"

namespace hebb {

fs::path reference_folder() {
  return HEBB_REFERENCE_FOLDER;
}
fs::path program() {
  return fs::read_symlink("/proc/self/exe").parent_path() / "hebb";
}

}  // namespace hebb
