// What call.cc and peers/call_libtorch.cc share: time and mallocs of one call, printed in one form.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

#include "count_mallocs.h"

// The median of 31 rounds of at least 2 ms each, and the mallocs of a call after warming up.
template <class F>
void measure_call(const char* name, F&& call) {
  using Clock = std::chrono::steady_clock;
  for (int i = 0; i < 1000; ++i)
    call();
  int64_t calls = 16;
  const auto seconds = [&] {
    const auto start = Clock::now();
    for (int64_t i = 0; i < calls; ++i)
      call();
    return std::chrono::duration<double>(Clock::now() - start).count();
  };
  while (seconds() < 2e-3)
    calls *= 2;
  const uint64_t before = mallocs;
  seconds();
  const double mallocs_per_call = double(mallocs - before) / double(calls);
  std::vector<double> rounds;
  for (int round = 0; round < 31; ++round)
    rounds.push_back(seconds() / double(calls) * 1e9);
  std::sort(rounds.begin(), rounds.end());
  std::printf("%-28s %8.0f ns  %5.1f mallocs\n", name, rounds[rounds.size() / 2], mallocs_per_call);
}
