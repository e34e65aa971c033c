// The one exported function of the library of CPU kernels, and its pool of threads.

#include "hebb/kernels/cpu_table.h"

#include <omp.h>

#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu/dnnl.h"
#include "hebb/kernels/cpu/kernels.h"

namespace hebb::cpu {

namespace impl {
using Declared = PreparedKernel(const Signature&);
#define KERNELS(id, ...) Declared __VA_ARGS__;
#include "hebb/kernels/cpu/kernels.def"
#undef KERNELS
}  // namespace impl

namespace {
using namespace impl;  // NOLINT: the kernels' names, which the list gives without it

void run_chunks(int64_t chunks, int threads, FunctionRef<void(int64_t)> chunk) {
  if (omp_in_parallel()) {
    for (int64_t i = 0; i < chunks; ++i)
      chunk(i);
    return;
  }
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int64_t i = 0; i < chunks; ++i)
    chunk(i);
}

constexpr ThreadPool pool{.run = run_chunks, .set_threads = omp_set_num_threads};

constexpr KernelsOfId kernels[] = {
#define KERNELS(id, ...) {#id, {__VA_ARGS__}},
#include "hebb/kernels/cpu/kernels.def"
#undef KERNELS
};

constexpr KernelTable table{
    .size = sizeof(KernelTable),
    .layout = layout_of(HEBB_VERSION),
    .kernels = kernels,
    .threads = &pool,
    .versions = impl::versions,
    .instruction_sets = impl::instruction_sets,
    .use_instruction_set = impl::use_instruction_set,
};

}  // namespace
}  // namespace hebb::cpu

extern "C" __attribute__((visibility("default"))) const hebb::cpu::KernelTable* hebb_cpu_kernels() {
  return &hebb::cpu::table;
}
