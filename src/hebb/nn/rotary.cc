#include "hebb/nn/rotary.h"

#include <bit>
#include <cmath>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/options.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

// Cosines and sines of the angles, [length, width / 2]. In f64, as places may be large.
std::pair<Tensor, Tensor> turns(const RotaryOptions& o, int64_t length, int64_t offset,
                                const Tensor& like) {
  const int64_t pairs = o.width / 2;
  const Tensor place = arange(double(length), DType::f64, like.device()) + offset;
  const Tensor wave = exp(arange(double(pairs), DType::f64, like.device()) *
                          (-2 * std::log(o.base) / double(o.width)));
  const Tensor angle = unsqueeze(place, 1) * wave;
  return {cast(cos(angle), like.dtype()), cast(sin(angle), like.dtype())};
}

}  // namespace

Tensor rotary(const Tensor& x, const RotaryOptions& o, int64_t offset) {
  check_options("rotary", o);
  const int64_t width = o.width;
  check(width % 2 == 0, "rotary: the width is {}, should be even", width);
  check(x.dim() >= 2 && x.size(-1) >= width,
        "rotary: the input {} should be [..., length, columns], with at least {} columns",
        x.shape(), width);
  const auto [cosine, sine] = turns(o, x.size(-2), offset, x);
  const Tensor turning = slice(x, -1, Slice(0, width));
  const Dims& shape = turning.shape();
  Tensor turned;
  if (o.interleaved) {
    Dims pairs = shape;
    pairs.back() = width / 2;
    pairs.push_back(2);
    const Tensor both = reshape(turning, pairs);
    const Tensor a = select(both, -1, 0), b = select(both, -1, 1);
    turned = reshape(stack({a * cosine - b * sine, b * cosine + a * sine}, -1), shape);
  } else {
    const Tensor a = slice(turning, -1, Slice(0, width / 2)),
                 b = slice(turning, -1, Slice(width / 2, width));
    turned = cat({a * cosine - b * sine, b * cosine + a * sine}, -1);
  }
  return x.size(-1) == width ? turned : cat({turned, slice(x, -1, Slice(width, x.size(-1)))}, -1);
}

RelativePositions::RelativePositions(RelativePositionsOptions o)
    : relative_attention_bias(o.num_buckets, o.num_heads), options_(o) {
  check_options("RelativePositions", o);
}

Tensor RelativePositions::forward(int64_t queries, int64_t keys, int64_t offset) {
  const Device device = relative_attention_bias.weight->device();
  const Tensor distance =
      arange(double(keys), DType::i64, device) -
      unsqueeze(arange(double(queries), DType::i64, device) + offset, 1);  // key - query
  const int64_t ranges =
      options_.bidirectional ? options_.num_buckets / 2 : int64_t(options_.num_buckets);
  const int64_t exact = ranges / 2;
  const Tensor apart = options_.bidirectional ? abs(distance) : maximum(-distance, 0);
  // In f32 and in T5's order, so that distances at the edge of a range fall where they do there.
  const Tensor far = cast(maximum(apart, 1), DType::f32) / double(exact);
  const Tensor steps =
      log(far) / std::log(double(options_.max_distance) / double(exact)) * double(ranges - exact);
  const Tensor coarse = minimum(cast(steps, DType::i64) + exact, ranges - 1);
  Tensor bucket = where(apart < exact, apart, coarse);
  if (options_.bidirectional)
    bucket = bucket + cast(distance > 0, DType::i64) * ranges;
  return permute(relative_attention_bias(bucket), {2, 0, 1});
}

Tensor alibi_slopes(int64_t heads) {
  check(heads >= 1, "alibi_slopes: heads is {}, should be at least 1", heads);
  // Of a number that is no power of two: those of the power below, and then every other one of the
  // power above.
  const auto power = int64_t(std::bit_floor(uint64_t(heads)));
  std::vector<float> slopes;
  for (int64_t i = 1; i <= power; ++i)
    slopes.push_back(float(std::exp2(-8 * double(i) / double(power))));
  for (int64_t i = 1; int64_t(slopes.size()) < heads; i += 2)
    slopes.push_back(float(std::exp2(-4 * double(i) / double(power))));
  return tensor(slopes);
}

}  // namespace hebb::nn
