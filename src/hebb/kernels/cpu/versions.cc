// The versions that `hebb doctor` and a run's record give for the kernels.

#include <fmt/format.h>
#include <omp.h>

#include "hebb/kernels/cpu/dnnl.h"
#include "hebb/kernels/cpu/kernels.h"

namespace hebb::cpu::impl {

std::string versions() {
  const dnnl_version_t* v = dnnl_version();
  return fmt::format("oneDNN {}.{}.{}, OpenMP {}, SIMD {}", v->major, v->minor, v->patch, _OPENMP,
                     instruction_sets().front());
}

}  // namespace hebb::cpu::impl
