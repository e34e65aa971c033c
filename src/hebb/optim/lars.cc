#include "hebb/optim/lars.h"

#include "hebb/base/check.h"
#include "hebb/ops/layerwise_steps.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

LARS::LARS(std::vector<Tensor> params, LARSOptions options)
    : LARS(std::vector<ParamGroup>{{std::move(params)}}, options) {}

LARS::LARS(std::vector<ParamGroup> groups, LARSOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("lars", o);
  check_in(!o.nesterov || (o.momentum > 0 && o.dampening == 0), ErrorKind::usage, "lars",
           "nesterov needs a momentum above 0 and no dampening");
}

void LARS::update(const Batch& batch) {
  lars_step(batch.params, batch.grads,
            options_.momentum > 0 ? moments("momentum_buffer", batch) : std::vector<Tensor>{},
            batch.lr, batch.step,
            {.momentum = options_.momentum,
             .dampening = options_.dampening,
             .weight_decay = batch.weight_decay,
             .trust_coefficient = options_.trust_coefficient,
             .eps = options_.eps,
             .nesterov = options_.nesterov,
             .maximize = options_.maximize});
}

std::vector<std::string> LARS::moment_names() const {
  return options_.momentum > 0 ? std::vector<std::string>{"momentum_buffer"}
                               : std::vector<std::string>{};
}

OptimizerFactory lars(LARSOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<LARS>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::lars = {
    .name = "lars",
    .what = "SGD with moves in proportion to the norm of the weights; for large batches",
    .options = &options_type<LARSOptions>,
    .make = [](const void* o) { return optim::lars(as<LARSOptions>(o)); },
};

}  // namespace hebb::optim
