// Lists the instruction sets of the vector kernels, and sets the one that Highway's dispatch picks.

#include "hebb/base/check.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/simd_targets.h"

#include <hwy/highway.h>

namespace hebb::cpu::impl {
namespace {

// The sets that are compiled and that the processor has, as Highway's bits. A lower bit is better.
const std::vector<int64_t>& targets() {
  static const std::vector<int64_t> all = hwy::SupportedAndGeneratedTargets();
  return all;
}

}  // namespace

std::vector<std::string> instruction_sets() {
  std::vector<std::string> names;
  for (int64_t target : targets())
    names.emplace_back(hwy::TargetName(target));
  return names;
}

void use_instruction_set(size_t index) {
  promise(index < targets().size(), "there is no instruction set of this index");
  // Worse ones stay allowed, as on a processor whose best set this is.
  int64_t allowed = 0;
  for (size_t i = index; i < targets().size(); ++i)
    allowed |= targets()[i];
  hwy::GetChosenTarget().Update(allowed);
}

}  // namespace hebb::cpu::impl
