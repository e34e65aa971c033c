#include "hebb/kernels/cpu_library.h"

#include <dlfcn.h>

#include <cstdlib>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/parallel.h"
#include "hebb/kernels/cpu_table.h"

namespace hebb::cpu {
namespace {

fs::path folder_of_this_library() {
  Dl_info info{};
  if (::dladdr(reinterpret_cast<void*>(&folder_of_this_library), &info) == 0 || !info.dli_fname)
    return ".";
  std::error_code error;
  const fs::path path = fs::canonical(info.dli_fname, error);
  return error ? fs::path(".") : path.parent_path();
}

const KernelTable* open_library() {
  // Bounds how long idle OpenMP threads spin: libgomp's default stalls every region for
  // milliseconds on a loaded machine.
  ::setenv("GOMP_SPINCOUNT", "1000", 0);
  const fs::path path = folder_of_this_library() / "libhebb_cpu.so";
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char* why = ::dlerror();
    fail(ErrorKind::io, path.string(), "the library of CPU kernels cannot be opened: {}",
         why ? why : "unknown error");
  }
  auto entry = reinterpret_cast<const KernelTable* (*)()>(::dlsym(handle, "hebb_cpu_kernels"));
  check_in(entry != nullptr, ErrorKind::io, path.string(), "is not hebb's library of CPU kernels");
  const KernelTable* table = entry();
  check_same_build(*table, path.string());
  set_thread_pool(table->threads);
  return table;
}

}  // namespace

void check_same_build(const KernelTable& table, const std::string& path) {
  check_in(table.size == sizeof(KernelTable) && table.layout == layout_of(HEBB_VERSION),
           ErrorKind::io, path,
           "belongs to another build of hebb than the library beside it ({}); install both from "
           "one build",
           HEBB_VERSION);
}

const KernelTable& library() {
  static const KernelTable* table = open_library();
  return *table;
}

std::span<const KernelsOfId> kernels() {
  return library().kernels;
}
std::string versions() {
  return library().versions();
}
std::vector<std::string> instruction_sets() {
  return library().instruction_sets();
}
void use_instruction_set(size_t index) {
  library().use_instruction_set(index);
}

}  // namespace hebb::cpu
