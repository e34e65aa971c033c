#include "hebb/ops/aliases.h"

namespace hebb {

std::span<const OpAlias> op_aliases() {
  static constexpr OpAlias aliases[] = {
#define ALIAS(name, entry) {#name, #entry},
#define ALIAS_BY_NAME(name, entry) {#name, #entry},
#include "hebb/ops/aliases.def"
#undef ALIAS
#undef ALIAS_BY_NAME
  };
  return aliases;
}

}  // namespace hebb
