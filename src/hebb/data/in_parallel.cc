#include "hebb/data/in_parallel.h"

#include <algorithm>
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
      if (begin < first_begin)
        first_begin = begin, first = std::current_exception();
    }
  });
  if (first)
    std::rethrow_exception(first);
}

int64_t columns_together(int64_t columns) {
  constexpr int64_t most = 16;  // what is known of each is kept until all of them are done
  const int64_t threads = num_threads();
  return std::clamp<int64_t>((columns + threads - 1) / threads, 1, most);
}

}  // namespace hebb::data
