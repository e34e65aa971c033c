#include "hebb/base/version.h"

#define HEBB_TEXT_OF(x) #x
#define HEBB_TEXT(x) HEBB_TEXT_OF(x)

namespace hebb {

const char* version() {
  return HEBB_VERSION;
}

const char* compiler() {
#if defined(__clang__)
  return "clang " HEBB_TEXT(__clang_major__) "." HEBB_TEXT(__clang_minor__) "." HEBB_TEXT(
      __clang_patchlevel__);
#else
  return "g++ " HEBB_TEXT(__GNUC__) "." HEBB_TEXT(__GNUC_MINOR__) "." HEBB_TEXT(
      __GNUC_PATCHLEVEL__);
#endif
}

}  // namespace hebb
