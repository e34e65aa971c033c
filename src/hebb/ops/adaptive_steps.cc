// Entries: steps of optimisers that give every weight a rate of its own.
#include "hebb/ops/adaptive_steps.h"

#include "hebb/ops/op.h"
#include "hebb/ops/step_specs.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/adaptive_steps.def"
#undef OP
}  // namespace hebb::op

namespace hebb {

constinit const Op op::adagrad_step = {
    .name = "adagrad_step",
    .what =
        "One step of Adagrad: p -= lr g / (sqrt(s) + eps), with the sum s of all squared gradients "
        "so far.",
    .source = "torch.optim.Adagrad; Duchi, Hazan and Singer 2011",
    .inputs = {"params*", "grads*", "sums*", "lr", "step"},
    .outputs = {"params*", "sums*"},
    .attributes = attrs_type<AdagradAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = step_specs<1>,
    .kernel = kernel::adagrad,
    .no_gradient_because =
        "parameters and states are overwritten, so no graph goes on behind a step",
    .internal = true,
};

constinit const Op op::adadelta_step = {
    .name = "adadelta_step",
    .what =
        "One step of Adadelta: the gradient times the root of the mean squared move over that of "
        "the mean squared gradient.",
    .source = "torch.optim.Adadelta; Zeiler 2012",
    .inputs = {"params*", "grads*", "square_avgs*", "acc_deltas*", "lr", "step"},
    .outputs = {"params*", "square_avgs*", "acc_deltas*"},
    .attributes = attrs_type<AdadeltaAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = step_specs<2>,
    .kernel = kernel::adadelta,
    .no_gradient_because =
        "parameters and states are overwritten, so no graph goes on behind a step",
    .internal = true,
};

constinit const Op op::adamax_step = {
    .name = "adamax_step",
    .what =
        "One step of Adamax: Adam with the largest gradient, as it fades, in place of the root of "
        "the mean square.",
    .source = "torch.optim.Adamax; Kingma and Ba 2015, section 7.1",
    .inputs = {"params*", "grads*", "exp_avgs*", "exp_infs*", "lr", "step", "momentum?"},
    .outputs = {"params*", "exp_avgs*", "exp_infs*"},
    .attributes = attrs_type<AdamaxAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = step_specs<2>,
    .kernel = kernel::adamax,
    .no_gradient_because =
        "parameters and states are overwritten, so no graph goes on behind a step",
    .internal = true,
};

constinit const Op op::radam_step = {
    .name = "radam_step",
    .what =
        "One step of RAdam: Adam whose first steps do not divide by a variance that is not known "
        "yet.",
    .source = "torch.optim.RAdam; Liu et al. 2020",
    .inputs = {"params*", "grads*", "exp_avgs*", "exp_avg_sqs*", "lr", "step", "momentum?"},
    .outputs = {"params*", "exp_avgs*", "exp_avg_sqs*"},
    .attributes = attrs_type<RadamAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = step_specs<2>,
    .kernel = kernel::radam,
    .no_gradient_because =
        "parameters and states are overwritten, so no graph goes on behind a step",
    .internal = true,
};

constinit const Op op::lion_step = {
    .name = "lion_step",
    .what =
        "One step of Lion: p -= lr sign(a blend of momentum and gradient); the weights decay by "
        "themselves.",
    .source = "Chen et al. 2023, Symbolic Discovery of Optimization Algorithms, algorithm 2",
    .inputs = {"params*", "grads*", "exp_avgs*", "lr", "step", "momentum?"},
    .outputs = {"params*", "exp_avgs*"},
    .attributes = attrs_type<LionAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = step_specs<1>,
    .kernel = kernel::lion,
    .no_gradient_because =
        "parameters and states are overwritten, so no graph goes on behind a step",
    .internal = true,
};

constinit const Op op::rprop_step = {
    .name = "rprop_step",
    .what =
        "One step of Rprop: a step size of each weight, which grows while the sign of its gradient "
        "stays and shrinks when it turns.",
    .source = "torch.optim.Rprop; Riedmiller and Braun 1993",
    .inputs = {"params*", "grads*", "prevs*", "step_sizes*", "lr", "step"},
    .outputs = {"params*", "prevs*", "step_sizes*"},
    .attributes = attrs_type<RpropAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = step_specs<2>,
    .kernel = kernel::rprop,
    .no_gradient_because =
        "parameters and states are overwritten, so no graph goes on behind a step",
    .internal = true,
};

constinit const Op op::asgd_step = {
    .name = "asgd_step",
    .what = "One step of averaged stochastic gradient descent; axs are the averaged weights.",
    .source = "torch.optim.ASGD; Polyak and Juditsky 1992",
    .inputs = {"params*", "grads*", "axs*", "lr", "step"},
    .outputs = {"params*", "axs*"},
    .attributes = attrs_type<AsgdAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = step_specs<1>,
    .kernel = kernel::asgd,
    .no_gradient_because =
        "parameters and states are overwritten, so no graph goes on behind a step",
    .internal = true,
};

void adagrad_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                  const std::vector<Tensor>& sums, const Tensor& lr, const Tensor& step,
                  const AdagradAttrs& options) {
  run_step(op::adagrad_step, params, grads, {&sums}, lr, step, options);
}

void adadelta_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                   const std::vector<Tensor>& square_avgs, const std::vector<Tensor>& acc_deltas,
                   const Tensor& lr, const Tensor& step, const AdadeltaAttrs& options) {
  run_step(op::adadelta_step, params, grads, {&square_avgs, &acc_deltas}, lr, step, options);
}

void adamax_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                 const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_infs,
                 const Tensor& lr, const Tensor& step, const AdamaxAttrs& options,
                 const Tensor& momentum) {
  run_step(op::adamax_step, params, grads, {&exp_avgs, &exp_infs}, lr, step, options, momentum);
}

void radam_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_avg_sqs,
                const Tensor& lr, const Tensor& step, const RadamAttrs& options,
                const Tensor& momentum) {
  run_step(op::radam_step, params, grads, {&exp_avgs, &exp_avg_sqs}, lr, step, options, momentum);
}

void lion_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
               const std::vector<Tensor>& exp_avgs, const Tensor& lr, const Tensor& step,
               const LionAttrs& options, const Tensor& momentum) {
  run_step(op::lion_step, params, grads, {&exp_avgs}, lr, step, options, momentum);
}

void rprop_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                const std::vector<Tensor>& prevs, const std::vector<Tensor>& step_sizes,
                const Tensor& lr, const Tensor& step, const RpropAttrs& options) {
  run_step(op::rprop_step, params, grads, {&prevs, &step_sizes}, lr, step, options);
}

void asgd_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
               const std::vector<Tensor>& axs, const Tensor& lr, const Tensor& step,
               const AsgdAttrs& options) {
  run_step(op::asgd_step, params, grads, {&axs}, lr, step, options);
}

}  // namespace hebb
