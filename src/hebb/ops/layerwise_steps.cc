// Entries: steps of optimisers that look at a parameter as a whole.
#include "hebb/ops/layerwise_steps.h"

#include "hebb/ops/op.h"
#include "hebb/ops/step_specs.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/layerwise_steps.def"
#undef OP
}  // namespace hebb::op

namespace hebb {

constinit const Op op::lamb_step = {
    .name = "lamb_step",
    .what = "One step of LAMB: the move of Adam, scaled to the norm of the weights of its layer.",
    .source = "You et al. 2020, Large Batch Optimization for Deep Learning, algorithm 2",
    .inputs = {"params*", "grads*", "exp_avgs*", "exp_avg_sqs*", "lr", "step"},
    .outputs = {"params*", "exp_avgs*", "exp_avg_sqs*"},
    .attributes = attrs_type<LambAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = step_specs<2>,
    .kernel = kernel::lamb,
    .no_gradient_because =
        "parameters and states are overwritten, so no graph goes on behind a step",
    .internal = true,
};

static Specs infer_lars_step(const Call& c) {
  check_step_number(c.in(3), "lr");
  check_step_number(c.in(4), "step");
  if (c.attributes<LarsAttrs>().momentum != 0)
    return specs_like_params(c, {0, 1, 2});
  check(c.list(2).empty(), "momentum_buffers are given, but momentum is 0");
  return specs_like_params(c, {0, 1});
}

constinit const Op op::lars_step = {
    .name = "lars_step",
    .what =
        "One step of LARS: stochastic gradient descent whose gradient is scaled to the norm of the "
        "weights of its layer.",
    .source =
        "You, Gitman and Ginsburg 2017, Large Batch Training of Convolutional Networks, algorithm "
        "1",
    .inputs = {"params*", "grads*", "momentum_buffers*", "lr", "step"},
    .outputs = {"params*", "momentum_buffers*"},
    .attributes = attrs_type<LarsAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = infer_lars_step,
    .kernel = kernel::lars,
    .no_gradient_because =
        "parameters and states are overwritten, so no graph goes on behind a step",
    .internal = true,
};

AdafactorShapes adafactor_shapes(const Dims& param) {
  if (param.size() < 2)
    return {{0}, {0}, param};
  AdafactorShapes out{param, param, {0}};
  out.row_var[param.size() - 1] = 1;
  out.col_var[param.size() - 2] = 1;
  return out;
}

static Specs infer_adafactor_step(const Call& c) {
  check_step_number(c.in(5), "lr");
  check_step_number(c.in(6), "step");
  Specs specs = specs_like_params(c, {0, 1});
  const auto params = c.list(0);
  for (int slot : {2, 3, 4}) {
    check_one_each(c, slot);
    for (size_t i = 0; i < params.size(); ++i) {
      const AdafactorShapes shapes = adafactor_shapes(params[i].shape());
      const Dims& shape = slot == 2 ? shapes.row_var : slot == 3 ? shapes.col_var : shapes.variance;
      const Tensor& state = c.list(slot)[i];
      check(state.shape() == shape && state.dtype() == params[i].dtype(),
            "{} {} is {}, should be {}{} for a param of {}", c.op().inputs[slot], i,
            describe(state), name(params[i].dtype()), to_string(shape), describe(params[i]));
      specs.push_back({params[i].dtype(), shape});
    }
  }
  return specs;
}

constinit const Op op::adafactor_step = {
    .name = "adafactor_step",
    .what =
        "One step of Adafactor: bounded moves by the gradient over the root of its mean square, "
        "which is kept by rows and columns.",
    .source = "torch.optim.Adafactor; Shazeer and Stern 2018",
    .inputs = {"params*", "grads*", "row_vars*", "col_vars*", "variances*", "lr", "step"},
    .outputs = {"params*", "row_vars*", "col_vars*", "variances*"},
    .attributes = attrs_type<AdafactorAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = infer_adafactor_step,
    .kernel = kernel::adafactor,
    .no_gradient_because =
        "parameters and states are overwritten, so no graph goes on behind a step",
    .internal = true,
};

void lamb_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
               const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_avg_sqs,
               const Tensor& lr, const Tensor& step, const LambAttrs& options) {
  run_step(op::lamb_step, params, grads, {&exp_avgs, &exp_avg_sqs}, lr, step, options);
}

void lars_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
               const std::vector<Tensor>& momentum_buffers, const Tensor& lr, const Tensor& step,
               const LarsAttrs& options) {
  run_step(op::lars_step, params, grads, {&momentum_buffers}, lr, step, options);
}

void adafactor_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                    const std::vector<Tensor>& row_vars, const std::vector<Tensor>& col_vars,
                    const std::vector<Tensor>& variances, const Tensor& lr, const Tensor& step,
                    const AdafactorAttrs& options) {
  run_step(op::adafactor_step, params, grads, {&row_vars, &col_vars, &variances}, lr, step,
           options);
}

}  // namespace hebb
