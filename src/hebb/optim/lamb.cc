#include "hebb/optim/lamb.h"

#include "hebb/ops/layerwise_steps.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

LAMB::LAMB(std::vector<Tensor> params, LAMBOptions options)
    : LAMB(std::vector<ParamGroup>{{std::move(params)}}, options) {}

LAMB::LAMB(std::vector<ParamGroup> groups, LAMBOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("lamb", o);
}

void LAMB::update(const Batch& batch) {
  lamb_step(batch.params, batch.grads, moments("exp_avg", batch), moments("exp_avg_sq", batch),
            batch.lr, batch.step,
            {.beta1 = options_.beta1,
             .beta2 = options_.beta2,
             .eps = options_.eps,
             .weight_decay = batch.weight_decay,
             .bias_correction = options_.bias_correction,
             .maximize = options_.maximize});
}

OptimizerFactory lamb(LAMBOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<LAMB>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::lamb = {
    .name = "lamb",
    .what = "Adam with moves in proportion to the norm of the weights; for large batches",
    .options = &options_type<LAMBOptions>,
    .make = [](const void* o) { return optim::lamb(as<LAMBOptions>(o)); },
};

}  // namespace hebb::optim
