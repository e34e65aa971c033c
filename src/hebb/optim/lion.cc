#include "hebb/optim/lion.h"

#include "hebb/ops/adaptive_steps.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

Lion::Lion(std::vector<Tensor> params, LionOptions options)
    : Lion(std::vector<ParamGroup>{{std::move(params)}}, options) {}

Lion::Lion(std::vector<ParamGroup> groups, LionOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("lion", o);
}

void Lion::update(const Batch& batch) {
  lion_step(batch.params, batch.grads, moments("exp_avg", batch), batch.lr, batch.step,
            {.beta1 = options_.beta1,
             .beta2 = options_.beta2,
             .weight_decay = batch.weight_decay,
             .blend = options_.blend,
             .maximize = options_.maximize},
            batch.momentum);
}

OptimizerFactory lion(LionOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<Lion>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::lion = {
    .name = "lion",
    .what = "the sign of the momentum: steps of one size",
    .options = &options_type<LionOptions>,
    .make = [](const void* o) { return optim::lion(as<LionOptions>(o)); },
};

}  // namespace hebb::optim
