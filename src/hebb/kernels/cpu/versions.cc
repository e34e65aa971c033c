// What `hebb doctor` and a run's record say about the kernels.

#include <fmt/format.h>
#include <omp.h>

#include "hebb/kernels/cpu/dnnl.h"
#include "hebb/kernels/cpu/kernels.h"
#include "hebb/kernels/cpu/simd_targets.h"

#include <hwy/highway.h>

namespace hebb::cpu::impl {

std::string versions() {
  const dnnl_version_t* v = dnnl_version();
  return fmt::format("oneDNN {}.{}.{}, OpenMP {}, SIMD {}", v->major, v->minor, v->patch, _OPENMP,
                     hwy::TargetName(hwy::SupportedTargets() & -hwy::SupportedTargets()));
}

}  // namespace hebb::cpu::impl
