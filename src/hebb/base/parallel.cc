#include "hebb/base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "hebb/base/check.h"

namespace hebb {
namespace {

std::atomic<const ThreadPool*> pool{nullptr};  // documented global: the one pool
std::atomic<int> threads{0};                   // 0: not asked for yet
thread_local bool serial = false;

// OMP_NUM_THREADS when it is set, as in every OpenMP program. Else the number of processors that
// this process may run on (a container may allow fewer than the machine has).
int default_threads() {
  if (const char* wanted = std::getenv("OMP_NUM_THREADS")) {
    int n = 0;  // of a list, the first number: the outermost level
    const auto [end, error] = std::from_chars(wanted, wanted + std::strlen(wanted), n);
    if (error == std::errc() && n >= 1)
      return std::min(n, most_threads);
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? std::clamp(CPU_COUNT(&set), 1, most_threads)
                                                     : 1;
}

}  // namespace

int num_threads() {
  int n = threads.load();
  if (n == 0)
    threads = n = default_threads();
  return n;
}

void set_num_threads(int n) {
  check(n >= 1 && n <= most_threads, "the number of threads is {}, should be from 1 to {}", n,
        most_threads);
  threads = n;
  use_threads_here();
}

void use_threads_here() {
  thread_local const ThreadPool* told = nullptr;
  thread_local int count = 0;
  const ThreadPool* p = pool.load(std::memory_order_acquire);
  const int wanted = serial ? 1 : num_threads();
  if (!p || (told == p && count == wanted))
    return;
  p->set_threads(wanted);
  told = p;
  count = wanted;
}

void serial_here(bool on) {
  serial = on;
}
bool is_serial_here() {
  return serial;
}

void set_thread_pool(const ThreadPool* p) {
  pool.store(p, std::memory_order_release);
  use_threads_here();
}

void parallel_for(int64_t n, int64_t grain, FunctionRef<void(int64_t, int64_t)> body) {
  if (n <= 0)
    return;
  grain = std::max<int64_t>(grain, 1);
  const int64_t chunks = (n + grain - 1) / grain;
  const ThreadPool* p = pool.load(std::memory_order_acquire);
  auto chunk = [&](int64_t i) { body(i * grain, std::min(n, (i + 1) * grain)); };
  if (chunks == 1 || serial || !p || num_threads() == 1) {
    for (int64_t i = 0; i < chunks; ++i)
      chunk(i);
    return;
  }
  p->run(chunks, num_threads(), chunk);
}

}  // namespace hebb
