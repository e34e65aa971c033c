#include "hebb/nn/dropout.h"

#include "hebb/nn/layer_entry.h"
#include "hebb/ops/random.h"
#include "hebb/ops/random_key.h"

namespace hebb::nn {
namespace {

struct DropoutOptions {
  double p = 0.5;
  HEBB_FIELDS(p)
  static constexpr Note notes[] = {{.field = "p",
                                    .aliases = {"probability"},
                                    .place = 1,
                                    .bare = true,
                                    .at_least = 0,
                                    .at_most = 1,
                                    .what = "how likely a value becomes 0"}};
};

}  // namespace

Dropout::Dropout(double p) : p(p) {
  check_options("dropout", DropoutOptions{p});
}

Tensor Dropout::forward(const Tensor& x) const {
  return is_training() && p > 0 ? dropout(x, p, true, draw_key(random_number())) : x;
}

std::string Dropout::describe() const {
  const DropoutOptions o{p};
  return options_repr("Dropout", options_type<DropoutOptions>, &o);
}

constinit const LayerEntry layer::dropout = {
    .name = "dropout",
    .what = "while training, zeroes values with probability P",
    .options = &options_type<DropoutOptions>,
    .make = [](const void* o) -> AnyModule { return Dropout(as<DropoutOptions>(o).p); },
};

}  // namespace hebb::nn
