#include "hebb/nn/layer_norm.h"

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/nn/init.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/layer_norm.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/reduce.h"
#include "hebb/ops/statistics.h"

namespace hebb::nn {
namespace {

Tensor tensor_of(const std::optional<Param>& param) {
  return param ? param->tensor() : Tensor();
}

GroupNormOptions group_norm_start() {
  return {.groups = 1, .channels = 1};
}
InstanceNormOptions instance_norm_start() {
  return {.features = 1};
}
constexpr const OptionsType& instance_norm_options =
    options_type<InstanceNormOptions, instance_norm_start>;

template <class Layer>
constexpr LayerEntry instance_norm_entry(std::string_view name, std::string_view what) {
  return {.name = name,
          .what = what,
          .options = &instance_norm_options,
          .make = made<Layer, InstanceNormOptions>,
          .infer = [](void* o, const Dims& shape) {
            static_cast<InstanceNormOptions*>(o)->features = channels(shape);
          }};
}

}  // namespace

LayerNorm::LayerNorm(LayerNormOptions options) : options_(std::move(options)) {
  check_options("LayerNorm", options_);
  if (!options_.affine)
    return;
  weight.emplace(init::empty_weight("LayerNorm", options_.shape));
  if (options_.bias)
    bias.emplace(zeros(options_.shape));
  init::ones_(weight->tensor());
}

Tensor LayerNorm::forward(const Tensor& x) const {
  return layer_norm(x, options_.shape, tensor_of(weight), tensor_of(bias), options_.eps);
}

std::string LayerNorm::describe() const {
  return options_repr("LayerNorm", options_type<LayerNormOptions>, &options_);
}

constinit const LayerEntry layer::layer_norm = {
    .name = "layer_norm",
    .what = "normalisation of each sample over all its values",
    .options = &options_type<LayerNormOptions>,
    .make = made<LayerNorm, LayerNormOptions>,
    .infer = [](void* o, const Dims& shape) { static_cast<LayerNormOptions*>(o)->shape = shape; },
};

GroupNorm::GroupNorm(GroupNormOptions o) : options_(o) {
  check_options("group_norm", o);
  check_in(o.channels % o.groups == 0, ErrorKind::usage, "group_norm",
           "{} channels do not divide into {} groups", int64_t(o.channels), int64_t(o.groups));
  if (!o.affine)
    return;
  weight.emplace(init::empty_weight("GroupNorm", {o.channels}));
  if (o.bias)
    bias.emplace(zeros({o.channels}));
  init::ones_(weight->tensor());
}

Tensor GroupNorm::forward(const Tensor& x) const {
  return group_norm(x, options_.groups, tensor_of(weight), tensor_of(bias), options_.eps);
}

std::string GroupNorm::describe() const {
  return options_repr("GroupNorm", options_type<GroupNormOptions, group_norm_start>, &options_);
}

constinit const LayerEntry layer::group_norm = {
    .name = "group_norm",
    .what = "normalisation of GROUPS of channels of each sample",
    .options = &options_type<GroupNormOptions, group_norm_start>,
    .make = made<GroupNorm, GroupNormOptions>,
    .infer =
        [](void* o, const Dims& shape) {
          static_cast<GroupNormOptions*>(o)->channels = channels(shape);
        },
};

InstanceNorm::InstanceNorm(InstanceNormOptions o, int spatial) : options_(o), spatial_(spatial) {
  check_options(fmt::format("InstanceNorm{}d", spatial), o);
  if (o.affine) {
    weight.emplace(init::empty_weight("InstanceNorm", {o.features}));
    if (o.bias)
      bias.emplace(zeros({o.features}));
    init::ones_(weight->tensor());
  }
  if (o.track_running_stats) {
    running_mean.emplace(zeros({o.features}));
    running_var.emplace(ones({o.features}));
    num_batches_tracked.emplace(zeros({}, DType::i64));
  }
}

Tensor InstanceNorm::forward(const Tensor& x) {
  check_in(x.dim() == spatial_ + 2, ErrorKind::invalid, fmt::format("InstanceNorm{}d", spatial_),
           "the input {} has {} dimensions, should have {}", to_string(x.shape()), x.dim(),
           spatial_ + 2);
  const bool own = is_training() || !running_mean;
  const Tensor y = instance_norm(
      x, running_mean && !own ? running_mean->tensor() : Tensor(),
      running_var && !own ? running_var->tensor() : Tensor(), tensor_of(weight), tensor_of(bias),
      {.use_input_stats = own, .momentum = options_.momentum, .eps = options_.eps});
  if (is_training() && running_mean) {
    NoGrad off;
    Dims positions;
    for (int i = 0; i < spatial_; ++i)
      positions.push_back(2 + i);
    const auto move = [&](Tensor& running, const Tensor& of_samples) {
      hebb::write(running, running * (1 - options_.momentum) +
                               mean(of_samples, {0}).to(running.dtype()) * options_.momentum);
    };
    move(running_mean->tensor(), mean(x, positions));
    move(running_var->tensor(), var(x, positions));
  }
  return y;
}

std::string InstanceNorm::describe() const {
  return options_repr(fmt::format("InstanceNorm{}d", spatial_), instance_norm_options, &options_);
}

constinit const LayerEntry layer::instance_norm1d = instance_norm_entry<InstanceNorm1d>(
    "instance_norm1d", "normalisation of each channel of each sequence");
constinit const LayerEntry layer::instance_norm2d = instance_norm_entry<InstanceNorm2d>(
    "instance_norm2d", "normalisation of each channel of each picture");
constinit const LayerEntry layer::instance_norm3d = instance_norm_entry<InstanceNorm3d>(
    "instance_norm3d", "normalisation of each channel of each volume");

RMSNorm::RMSNorm(RMSNormOptions o) : options_(std::move(o)) {
  check_options("RMSNorm", options_);
  if (!options_.affine)
    return;
  weight.emplace(init::empty_weight("RMSNorm", options_.shape));
  init::ones_(weight->tensor());
}

Tensor RMSNorm::forward(const Tensor& x) const {
  return rms_norm(x, options_.shape, tensor_of(weight), options_.eps);
}

std::string RMSNorm::describe() const {
  return options_repr("RMSNorm", options_type<RMSNormOptions>, &options_);
}

constinit const LayerEntry layer::rms_norm = {
    .name = "rms_norm",
    .what = "each sample over the root of its mean square",
    .options = &options_type<RMSNormOptions>,
    .make = made<RMSNorm, RMSNormOptions>,
    .infer = [](void* o, const Dims& shape) { static_cast<RMSNormOptions*>(o)->shape = shape; },
};

}  // namespace hebb::nn
