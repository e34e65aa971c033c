#include "hebb/data/in_parallel.h"

#include <exception>
#include <limits>
#include <mutex>

#include "hebb/kernels/cpu_library.h"

namespace hebb::data {

void in_parallel(int64_t n, int64_t grain, FunctionRef<void(int64_t, int64_t)> body) {
  if (n > grain && num_threads() > 1 && !is_serial_here())
    cpu::library();  // the pool of threads comes with it
  std::mutex mutex;
  std::exception_ptr first;
  int64_t first_begin = std::numeric_limits<int64_t>::max();
  parallel_for(n, grain, [&](int64_t begin, int64_t end) {
    try {
      body(begin, end);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (begin < first_begin) {
        first_begin = begin;
        first = std::current_exception();
      }
    }
  });
  if (first)
    std::rethrow_exception(first);
}

}  // namespace hebb::data
