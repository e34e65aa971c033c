#include <string_view>
#include <unordered_map>
#include <vector>

#include "hebb/ops/aliases.h"
#include "hebb/ops/entries.h"

namespace hebb {
namespace {

constexpr const Op* table[] = {
#define OP(name) &op::name,
#include "hebb/ops/ops.def"
#undef OP
};

// A family's name, or else the next operator of it.
struct Row {
  std::string_view family = {}, what = {};
};
constexpr Row rows[] = {
#define FAMILY(name, what) {#name, what},
#define OP(name) {},
#include "hebb/ops/ops.def"
#undef OP
};

std::vector<OpFamily> families_of_rows() {
  std::vector<OpFamily> families;
  size_t first = 0, next = 0;  // of the family's operators in the table
  for (const Row& row : rows) {
    if (!row.family.empty()) {
      first = next;
      families.push_back({row.family, row.what, {}});
      continue;
    }
    ++next;
    families.back().ops = std::span(table).subspan(first, next - first);
  }
  return families;
}

}  // namespace

std::span<const Op* const> all_ops() {
  return table;
}

std::span<const OpFamily> op_families() {
  static const std::vector<OpFamily> families = families_of_rows();
  return families;
}

const Op* find_op(std::string_view name) {
  static const std::unordered_map<std::string_view, const Op*> by_name = [] {
    std::unordered_map<std::string_view, const Op*> map;
    for (const Op* op : table)
      map.emplace(op->name, op);
    for (const OpAlias& alias : op_aliases())
      map.emplace(alias.name, map.at(alias.op));
    return map;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

}  // namespace hebb
