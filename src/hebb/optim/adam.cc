#include "hebb/optim/adam.h"

#include "hebb/ops/optimizer.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

Adam::Adam(std::vector<Tensor> params, AdamOptions options)
    : Adam(std::vector<ParamGroup>{{std::move(params)}}, options) {}

Adam::Adam(std::vector<ParamGroup> groups, AdamOptions o, bool decoupled)
    : Optimizer(std::move(groups), o.lr), options_(o), decoupled_(decoupled) {
  check_options(decoupled ? "adamw" : "adam", o);
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
             .maximize = options_.maximize,
             .bias_correction = options_.bias_correction},
            batch.momentum);
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

NAdam::NAdam(std::vector<Tensor> params, NAdamOptions options)
    : NAdam(std::vector<ParamGroup>{{std::move(params)}}, options) {}

NAdam::NAdam(std::vector<ParamGroup> groups, NAdamOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("nadam", o);
}

void NAdam::update(const Batch& batch) {
  nadam_step(batch.params, batch.grads, moments("exp_avg", batch), moments("exp_avg_sq", batch),
             batch.lr, batch.step,
             {.beta1 = options_.beta1,
              .beta2 = options_.beta2,
              .eps = options_.eps,
              .weight_decay = batch.weight_decay,
              .momentum_decay = options_.momentum_decay,
              .decoupled = options_.decoupled_weight_decay,
              .maximize = options_.maximize});
}

OptimizerFactory nadam(NAdamOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<NAdam>(std::move(groups), options);
  };
}

namespace {

AdamOptions adam_start() {
  return {.weight_decay = 0};
}
AdamOptions adamw_start() {
  return {.weight_decay = 0.01};
}

}  // namespace

constinit const OptimizerEntry optimizer_word::adam = {
    .name = "adam",
    .what = "adaptive moments",
    .options = &options_type<AdamOptions, adam_start>,
    .make = [](const void* o) { return optim::adam(as<AdamOptions>(o)); },
};
constinit const OptimizerEntry optimizer_word::adamw = {
    .name = "adamw",
    .what = "Adam with decoupled weight decay",
    .options = &options_type<AdamOptions, adamw_start>,
    .make = [](const void* o) { return optim::adamw(as<AdamOptions>(o)); },
};

constinit const OptimizerEntry optimizer_word::nadam = {
    .name = "nadam",
    .what = "Adam with Nesterov's momentum",
    .options = &options_type<NAdamOptions>,
    .make = [](const void* o) { return optim::nadam(as<NAdamOptions>(o)); },
};

}  // namespace hebb::optim
