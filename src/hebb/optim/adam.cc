#include "hebb/optim/adam.h"

#include "hebb/base/check.h"
#include "hebb/ops/optimizer.h"

namespace hebb::optim {

Adam::Adam(std::vector<Tensor> params, AdamOptions options)
    : Adam(std::vector<ParamGroup>{{std::move(params)}}, options) {}

Adam::Adam(std::vector<ParamGroup> groups, AdamOptions o, bool decoupled)
    : Optimizer(std::move(groups), o.lr), options_(o), decoupled_(decoupled) {
  const char* name = decoupled ? "adamw" : "adam";
  check_in(o.beta1 >= 0 && o.beta1 < 1 && o.beta2 >= 0 && o.beta2 < 1, ErrorKind::usage, name,
           "betas are {} and {}, should be at least 0 and below 1", o.beta1, o.beta2);
  check_in(o.eps > 0, ErrorKind::usage, name, "eps is {}, should be above 0", o.eps);
  check_in(weight_decay() >= 0, ErrorKind::usage, name, "weight_decay is {}, should be at least 0",
           weight_decay());
}

void Adam::update(const Batch& batch) {
  adam_step(batch.params, batch.grads, moments("exp_avg", batch), moments("exp_avg_sq", batch),
            options_.amsgrad ? moments("max_exp_avg_sq", batch) : std::vector<Tensor>{}, batch.lr,
            batch.step,
            {.beta1 = options_.beta1,
             .beta2 = options_.beta2,
             .eps = options_.eps,
             .weight_decay = batch.weight_decay,
             .decoupled = decoupled_,
             .amsgrad = options_.amsgrad,
             .bias_correction = options_.bias_correction});
}

std::vector<std::string> Adam::moment_names() const {
  std::vector<std::string> names{"exp_avg", "exp_avg_sq"};
  if (options_.amsgrad)
    names.emplace_back("max_exp_avg_sq");
  return names;
}

AdamW::AdamW(std::vector<Tensor> params, AdamOptions options)
    : Adam(std::vector<ParamGroup>{{std::move(params)}}, options, true) {}

OptimizerFactory adam(AdamOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<Adam>(std::move(groups), options, false);
  };
}
OptimizerFactory adamw(AdamOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<Adam>(std::move(groups), options, true);
  };
}

}  // namespace hebb::optim
