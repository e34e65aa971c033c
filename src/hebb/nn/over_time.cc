#include "hebb/nn/over_time.h"

#include <limits>

#include "hebb/base/check.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/extreme.h"
#include "hebb/ops/gather.h"
#include "hebb/ops/join.h"
#include "hebb/ops/mask.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/shapes.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

void check_times(const Tensor& x) {
  check(x.dim() == 3 && x.size(1) > 0, "takes sequences [B, T, F] of at least one time, got {}",
        x.shape());
}

// [B, T, 1] bools: the times that do not count.
Tensor padding_of(const Sequence& x) {
  return logical_not(unsqueeze(times_mask(x.lengths, x.values.size(1)), 2));
}

// [B, F]: the last time of each sequence.
Tensor last_of(const Tensor& x, const Tensor& lengths) {
  if (!lengths.defined())
    return select(x, 1, -1);
  const Tensor last = clamp(lengths - 1, 0);
  const Tensor found =
      squeeze(gather(x, 1, expand(reshape(last, {-1, 1, 1}), {-1, 1, x.size(2)})), 1);
  return masked_fill(found, unsqueeze(lengths == 0, 1), 0);
}

template <class Layer>
constexpr LayerEntry over_time(std::string_view name, std::string_view what) {
  return {.name = name,
          .what = what,
          .make = [](const void*) -> AnyModule { return Layer(); },
          .infer =
              [](void*, const Dims& shape) {
                check(shape.size() == 2 && shape[0] > 0,
                      "takes sequences [time, features], but what comes in is {}", shape);
              }};
}

}  // namespace

Sequence Last::forward(const Sequence& x) const {
  check_times(x.values);
  if (!x.two_ways)
    return {last_of(x.values, x.lengths)};
  const int64_t half = x.values.size(2) / 2;
  const Tensor onwards = narrow(x.values, 2, 0, half), back = narrow(x.values, 2, half, half);
  return {cat({last_of(onwards, x.lengths), select(back, 1, 0)}, 1)};
}

Sequence MeanOverTime::forward(const Sequence& x) const {
  check_times(x.values);
  if (!x.lengths.defined())
    return {mean(x.values, {1})};
  const Tensor total = sum(masked_fill(x.values, padding_of(x), 0), {1}),
               times = cast(clamp(x.lengths, 1), x.values.dtype());
  return {total / unsqueeze(times, 1)};
}

Sequence MaxOverTime::forward(const Sequence& x) const {
  check_times(x.values);
  if (!x.lengths.defined())
    return {amax(x.values, {1})};
  const Tensor most =
      amax(masked_fill(x.values, padding_of(x), -std::numeric_limits<double>::infinity()), {1});
  return {masked_fill(most, unsqueeze(x.lengths == 0, 1), 0)};
}

constinit const LayerEntry layer::last = over_time<Last>(
    "last", "the last time of each sequence; after a bidirectional layer that of each direction");
constinit const LayerEntry layer::mean_pool =
    over_time<MeanOverTime>("mean_pool", "the mean over the times of each sequence");
constinit const LayerEntry layer::max_pool =
    over_time<MaxOverTime>("max_pool", "the largest value over the times of each sequence");

}  // namespace hebb::nn
