#include "hebb/optim/adamax.h"

#include "hebb/ops/adaptive_steps.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

Adamax::Adamax(std::vector<Tensor> params, AdamaxOptions options)
    : Adamax(std::vector<ParamGroup>{{std::move(params)}}, options) {}

Adamax::Adamax(std::vector<ParamGroup> groups, AdamaxOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("adamax", o);
}

void Adamax::update(const Batch& batch) {
  adamax_step(batch.params, batch.grads, moments("exp_avg", batch), moments("exp_inf", batch),
              batch.lr, batch.step,
              {.beta1 = options_.beta1,
               .beta2 = options_.beta2,
               .eps = options_.eps,
               .weight_decay = batch.weight_decay,
               .maximize = options_.maximize},
              batch.momentum);
}

OptimizerFactory adamax(AdamaxOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<Adamax>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::adamax = {
    .name = "adamax",
    .what = "Adam by the largest gradient instead of the mean square",
    .options = &options_type<AdamaxOptions>,
    .make = [](const void* o) { return optim::adamax(as<AdamaxOptions>(o)); },
};

}  // namespace hebb::optim
