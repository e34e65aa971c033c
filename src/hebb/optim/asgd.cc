#include "hebb/optim/asgd.h"

#include "hebb/ops/adaptive_steps.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

ASGD::ASGD(std::vector<Tensor> params, ASGDOptions options)
    : ASGD(std::vector<ParamGroup>{{std::move(params)}}, options) {}

ASGD::ASGD(std::vector<ParamGroup> groups, ASGDOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("asgd", o);
}

void ASGD::update(const Batch& batch) {
  asgd_step(batch.params, batch.grads, moments("ax", batch), batch.lr, batch.step,
            {.lambd = options_.lambd,
             .alpha = options_.alpha,
             .t0 = options_.t0,
             .weight_decay = batch.weight_decay,
             .maximize = options_.maximize});
}

OptimizerFactory asgd(ASGDOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<ASGD>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::asgd = {
    .name = "asgd",
    .what = "stochastic gradient descent with a falling rate and averaged weights",
    .options = &options_type<ASGDOptions>,
    .make = [](const void* o) { return optim::asgd(as<ASGDOptions>(o)); },
};

}  // namespace hebb::optim
