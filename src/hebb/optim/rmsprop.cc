#include "hebb/optim/rmsprop.h"

#include "hebb/ops/optimizer.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

RMSprop::RMSprop(std::vector<Tensor> params, RMSpropOptions options)
    : RMSprop(std::vector<ParamGroup>{{std::move(params)}}, options) {}

RMSprop::RMSprop(std::vector<ParamGroup> groups, RMSpropOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("rmsprop", o);
}

void RMSprop::update(const Batch& batch) {
  const std::vector<Tensor> none;
  rmsprop_step(batch.params, batch.grads, moments("square_avg", batch),
               options_.centered ? moments("grad_avg", batch) : none,
               remembers() ? moments("momentum_buffer", batch) : none, batch.lr, batch.step,
               {.alpha = options_.alpha,
                .eps = options_.eps,
                .weight_decay = batch.weight_decay,
                .momentum = options_.momentum,
                .centered = options_.centered,
                .maximize = options_.maximize},
               batch.momentum);
}

std::vector<std::string> RMSprop::moment_names() const {
  std::vector<std::string> names{"square_avg"};
  if (options_.centered)
    names.emplace_back("grad_avg");
  if (remembers())
    names.emplace_back("momentum_buffer");
  return names;
}

OptimizerFactory rmsprop(RMSpropOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<RMSprop>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::rmsprop = {
    .name = "rmsprop",
    .what = "the gradient over the root of its mean square",
    .options = &options_type<RMSpropOptions>,
    .make = [](const void* o) { return optim::rmsprop(as<RMSpropOptions>(o)); },
};

}  // namespace hebb::optim
