#include "hebb/nn/batch_norm.h"

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/nn/extra_repr.h"
#include "hebb/nn/init.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/batch_norm.h"
#include "hebb/ops/create.h"
#include "hebb/ops/recorder.h"

namespace hebb::nn {

BatchNorm::BatchNorm(BatchNormOptions o, int spatial) : options_(o), spatial_(spatial) {
  check_in(o.eps > 0, ErrorKind::usage, fmt::format("BatchNorm{}d", spatial),
           "eps is {}, should be above 0", o.eps);
  if (o.affine) {
    weight.emplace(init::empty_weight("BatchNorm", {o.features}));
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

std::string BatchNorm::describe() const {
  const BatchNormOptions& o = options_;
  return fmt::format("BatchNorm{}d({}, eps={}, momentum={}, affine={}, track_running_stats={})",
                     spatial_, int64_t(o.features), o.eps,
                     o.momentum ? fmt::format("{}", *o.momentum) : "None", shown(o.affine),
                     shown(o.track_running_stats));
}

}  // namespace hebb::nn
