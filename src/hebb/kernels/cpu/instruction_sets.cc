// Which instruction sets there are for the vector kernels, and which one Highway's dispatch picks
// from now on.

#include "hebb/base/check.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/simd_targets.h"

#include <hwy/highway.h>

namespace hebb::cpu::impl {
namespace {

// Compiled and there, as Highway's bits; a lower bit is the better one.
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
  promise(index < targets().size(), "an instruction set that is not there");
  // Later ones stay allowed, as they are for a processor whose best this is.
  int64_t allowed = 0;
  for (size_t i = index; i < targets().size(); ++i)
    allowed |= targets()[i];
  hwy::GetChosenTarget().Update(allowed);
}

}  // namespace hebb::cpu::impl
