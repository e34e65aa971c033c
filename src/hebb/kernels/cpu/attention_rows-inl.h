// What the loops of attention do with rows of logits: masks, slopes, dropout, softmax. Included
// once per instruction set, after hwy/highway.h.

#if defined(HEBB_ATTENTION_ROWS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef HEBB_ATTENTION_ROWS_INL_H
#undef HEBB_ATTENTION_ROWS_INL_H
#else
#define HEBB_ATTENTION_ROWS_INL_H
#endif

#include "hebb/kernels/cpu/attention_loops.h"
#include "hebb/kernels/cpu/simd_math-inl.h"

HWY_BEFORE_NAMESPACE();
namespace hebb::cpu::HWY_NAMESPACE {
namespace {

constexpr float no_weight = -std::numeric_limits<float>::infinity();

// The keys [begin, end) that any query of [first, last) sees.
struct KeyRange {
  int64_t begin, end;
};
inline KeyRange keys_seen(const AttentionSizes& n, int64_t first, int64_t last) {
  if (n.all_see_all())
    return {0, n.keys};
  return {n.first_key(first), n.end_key(last - 1)};
}

// Adds what there is besides the product to the logits of a query and the keys [begin, end).
HWY_ATTR void add_bias(const AttentionSizes& n, const HeadBias& bias, int64_t query, int64_t begin,
                       int64_t end, float* logits) {
  const D d;
  if (bias.steps.has_slopes) {
    const auto at = float(query + n.attrs.offset - begin);
    const V slope = hn::Set(d, bias.slope);
    for_each_lanes(end - begin, [&](int64_t j, int64_t here, int64_t lanes) HWY_ATTR {
      const V distance = hn::Abs(hn::Sub(hn::Set(d, at), hn::Iota(d, float(j))));
      store(hn::NegMulAdd(slope, distance, load(logits + j, here, lanes)), logits + j, here, lanes);
    });
  }
  if (bias.steps.has_mask) {
    const int64_t step = bias.steps.key, first = query * bias.steps.query + begin * step;
    if (bias.steps.is_bool) {
      const bool* mask = static_cast<const bool*>(bias.mask) + first;
      for (int64_t j = 0; j < end - begin; ++j)
        logits[j] = mask[j * step] ? logits[j] : no_weight;
    } else {
      const float* mask = static_cast<const float*>(bias.mask) + first;
      if (step == 1)
        for_each_lanes(end - begin, [&](int64_t j, int64_t here, int64_t lanes) HWY_ATTR {
          store(hn::Add(load(mask + j, here, lanes), load(logits + j, here, lanes)), logits + j,
                here, lanes);
        });
      else
        for (int64_t j = 0; j < end - begin; ++j)
          logits[j] += mask[j * step];
    }
  }
  if (n.all_see_all())
    return;
  const int64_t seen = std::clamp(n.first_key(query), begin, end),
                beyond = std::clamp(n.end_key(query), seen, end);
  std::fill(logits, logits + (seen - begin), no_weight);
  std::fill(logits + (beyond - begin), logits + (end - begin), no_weight);
}

// The factors of dropout for the weights of a query and the keys [begin, end).
HWY_ATTR void drop(const AttentionSizes& n, const HeadBias& bias, int64_t query, int64_t begin,
                   int64_t count, const float* from, float* to) {
  alignas(64) uint32_t words[tile_keys + 8];
  const uint32_t threshold = drop_threshold(n.attrs.dropout_p);
  const auto scale = float(kept_scale(n.attrs.dropout_p));
  for (int64_t at = 0; at < count; at += tile_keys) {
    const int64_t first = bias.first_weight + query * n.keys + begin + at, skip = first % 4,
                  here = std::min(tile_keys, count - at);
    random_words(*bias.random, uint64_t(first / 4), (skip + here + 3) / 4, words);
    drop_words(words + skip, threshold, scale, from + at, to + at, here);
  }
}

HWY_ATTR float largest(const float* x, int64_t n) {
  const D d;
  V high = hn::Set(d, no_weight);
  float rest = no_weight;
  const auto lanes = int64_t(hn::Lanes(d));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes)
    high = hn::Max(high, hn::LoadU(d, x + i));
  for (; i < n; ++i)
    rest = std::max(rest, x[i]);
  return std::max(rest, hn::GetLane(hn::MaxOfLanes(d, high)));
}

// x = exp(x - high), and their sum; zeros where no key is seen. Lanes beyond n do not count.
HWY_ATTR float exponentials(float* x, int64_t n, float high) {
  const D d;
  if (high == no_weight) {
    std::fill_n(x, n, 0.0f);
    return 0;
  }
  const V from = hn::Set(d, high);
  V sum = hn::Zero(d);
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    V y = exp_lanes(hn::Sub(load(x + i, here, lanes), from));
    if (here < lanes)
      y = hn::IfThenElseZero(hn::FirstN(d, size_t(here)), y);
    store(y, x + i, here, lanes);
    sum = hn::Add(sum, y);
  });
  return total(sum);
}

HWY_ATTR void scale_into(const float* from, float factor, int64_t n, float* to) {
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    store(hn::Mul(load(from + i, here, lanes), hn::Set(D(), factor)), to + i, here, lanes);
  });
}

HWY_ATTR float dot(const float* a, const float* b, int64_t n) {
  V sum = hn::Zero(D());
  for_each_lanes(n, [&](int64_t i, int64_t here, int64_t lanes) HWY_ATTR {
    sum = hn::MulAdd(load(a + i, here, lanes), load(b + i, here, lanes), sum);
  });
  return total(sum);
}

}  // namespace
}  // namespace hebb::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
