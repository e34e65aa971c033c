#include "hebb/optim/sgd.h"

#include "hebb/base/check.h"
#include "hebb/ops/optimizer.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

SGD::SGD(std::vector<Tensor> params, SgdOptions options)
    : SGD(std::vector<ParamGroup>{{std::move(params)}}, options) {}

SGD::SGD(std::vector<ParamGroup> groups, SgdOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("sgd", o);
  check_in(!o.nesterov || (o.momentum > 0 && o.dampening == 0), ErrorKind::usage, "sgd",
           "nesterov needs a momentum above 0 and no dampening");
}

void SGD::update(const Batch& batch) {
  sgd_step(batch.params, batch.grads,
           remembers() ? moments("momentum_buffer", batch) : std::vector<Tensor>{}, batch.lr,
           batch.step,
           {.momentum = options_.momentum,
            .dampening = options_.dampening,
            .weight_decay = batch.weight_decay,
            .nesterov = options_.nesterov,
            .maximize = options_.maximize},
           batch.momentum);
}

std::vector<std::string> SGD::moment_names() const {
  return remembers() ? std::vector<std::string>{"momentum_buffer"} : std::vector<std::string>{};
}

OptimizerFactory sgd(SgdOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<SGD>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::sgd = {
    .name = "sgd",
    .what = "stochastic gradient descent, with momentum",
    .options = &options_type<SgdOptions>,
    .make = [](const void* o) { return optim::sgd(as<SgdOptions>(o)); },
};

}  // namespace hebb::optim
