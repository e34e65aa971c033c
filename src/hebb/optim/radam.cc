#include "hebb/optim/radam.h"

#include "hebb/ops/adaptive_steps.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

RAdam::RAdam(std::vector<Tensor> params, RAdamOptions options)
    : RAdam(std::vector<ParamGroup>{{std::move(params)}}, options) {}

RAdam::RAdam(std::vector<ParamGroup> groups, RAdamOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("radam", o);
}

void RAdam::update(const Batch& batch) {
  radam_step(batch.params, batch.grads, moments("exp_avg", batch), moments("exp_avg_sq", batch),
             batch.lr, batch.step,
             {.beta1 = options_.beta1,
              .beta2 = options_.beta2,
              .eps = options_.eps,
              .weight_decay = batch.weight_decay,
              .decoupled = options_.decoupled_weight_decay,
              .maximize = options_.maximize},
             batch.momentum);
}

OptimizerFactory radam(RAdamOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<RAdam>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::radam = {
    .name = "radam",
    .what = "Adam whose first steps are rectified; needs no warm-up",
    .options = &options_type<RAdamOptions>,
    .make = [](const void* o) { return optim::radam(as<RAdamOptions>(o)); },
};

}  // namespace hebb::optim
