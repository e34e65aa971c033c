#include "hebb/nn/batch_norm.h"

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/nn/init.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/batch_norm.h"
#include "hebb/ops/create.h"
#include "hebb/ops/recorder.h"

namespace hebb::nn {

BatchNorm::BatchNorm(BatchNormOptions o, int spatial) : options_(o), spatial_(spatial) {
  check_options(fmt::format("BatchNorm{}d", spatial), o);
  if (o.affine) {
    weight.emplace(init::empty_weight("BatchNorm", {o.features}));
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

namespace {
// The average over `count` batches of which `latest` is the last one, computed in f64.
Tensor averaged(const Tensor& before, const Tensor& latest, const Tensor& count) {
  const Tensor share = 1 / count.to(DType::f64);
  return ((1 - share) * before.to(DType::f64) + share * latest.to(DType::f64)).to(before.dtype());
}
}  // namespace

Tensor BatchNorm::forward(const Tensor& x) {
  const bool fits = spatial_ == 1 ? x.dim() == 2 || x.dim() == 3 : x.dim() == spatial_ + 2;
  check_in(fits, ErrorKind::invalid, fmt::format("BatchNorm{}d", spatial_),
           "the input {} has {} dimensions, should have {}", to_string(x.shape()), x.dim(),
           spatial_ == 1 ? "2 or 3" : std::to_string(spatial_ + 2));
  const Tensor w = weight ? weight->tensor() : Tensor(), b = bias ? bias->tensor() : Tensor();
  if (!running_mean)
    return batch_norm(x, {}, {}, w, b, {.training = true, .momentum = 0, .eps = options_.eps});
  if (!is_training())
    return batch_norm(x, *running_mean, *running_var, w, b,
                      {.training = false, .momentum = 0, .eps = options_.eps});
  // State is explicit: the operator answers with the new statistics and the module assigns them.
  // The plain average's share changes from batch to batch, which no attribute may: there the
  // operator answers with the batch's own statistics.
  BatchNormResult result = batch_norm_training(
      x, *running_mean, *running_var, w, b,
      {.training = true, .momentum = options_.momentum.value_or(1), .eps = options_.eps});
  NoGrad off;
  hebb::write(num_batches_tracked->tensor(), num_batches_tracked->tensor() + 1);
  const auto assign = [&](Tensor& running, const Tensor& next) {
    hebb::write(running,
                options_.momentum ? next : averaged(running, next, num_batches_tracked->tensor()));
  };
  assign(running_mean->tensor(), result.running_mean);
  assign(running_var->tensor(), result.running_var);
  return result.out;
}

namespace {

BatchNormOptions batch_norm_start() {
  return {.features = 1};
}
constexpr const OptionsType& batch_norm_options = options_type<BatchNormOptions, batch_norm_start>;

template <class Layer>
constexpr LayerEntry batch_norm_entry(std::string_view name, std::string_view what,
                                      int64_t least_batch) {
  return {.name = name,
          .what = what,
          .options = &batch_norm_options,
          .make = made<Layer, BatchNormOptions>,
          .infer =
              [](void* o, const Dims& shape) {
                static_cast<BatchNormOptions*>(o)->features = channels(shape);
              },
          .least_batch = least_batch};
}

}  // namespace

std::string BatchNorm::describe() const {
  return options_repr(fmt::format("BatchNorm{}d", spatial_), batch_norm_options, &options_);
}

// Statistics of flat features need a batch of two.
constinit const LayerEntry layer::batch_norm1d =
    batch_norm_entry<BatchNorm1d>("batch_norm1d", "batch normalisation of features", 2);
constinit const LayerEntry layer::batch_norm2d =
    batch_norm_entry<BatchNorm2d>("batch_norm2d", "batch normalisation of channels", 1);
constinit const LayerEntry layer::batch_norm3d =
    batch_norm_entry<BatchNorm3d>("batch_norm3d", "batch normalisation of volumes' channels", 1);

}  // namespace hebb::nn
