#include <string_view>
#include <unordered_map>

#include "hebb/ops/entries.h"

namespace hebb {
namespace {

constexpr const Op* table[] = {
#define OP(name) &op::name,
#include "hebb/ops/ops.def"
#undef OP
};

}  // namespace

std::span<const Op* const> all_ops() {
  return table;
}

const Op* find_op(std::string_view name) {
  static const std::unordered_map<std::string_view, const Op*> by_name = [] {
    std::unordered_map<std::string_view, const Op*> map;
    for (const Op* op : table)
      map.emplace(op->name, op);
    return map;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

}  // namespace hebb
