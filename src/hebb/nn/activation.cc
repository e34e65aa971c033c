#include "hebb/nn/activation.h"

#include "hebb/base/check.h"
#include "hebb/nn/init.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/distributions.h"
#include "hebb/ops/random_key.h"

namespace hebb::nn {
namespace {

// The options are the operators' own (kernels/activation.h); what a line needs beside them is here.
constexpr Note leaky_relu_notes[] = {{.field = "negative_slope",
                                      .aliases = {"slope"},
                                      .place = 1,
                                      .bare = true,
                                      .what = "the slope below 0"}};
constexpr Note elu_notes[] = {{.field = "alpha",
                               .place = 1,
                               .bare = true,
                               .what = "what it falls to, with the sign changed"}};
constexpr Note gelu_notes[] = {{.field = "approximate",
                                .place = 1,
                                .one_of = {"none", "tanh"},
                                .what = "tanh: the approximation by a tanh"}};
constexpr Note softplus_notes[] = {{.field = "beta",
                                    .place = 1,
                                    .bare = true,
                                    .above = 0,
                                    .what = "how sharply it bends; the larger, the nearer to relu"},
                                   {.field = "threshold",
                                    .place = 2,
                                    .bare = true,
                                    .what = "from where on it is taken for a straight line"}};
constexpr Note hardtanh_notes[] = {
    {.field = "min_val", .place = 1, .bare = true, .what = "the smallest value"},
    {.field = "max_val", .place = 2, .bare = true, .what = "the largest value"}};
constexpr Note celu_notes[] = {
    {.field = "alpha", .place = 1, .bare = true, .above = 0, .what = "how far below 0 it falls"}};
constexpr Note shrink_notes[] = {{.field = "lambd",
                                  .place = 1,
                                  .bare = true,
                                  .at_least = 0,
                                  .what = "up to which distance from 0 it is 0"}};
constexpr Note threshold_notes[] = {
    {.field = "threshold",
     .place = 1,
     .needed = true,
     .what = "above which values stay",
     .shown = Shown::named},
    {.field = "value", .place = 2, .needed = true, .what = "what the others become"}};
struct SlopeRange {
  double lower = 1.0 / 8, upper = 1.0 / 3;
  HEBB_FIELDS(lower, upper)
  static constexpr Note notes[] = {
      {.field = "lower", .place = 1, .bare = true, .what = "the smallest slope below 0"},
      {.field = "upper", .place = 2, .bare = true, .what = "the largest slope below 0"}};
};
struct StepAtZero {
  double at_zero = 1;
  HEBB_FIELDS(at_zero)
  static constexpr Note notes[] = {{.field = "at_zero",
                                    .key = "values",
                                    .place = 1,
                                    .bare = true,
                                    .what = "what 0 becomes: 1, 0 or 0.5"}};
};
struct HalvesAlong {
  int64_t dim = -1;
  HEBB_FIELDS(dim)
  static constexpr Note notes[] = {
      {.field = "dim",
       .place = 1,
       .bare = true,
       .what = "the dimension that is halved; -1 is the last, 1 the channels"}};
};
struct AlongDim {
  int64_t dim = -1;
  HEBB_FIELDS(dim)
  static constexpr Note notes[] = {
      {.field = "dim",
       .place = 1,
       .bare = true,
       .what = "the dimension that adds up to 1; -1 is the last, 0 the batch"}};
};

constexpr const OptionsType &leaky_relu_options =
                                options_type_with<LeakyReluAttrs, leaky_relu_notes>,
                            &elu_options = options_type_with<EluAttrs, elu_notes>,
                            &gelu_options = options_type_with<GeluAttrs, gelu_notes>,
                            &softplus_options = options_type_with<SoftplusAttrs, softplus_notes>,
                            &hardtanh_options = options_type_with<HardtanhAttrs, hardtanh_notes>,
                            &celu_options = options_type_with<EluAttrs, celu_notes>,
                            &shrink_options = options_type_with<ShrinkAttrs, shrink_notes>,
                            &threshold_options = options_type_with<ThresholdAttrs, threshold_notes>,
                            &halves_along = options_type<HalvesAlong>,
                            &along_dim = options_type<AlongDim>;

template <class Options>
std::string shown(std::string_view name, const OptionsType& type, const Options& options) {
  return options_repr(name, type, &options);
}

template <class Layer>
constexpr LayerEntry plain(std::string_view name, std::string_view what) {
  return {.name = name, .what = what, .make = [](const void*) -> AnyModule { return Layer(); }};
}

}  // namespace

std::string LeakyReLU::describe() const {
  return shown("LeakyReLU", leaky_relu_options, LeakyReluAttrs{negative_slope});
}
std::string ELU::describe() const {
  return shown("ELU", elu_options, EluAttrs{alpha});
}
std::string GELU::describe() const {
  return shown("GELU", gelu_options, GeluAttrs{tanh_approximation ? "tanh" : "none"});
}
std::string Softplus::describe() const {
  return shown("Softplus", softplus_options, SoftplusAttrs{beta, threshold});
}
std::string Hardtanh::describe() const {
  return shown("Hardtanh", hardtanh_options, HardtanhAttrs{min_val, max_val});
}
std::string CELU::describe() const {
  return shown("CELU", celu_options, EluAttrs{alpha});
}
std::string Hardshrink::describe() const {
  return shown("Hardshrink", shrink_options, ShrinkAttrs{lambd});
}
std::string Softshrink::describe() const {
  return shown("Softshrink", shrink_options, ShrinkAttrs{lambd});
}
RReLU::RReLU(double lower, double upper) : lower(lower), upper(upper) {
  check_in(lower <= upper, ErrorKind::usage, "rrelu", "lower is {}, should be at most upper, {}",
           lower, upper);
}
Tensor RReLU::forward(const Tensor& x) const {
  return is_training() ? rrelu(x, lower, upper, true, draw_key(random_number()))
                       : rrelu(x, lower, upper);
}
std::string RReLU::describe() const {
  return shown("RReLU", options_type<SlopeRange>, SlopeRange{lower, upper});
}
std::string Threshold::describe() const {
  return shown("Threshold", threshold_options, ThresholdAttrs{threshold, value});
}
Tensor Step::forward(const Tensor& x) const {
  return where(x == 0, at_zero, 0.5 * sign(x) + 0.5);  // heaviside(), which has no gradient
}
std::string Step::describe() const {
  return shown("Step", options_type<StepAtZero>, StepAtZero{at_zero});
}
std::string GLU::describe() const {
  return shown("GLU", halves_along, HalvesAlong{dim});
}
std::string Softmin::describe() const {
  return shown("Softmin", along_dim, AlongDim{dim});
}
std::string Softmax::describe() const {
  return shown("Softmax", along_dim, AlongDim{dim});
}
std::string LogSoftmax::describe() const {
  return shown("LogSoftmax", along_dim, AlongDim{dim});
}

PReLU::PReLU(PReLUOptions o) : weight(init::empty_weight("PReLU", {o.parameters})) {
  init::constant_(weight.tensor(), o.init);
}
std::string PReLU::describe() const {
  return shown("PReLU", options_type<PReLUOptions>, PReLUOptions{.parameters = weight.shape()[0]});
}

constinit const LayerEntry layer::relu = plain<ReLU>("relu", "max(x, 0)");
constinit const LayerEntry layer::relu6 = plain<ReLU6>("relu6", "min(max(x, 0), 6)");
constinit const LayerEntry layer::selu =
    plain<SELU>("selu", "a scaled elu that keeps mean 0 and variance 1");
constinit const LayerEntry layer::silu = plain<SiLU>("silu", "x sigmoid(x)");
constinit const LayerEntry layer::mish = plain<Mish>("mish", "x tanh(softplus(x))");
constinit const LayerEntry layer::sign =
    plain<Sign>("sign", "-1, 0 or 1; no gradient comes through");
constinit const LayerEntry layer::sinc = plain<Sinc>("sinc", "sin(pi x) / (pi x)");
constinit const LayerEntry layer::sigmoid = plain<Sigmoid>("sigmoid", "1 / (1 + exp(-x))");
constinit const LayerEntry layer::tanh = plain<Tanh>("tanh", "hyperbolic tangent");
constinit const LayerEntry layer::softsign = plain<Softsign>("softsign", "x / (1 + |x|)");
constinit const LayerEntry layer::log_sigmoid = plain<LogSigmoid>("log_sigmoid", "log(sigmoid(x))");
constinit const LayerEntry layer::hardsigmoid =
    plain<Hardsigmoid>("hardsigmoid", "(x + 3) / 6 kept in [0, 1]");
constinit const LayerEntry layer::hardswish = plain<Hardswish>("hardswish", "x hardsigmoid(x)");
constinit const LayerEntry layer::tanhshrink = plain<Tanhshrink>("tanhshrink", "x - tanh(x)");
constinit const LayerEntry layer::softmax2d =
    plain<Softmax2d>("softmax2d", "softmax over the channels of each pixel");
constinit const LayerEntry layer::identity = plain<Identity>("identity", "what comes in");

constinit const LayerEntry layer::leaky_relu = {
    .name = "leaky_relu",
    .what = "x, or NEGATIVE_SLOPE x below 0",
    .options = &leaky_relu_options,
    .make = [](const void* o) -> AnyModule {
      return LeakyReLU(as<LeakyReluAttrs>(o).negative_slope);
    },
};
constinit const LayerEntry layer::elu = {
    .name = "elu",
    .what = "x, or ALPHA (exp(x) - 1) below 0",
    .options = &elu_options,
    .make = [](const void* o) -> AnyModule { return ELU(as<EluAttrs>(o).alpha); },
};
constinit const LayerEntry layer::gelu = {
    .name = "gelu",
    .what = "x times the normal distribution function",
    .options = &gelu_options,
    .make = [](const void* o) -> AnyModule { return GELU(as<GeluAttrs>(o).approximate == "tanh"); },
};
constinit const LayerEntry layer::softplus = {
    .name = "softplus",
    .what = "log(1 + exp(BETA x)) / BETA, or x where BETA x is above THRESHOLD",
    .options = &softplus_options,
    .make = [](const void* o) -> AnyModule {
      return Softplus(as<SoftplusAttrs>(o).beta, as<SoftplusAttrs>(o).threshold);
    },
};
constinit const LayerEntry layer::hardtanh = {
    .name = "hardtanh",
    .what = "x kept in [MIN_VAL, MAX_VAL]",
    .options = &hardtanh_options,
    .make = [](const void* options) -> AnyModule {
      const auto& o = as<HardtanhAttrs>(options);
      check(o.min_val < o.max_val,
            "min_val is {} and max_val {}; the first should be below the second", o.min_val,
            o.max_val);
      return Hardtanh(o.min_val, o.max_val);
    },
};
constinit const LayerEntry layer::celu = {
    .name = "celu",
    .what = "x, or ALPHA (exp(x / ALPHA) - 1) below 0",
    .options = &celu_options,
    .make = [](const void* o) -> AnyModule { return CELU(as<EluAttrs>(o).alpha); },
};
constinit const LayerEntry layer::prelu = {
    .name = "prelu",
    .what = "x, or a trained slope times x below 0",
    .options = &options_type<PReLUOptions>,
    .make = made<PReLU, PReLUOptions>,
    .infer =
        [](void* options, const Dims& shape) {
          const int64_t slopes = as<PReLUOptions>(options).parameters;
          check(slopes == 1 || (!shape.empty() && slopes == shape[0]),
                "num_parameters is {}, should be 1 or the number of channels of {}", slopes, shape);
        },
};
constinit const LayerEntry layer::rrelu = {
    .name = "rrelu",
    .what = "leaky_relu with slopes drawn between LOWER and UPPER while training",
    .options = &options_type<SlopeRange>,
    .make = [](const void* o) -> AnyModule {
      return RReLU(as<SlopeRange>(o).lower, as<SlopeRange>(o).upper);
    },
};
constinit const LayerEntry layer::hardshrink = {
    .name = "hardshrink",
    .what = "x, or 0 within LAMBD of 0",
    .options = &shrink_options,
    .make = [](const void* o) -> AnyModule { return Hardshrink(as<ShrinkAttrs>(o).lambd); },
};
constinit const LayerEntry layer::softshrink = {
    .name = "softshrink",
    .what = "x moved towards 0 by LAMBD, and 0 within",
    .options = &shrink_options,
    .make = [](const void* o) -> AnyModule { return Softshrink(as<ShrinkAttrs>(o).lambd); },
};
constinit const LayerEntry layer::threshold = {
    .name = "threshold",
    .what = "x where it is above THRESHOLD, else VALUE",
    .options = &threshold_options,
    .make = [](const void* o) -> AnyModule {
      return Threshold(as<ThresholdAttrs>(o).threshold, as<ThresholdAttrs>(o).value);
    },
};
constinit const LayerEntry layer::step = {
    .name = "step",
    .what = "0 below 0, 1 above, AT_ZERO at 0 (heaviside); no gradient comes through",
    .options = &options_type<StepAtZero>,
    .make = [](const void* o) -> AnyModule { return Step(as<StepAtZero>(o).at_zero); },
};
constinit const LayerEntry layer::glu = {
    .name = "glu",
    .what = "one half along DIM times the sigmoid of the other",
    .options = &halves_along,
    .make = [](const void* o) -> AnyModule { return GLU(as<HalvesAlong>(o).dim); },
};
constinit const LayerEntry layer::softmin = {
    .name = "softmin",
    .what = "softmax of -x along DIM",
    .options = &along_dim,
    .make = [](const void* o) -> AnyModule { return Softmin(as<AlongDim>(o).dim); },
};
constinit const LayerEntry layer::softmax = {
    .name = "softmax",
    .what = "exp(x) over its sum along DIM; losses on logits need none",
    .options = &along_dim,
    .make = [](const void* o) -> AnyModule { return Softmax(as<AlongDim>(o).dim); },
};
constinit const LayerEntry layer::log_softmax = {
    .name = "log_softmax",
    .what = "the logarithm of softmax",
    .options = &along_dim,
    .make = [](const void* o) -> AnyModule { return LogSoftmax(as<AlongDim>(o).dim); },
};

}  // namespace hebb::nn
