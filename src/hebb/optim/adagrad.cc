#include "hebb/optim/adagrad.h"

#include "hebb/ops/adaptive_steps.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

Adagrad::Adagrad(std::vector<Tensor> params, AdagradOptions options)
    : Adagrad(std::vector<ParamGroup>{{std::move(params)}}, options) {}

Adagrad::Adagrad(std::vector<ParamGroup> groups, AdagradOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("adagrad", o);
}

void Adagrad::update(const Batch& batch) {
  adagrad_step(batch.params, batch.grads, moments("sum", batch), batch.lr, batch.step,
               {.lr_decay = options_.lr_decay,
                .weight_decay = batch.weight_decay,
                .eps = options_.eps,
                .maximize = options_.maximize});
}

OptimizerFactory adagrad(AdagradOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<Adagrad>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::adagrad = {
    .name = "adagrad",
    .what = "the gradient over the root of the sum of all its squares",
    .options = &options_type<AdagradOptions>,
    .make = [](const void* o) { return optim::adagrad(as<AdagradOptions>(o)); },
};

}  // namespace hebb::optim
