// Time of single calls that take microseconds to seconds: measured and printed in one form, which
// support/in_turns.py reads.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

struct CallTimes {  // milliseconds of a call
  double median = 0, min = 0, p90 = 0;
  size_t calls = 0;
};

// rounds: how many calls are measured; 0: those of so many seconds, from 7 to 5,000. Calls for a
// third of that before, at least twice: threads and caches are warm then.
template <class F>
CallTimes time_calls(F&& call, int64_t rounds, double seconds = 1) {
  using Clock = std::chrono::steady_clock;
  const auto ms_since = [](Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  };
  const auto warm_up = Clock::now();
  for (int i = 0; i < 2 || ms_since(warm_up) < 300 * seconds; ++i)
    call();
  const auto least = size_t(rounds ? rounds : 7), most = size_t(rounds ? rounds : 5000);
  std::vector<double> ms;
  const auto begin = Clock::now();
  while (ms.size() < least || (ms.size() < most && ms_since(begin) < 1000 * seconds)) {
    const auto start = Clock::now();
    call();
    ms.push_back(ms_since(start));
  }
  std::sort(ms.begin(), ms.end());
  return {ms[ms.size() / 2], ms.front(), ms[ms.size() * 9 / 10], ms.size()};
}

inline void print_call_times(const std::string& what, const CallTimes& times,
                             double mean_magnitude) {
  std::printf("%s: median %.4f ms, min %.4f, p90 %.4f of %zu calls; mean |output| %.6g\n",
              what.c_str(), times.median, times.min, times.p90, times.calls, mean_magnitude);
}
