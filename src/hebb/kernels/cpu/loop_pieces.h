// A loop in pieces with scratch memory of their own, which threads share out. The pieces depend on
// the sizes alone, so results do not depend on the number of threads.
#pragma once

#include <algorithm>
#include <cstdint>

#include "hebb/base/parallel.h"
#include "hebb/kernels/kernel.h"

namespace hebb::cpu {

class LoopPieces {
 public:
  // The loop runs `count` times, `each` times in a piece; a piece has so many floats of scratch
  // memory, behind what the kernel asked for before.
  LoopPieces(Kernel& kernel, int64_t count, int64_t each, int64_t floats)
      : count_(count), each_(each), floats_((floats + 15) / 16 * 16), begin_(kernel.scratch_bytes) {
    kernel.scratch_bytes += size_t(pieces() * floats_) * sizeof(float);
  }

  // Calls f(begin, end, scratch) for each piece.
  template <class F>
  void run(const Buffers& b, const F& f) const {
    auto* scratch = reinterpret_cast<float*>(static_cast<char*>(b.scratch) + begin_);
    parallel_for(pieces(), 1, [&](int64_t from, int64_t to) {
      for (int64_t p = from; p < to; ++p)
        f(p * each_, std::min(count_, (p + 1) * each_), scratch + p * floats_);
    });
  }

 private:
  int64_t pieces() const { return (count_ + each_ - 1) / each_; }
  int64_t count_, each_, floats_;
  size_t begin_;
};

}  // namespace hebb::cpu
