#include "hebb/optim/adafactor.h"

#include "hebb/ops/layerwise_steps.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {

Adafactor::Adafactor(std::vector<Tensor> params, AdafactorOptions options)
    : Adafactor(std::vector<ParamGroup>{{std::move(params)}}, options) {}

Adafactor::Adafactor(std::vector<ParamGroup> groups, AdafactorOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("adafactor", o);
}

void Adafactor::update(const Batch& batch) {
  adafactor_step(batch.params, batch.grads, moments("row_var", batch), moments("col_var", batch),
                 moments("variance", batch), batch.lr, batch.step,
                 {.beta2_decay = options_.beta2_decay,
                  .eps1 = options_.eps1,
                  .eps2 = options_.eps2,
                  .d = options_.d,
                  .weight_decay = batch.weight_decay,
                  .maximize = options_.maximize});
}

Dims Adafactor::moment_shape(std::string_view name, const Tensor& param) const {
  const AdafactorShapes shapes = adafactor_shapes(param.shape());
  return name == "row_var" ? shapes.row_var : name == "col_var" ? shapes.col_var : shapes.variance;
}

OptimizerFactory adafactor(AdafactorOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<Adafactor>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::adafactor = {
    .name = "adafactor",
    .what = "Adam in little memory: mean squares by rows and columns",
    .options = &options_type<AdafactorOptions>,
    .make = [](const void* o) { return optim::adafactor(as<AdafactorOptions>(o)); },
};

}  // namespace hebb::optim
