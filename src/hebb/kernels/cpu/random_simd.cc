// Philox4x32-10 in vectors: every 64-bit lane runs one block. A word of the state lies in the low
// half of its lane. The high half has leftovers of the multiplication before, which the next one
// ignores.

#ifndef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "hebb/kernels/cpu/random_simd.cc"
#endif
#include "hebb/kernels/cpu/simd_targets.h"  // before foreach_target.h, which asks it

#include <hwy/foreach_target.h>  // must come before highway.h

#include "hebb/base/philox.h"
#include "hebb/kernels/cpu/random_words.h"
#include "hebb/kernels/cpu/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {

using Words = hn::ScalableTag<uint32_t>;
using Lanes64 = hn::ScalableTag<uint64_t>;
using V64 = hn::Vec<Lanes64>;

struct State {
  V64 c0, c1, c2, c3;
};

HWY_INLINE V64 product(V64 a, uint32_t b) {
  return hn::MulEven(hn::BitCast(Words(), a), hn::Set(Words(), b));
}

HWY_INLINE State start(uint64_t counter) {
  const V64 counters = hn::Add(hn::Set(Lanes64(), counter), hn::Iota(Lanes64(), 0));
  return {counters, hn::ShiftRight<32>(counters), hn::Zero(Lanes64()), hn::Zero(Lanes64())};
}
HWY_INLINE void round(State& s, V64 k0, V64 k1) {
  const V64 p0 = product(s.c0, 0xD2511F53u), p1 = product(s.c2, 0xCD9E8D57u);
  s.c0 = hn::Xor(hn::Xor(hn::ShiftRight<32>(p1), s.c1), k0);
  s.c1 = p1;
  s.c2 = hn::Xor(hn::Xor(hn::ShiftRight<32>(p0), s.c3), k1);
  s.c3 = p0;
}
HWY_INLINE void store(const State& s, uint32_t* words) {
  const V64 low = hn::Set(Lanes64(), 0xFFFFFFFFu);
  const V64 first = hn::Or(hn::And(s.c0, low), hn::ShiftLeft<32>(s.c1)),
            second = hn::Or(hn::And(s.c2, low), hn::ShiftLeft<32>(s.c3));
  hn::StoreInterleaved2(first, second, Lanes64(), reinterpret_cast<uint64_t*>(words));
}

void fill_words(uint64_t key, uint64_t first, int64_t blocks, uint32_t* words) {
  const auto lanes = int64_t(hn::Lanes(Lanes64()));
  int64_t done = 0;
  for (; done + 4 * lanes <= blocks;
       done += 4 * lanes) {  // four at a time hide the latency of the multiplications
    State a = start(first + uint64_t(done)), b = start(first + uint64_t(done + lanes)),
          c = start(first + uint64_t(done + 2 * lanes)),
          d = start(first + uint64_t(done + 3 * lanes));
    uint32_t k0 = uint32_t(key), k1 = uint32_t(key >> 32);
    for (int i = 0; i < 10; ++i, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
      const V64 v0 = hn::Set(Lanes64(), k0), v1 = hn::Set(Lanes64(), k1);
      round(a, v0, v1);
      round(b, v0, v1);
      round(c, v0, v1);
      round(d, v0, v1);
    }
    store(a, words + 4 * done);
    store(b, words + 4 * (done + lanes));
    store(c, words + 4 * (done + 2 * lanes));
    store(d, words + 4 * (done + 3 * lanes));
  }
  for (; done < blocks; ++done) {
    const PhiloxBlock block = philox(key, first + uint64_t(done));
    for (size_t k = 0; k < 4; ++k)
      words[size_t(4 * done) + k] = block[k];
  }
}

void drop(const uint32_t* words, uint32_t threshold, float scale, const float* x, float* out,
          int64_t n) {
  const D d;
  const auto lanes = int64_t(hn::Lanes(d));
  const auto limit = hn::Set(Words(), threshold);
  const V factor = hn::Set(d, scale);
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const auto dropped = hn::RebindMask(d, hn::Gt(limit, hn::LoadU(Words(), words + i)));
    hn::StoreU(hn::Mul(hn::LoadU(d, x + i), hn::IfThenZeroElse(dropped, factor)), d, out + i);
  }
  for (; i < n; ++i)
    out[i] = x[i] * (words[i] >= threshold ? scale : 0);
}

// Of 24 random bits: [0, 1).
HWY_INLINE V unit_lanes(hn::Vec<Words> bits) {
  const hn::ScalableTag<int32_t> whole;
  return hn::Mul(hn::ConvertTo(D(), hn::BitCast(whole, hn::ShiftRight<8>(bits))), number(0x1p-24));
}

void normal(const uint32_t* words, float mean, float std, float* out, int64_t n) {
  const D d;
  const auto lanes = int64_t(hn::Lanes(d));
  const V centre = hn::Set(d, mean), spread = hn::Set(d, std);
  auto pairs = [&](const uint32_t* from, float* to) HWY_ATTR {
    hn::Vec<Words> first, second;
    hn::LoadInterleaved2(Words(), from, first, second);
    const V radius =
        hn::Sqrt(hn::Mul(number(-2), hn::Log(d, hn::Sub(number(1), unit_lanes(first)))));
    const V angle = hn::Mul(unit_lanes(second), number(6.283185307179586476925));
    const V scaled = hn::Mul(radius, spread);
    hn::StoreInterleaved2(hn::MulAdd(scaled, hn::Cos(d, angle), centre),
                          hn::MulAdd(scaled, hn::Sin(d, angle), centre), d, to);
  };
  int64_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes)
    pairs(words + i, out + i);
  if (i < n) {
    HWY_ALIGN uint32_t from[2 * HWY_MAX_BYTES / sizeof(float)] = {};
    HWY_ALIGN float to[2 * HWY_MAX_BYTES / sizeof(float)];
    std::copy(words + i, words + n, from);
    pairs(from, to);
    std::copy(to, to + (n - i), out + i);
  }
}

}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace hebb::cpu {
HWY_EXPORT(fill_words);
HWY_EXPORT(drop);
HWY_EXPORT(normal);
void random_words(uint64_t key, uint64_t first, int64_t blocks, uint32_t* words) {
  HWY_DYNAMIC_DISPATCH(fill_words)(key, first, blocks, words);
}
void drop_words(const uint32_t* words, uint32_t threshold, float scale, const float* x, float* out,
                int64_t n) {
  HWY_DYNAMIC_DISPATCH(drop)(words, threshold, scale, x, out, n);
}
void normal_words(const uint32_t* words, float mean, float std, float* out, int64_t n) {
  HWY_DYNAMIC_DISPATCH(normal)(words, mean, std, out, n);
}
}  // namespace hebb::cpu
#endif
