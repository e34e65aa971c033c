#include "hebb/optim/adadelta.h"

#include "hebb/ops/adaptive_steps.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

Adadelta::Adadelta(std::vector<Tensor> params, AdadeltaOptions options)
    : Adadelta(std::vector<ParamGroup>{{std::move(params)}}, options) {}

Adadelta::Adadelta(std::vector<ParamGroup> groups, AdadeltaOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("adadelta", o);
}

void Adadelta::update(const Batch& batch) {
  adadelta_step(batch.params, batch.grads, moments("square_avg", batch),
                moments("acc_delta", batch), batch.lr, batch.step,
                {.rho = options_.rho,
                 .eps = options_.eps,
                 .weight_decay = batch.weight_decay,
                 .maximize = options_.maximize});
}

OptimizerFactory adadelta(AdadeltaOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<Adadelta>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::adadelta = {
    .name = "adadelta",
    .what = "moves as large as the moves before were, for their gradients",
    .options = &options_type<AdadeltaOptions>,
    .make = [](const void* o) { return optim::adadelta(as<AdadeltaOptions>(o)); },
};

}  // namespace hebb::optim
