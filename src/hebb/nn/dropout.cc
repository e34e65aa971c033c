#include "hebb/nn/dropout.h"

#include "hebb/base/check.h"
#include "hebb/nn/init.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/dropout.h"
#include "hebb/ops/linear.h"
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

DropConnectOptions drop_connect_start() {
  return {.in = 1, .out = 1};
}
constexpr const OptionsType& drop_connect_options =
    options_type<DropConnectOptions, drop_connect_start>;

// The entry of a layer with a probability alone.
template <class Layer>
constexpr LayerEntry dropping(std::string_view name, std::string_view what) {
  return {.name = name,
          .what = what,
          .options = &options_type<DropoutOptions>,
          .make = [](const void* o) -> AnyModule { return Layer(as<DropoutOptions>(o).p); }};
}

std::string shown(std::string_view name, double p) {
  const DropoutOptions o{p};
  return options_repr(name, options_type<DropoutOptions>, &o);
}

}  // namespace

Dropout::Dropout(double p) : p(p) {
  check_options("dropout", DropoutOptions{p});
}

Tensor Dropout::forward(const Tensor& x) const {
  return is_training() && p > 0 ? dropout(x, p, true, draw_key(random_number())) : x;
}

std::string Dropout::describe() const {
  return shown("Dropout", p);
}

constinit const LayerEntry layer::dropout = {
    .name = "dropout",
    .what = "while training, zeroes values with probability P",
    .options = &options_type<DropoutOptions>,
    .make = [](const void* o) -> AnyModule { return Dropout(as<DropoutOptions>(o).p); },
};

Dropout1d::Dropout1d(double p) : p(p) {
  check_options("dropout1d", DropoutOptions{p});
}
Tensor Dropout1d::forward(const Tensor& x) const {
  return is_training() && p > 0 ? dropout1d(x, p, true, draw_key(random_number())) : x;
}
std::string Dropout1d::describe() const {
  return shown("Dropout1d", p);
}

Dropout2d::Dropout2d(double p) : p(p) {
  check_options("dropout2d", DropoutOptions{p});
}
Tensor Dropout2d::forward(const Tensor& x) const {
  return is_training() && p > 0 ? dropout2d(x, p, true, draw_key(random_number())) : x;
}
std::string Dropout2d::describe() const {
  return shown("Dropout2d", p);
}

Dropout3d::Dropout3d(double p) : p(p) {
  check_options("dropout3d", DropoutOptions{p});
}
Tensor Dropout3d::forward(const Tensor& x) const {
  return is_training() && p > 0 ? dropout3d(x, p, true, draw_key(random_number())) : x;
}
std::string Dropout3d::describe() const {
  return shown("Dropout3d", p);
}

AlphaDropout::AlphaDropout(double p) : p(p) {
  check_options("alpha_dropout", DropoutOptions{p});
}
Tensor AlphaDropout::forward(const Tensor& x) const {
  return is_training() && p > 0 ? alpha_dropout(x, p, true, draw_key(random_number())) : x;
}
std::string AlphaDropout::describe() const {
  return shown("AlphaDropout", p);
}

FeatureAlphaDropout::FeatureAlphaDropout(double p) : p(p) {
  check_options("feature_alpha_dropout", DropoutOptions{p});
}
Tensor FeatureAlphaDropout::forward(const Tensor& x) const {
  return is_training() && p > 0 ? feature_alpha_dropout(x, p, true, draw_key(random_number())) : x;
}
std::string FeatureAlphaDropout::describe() const {
  return shown("FeatureAlphaDropout", p);
}

StochasticDepth::StochasticDepth(double p, std::string mode) : p(p), mode(std::move(mode)) {
  check_options("stochastic_depth", DropoutOptions{p});
  check(this->mode == "row" || this->mode == "batch", "mode is '{}', should be row or batch",
        this->mode);
}
Tensor StochasticDepth::forward(const Tensor& x) const {
  return is_training() && p > 0 ? stochastic_depth(x, p, mode, true, draw_key(random_number())) : x;
}
std::string StochasticDepth::describe() const {
  return fmt::format("StochasticDepth(p={}, mode={})", p, mode);
}

DropConnect::DropConnect(DropConnectOptions o)
    : weight(init::empty_weight("DropConnect", {o.out, o.in})), options_(o) {
  check_options("drop_connect", o);
  if (o.bias)
    bias.emplace(Tensor::empty({o.out}));
  init::default_(weight.tensor(), bias ? &bias->tensor() : nullptr, init::key_of(*this));
}
Tensor DropConnect::forward(const Tensor& x) const {
  const bool drops = is_training() && options_.p > 0;
  return linear(
      x,
      drops ? hebb::dropout(weight, options_.p, true, draw_key(random_number())) : weight.tensor(),
      bias ? bias->tensor() : Tensor());
}
std::string DropConnect::describe() const {
  return options_repr("DropConnect", drop_connect_options, &options_);
}

constinit const LayerEntry layer::dropout1d =
    dropping<Dropout1d>("dropout1d", "while training, zeroes channels of sequences");
constinit const LayerEntry layer::dropout2d =
    dropping<Dropout2d>("dropout2d", "while training, zeroes channels of pictures");
constinit const LayerEntry layer::dropout3d =
    dropping<Dropout3d>("dropout3d", "while training, zeroes channels of volumes");
constinit const LayerEntry layer::alpha_dropout =
    dropping<AlphaDropout>("alpha_dropout", "dropout for selu: mean 0 and variance 1 stay");
constinit const LayerEntry layer::feature_alpha_dropout =
    dropping<FeatureAlphaDropout>("feature_alpha_dropout", "alpha_dropout of whole channels");

constinit const LayerEntry layer::drop_connect = {
    .name = "drop_connect",
    .what = "a fully connected layer whose weights are dropped while training",
    .options = &drop_connect_options,
    .make = made<DropConnect, DropConnectOptions>,
    .infer =
        [](void* o, const Dims& shape) {
          check(!shape.empty(), "takes features, but what comes in is one number");
          static_cast<DropConnectOptions*>(o)->in = shape.back();
        },
    .weights =
        [](const void* o) {
          return double(as<DropConnectOptions>(o).in) * double(as<DropConnectOptions>(o).out);
        },
    .outputs =
        [](const void* o, const Dims& shape) {
          double rows = 1;
          for (size_t i = 0; i + 1 < shape.size(); ++i)
            rows *= double(shape[i]);
          return rows * double(as<DropConnectOptions>(o).out);
        },
};

}  // namespace hebb::nn
