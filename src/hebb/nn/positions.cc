#include "hebb/nn/positions.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/nn/init.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/create.h"
#include "hebb/ops/join.h"
#include "hebb/ops/math.h"
#include "hebb/ops/views.h"

namespace hebb::nn {
namespace {

PositionsOptions positions_start() {
  return {.places = 0, .width = 1};
}

struct SinusoidalOptions {
  double base = 10000;
  HEBB_FIELDS(base)
  static constexpr Note notes[] = {{.field = "base",
                                    .place = 1,
                                    .bare = true,
                                    .above = 1,
                                    .what = "how many times longer the longest wave is"}};
};

void check_tokens(const Dims& shape) {
  check(shape.size() == 2, "takes tokens [length, width], but what comes in is {}", shape);
}

}  // namespace

Positions::Positions(PositionsOptions o)
    : weight(init::empty_weight("Positions", {o.places, o.width})) {
  init::normal_(weight.tensor(), init::key_of(*this), 0, 0.02);
}
Tensor Positions::forward(const Tensor& x, int64_t offset) const {
  check(x.dim() >= 2 && x.size(-1) == weight.shape()[1] && offset >= 0 &&
            x.size(-2) <= weight.shape()[0] - offset,
        "Positions: the input {} from place {} on should be [..., length, {}], with at most {} "
        "places",
        x.shape(), offset, weight.shape()[1], weight.shape()[0]);
  return x + slice(weight, 0, Slice(offset, offset + x.size(-2)));
}
std::string Positions::describe() const {
  return fmt::format("Positions({}, {})", weight.shape()[0], weight.shape()[1]);
}

Tensor SinusoidalPositions::forward(const Tensor& x, int64_t offset) const {
  check(x.dim() >= 2 && x.size(-1) > 0,
        "SinusoidalPositions: the input {} should be [..., length, "
        "width]",
        x.shape());
  const int64_t length = x.size(-2), width = x.size(-1), waves = (width + 1) / 2;
  const Tensor place = arange(double(offset), double(offset + length), 1, DType::f64, x.device()),
               wave = arange(0, double(waves), 1, DType::f64, x.device());
  const Tensor angle = unsqueeze(place, 1) * exp(wave * (-2 * std::log(base) / double(width)));
  const Tensor both = reshape(stack({sin(angle), cos(angle)}, 2), {length, 2 * waves});
  return x + cast(slice(both, 1, Slice(0, width)), x.dtype());
}
std::string SinusoidalPositions::describe() const {
  const SinusoidalOptions o{base};
  return options_repr("SinusoidalPositions", options_type<SinusoidalOptions>, &o);
}

constinit const LayerEntry layer::positions = {
    .name = "positions",
    .what = "a trained vector added for each place in the sequence",
    .options = &options_type<PositionsOptions, positions_start>,
    .make = made<Positions, PositionsOptions>,
    .features_last = true,
    .infer =
        [](void* options, const Dims& shape) {
          check_tokens(shape);
          auto& o = *static_cast<PositionsOptions*>(options);
          if (o.places == 0)
            o.places = shape[0];
          check(o.places >= shape[0], "num_positions is {}, but sequences have {}",
                int64_t(o.places), shape[0]);
          o.width = shape[1];
        },
    .weights =
        [](const void* o) {
          return double(as<PositionsOptions>(o).places) * double(as<PositionsOptions>(o).width);
        },
};

constinit const LayerEntry layer::sinusoidal_positions = {
    .name = "sinusoidal_positions",
    .what = "sines and cosines of each place in the sequence, added",
    .options = &options_type<SinusoidalOptions>,
    .make = [](const void* o) -> AnyModule {
      return SinusoidalPositions(as<SinusoidalOptions>(o).base);
    },
    .features_last = true,
    .infer = [](void*, const Dims& shape) { check_tokens(shape); },
};

}  // namespace hebb::nn
