// Other names that PyTorch has for an operator. find_op() knows them; an entry has one name.
#pragma once

#include <span>
#include <string_view>

namespace hebb {

struct OpAlias {
  std::string_view name, op;
};
std::span<const OpAlias> op_aliases();

}  // namespace hebb
