// Which count of threads a kernel's own parallel regions see: it belongs to the thread, and has to
// be told to each.

#include "hebb/base/parallel.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace hebb {
namespace {

thread_local std::vector<int> told;

void run_chunks(int64_t chunks, int, FunctionRef<void(int64_t)> chunk) {
  for (int64_t i = 0; i < chunks; ++i)
    chunk(i);
}

template <class F>
std::vector<int> told_in_a_thread(F&& f) {
  std::vector<int> out;
  std::thread([&] {
    f();
    out = told;
  }).join();
  return out;
}

TEST(Threads, EveryThreadIsToldTheCountOnceAndAgainWhenItChanges) {
  const int before = num_threads();
  const ThreadPool pool{.run = run_chunks, .set_threads = [](int n) { told.push_back(n); }};
  set_num_threads(3);
  set_thread_pool(&pool);
  EXPECT_EQ(told, std::vector<int>{3});
  EXPECT_EQ(told_in_a_thread([] {
              use_threads_here();
              use_threads_here();
            }),
            std::vector<int>{3});
  EXPECT_EQ(told_in_a_thread([] {
              serial_here();
              use_threads_here();
              serial_here(false);
              use_threads_here();
            }),
            (std::vector<int>{1, 3}));
  set_num_threads(2);
  use_threads_here();
  EXPECT_EQ(told, (std::vector<int>{3, 2}));
  set_thread_pool(nullptr);
  set_num_threads(before);
}

}  // namespace
}  // namespace hebb
