#include "hebb/optim/rprop.h"

#include "hebb/base/check.h"
#include "hebb/ops/adaptive_steps.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

Rprop::Rprop(std::vector<Tensor> params, RpropOptions options)
    : Rprop(std::vector<ParamGroup>{{std::move(params)}}, options) {}

Rprop::Rprop(std::vector<ParamGroup> groups, RpropOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("rprop", o);
  refuse_weight_decay("rprop");
  check_in(o.eta_minus < 1 && o.eta_plus > 1, ErrorKind::usage, "rprop",
           "etas are {},{}; the first should be below 1 and the second above", o.eta_minus,
           o.eta_plus);
  check_in(o.smallest <= o.largest, ErrorKind::usage, "rprop",
           "step_sizes are {},{}; the first should not be above the second", o.smallest, o.largest);
}

void Rprop::update(const Batch& batch) {
  rprop_step(batch.params, batch.grads, moments("prev", batch), moments("step_size", batch),
             batch.lr, batch.step,
             {.eta_minus = options_.eta_minus,
              .eta_plus = options_.eta_plus,
              .smallest = options_.smallest,
              .largest = options_.largest,
              .maximize = options_.maximize});
}

OptimizerFactory rprop(RpropOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<Rprop>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::rprop = {
    .name = "rprop",
    .what = "step sizes by the signs of the gradient; for whole data sets",
    .options = &options_type<RpropOptions>,
    .make = [](const void* o) { return optim::rprop(as<RpropOptions>(o)); },
};

}  // namespace hebb::optim
