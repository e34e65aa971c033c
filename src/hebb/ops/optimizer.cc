// ops/optimizer.cc: steps of optimisers, the norm of gradients and clipping. Pure: new values out;
// call_into writes them where the old ones are, in one pass over memory.

#include "hebb/ops/optimizer.h"

#include "hebb/base/check.h"
#include "hebb/kernels/optimizer.h"
#include "hebb/ops/op.h"
#include "hebb/ops/step_specs.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/optimizer.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
static Specs infer_sgd_step(const Call& c) {
  check_step_number(c.in(3), "lr");
  check_step_number(c.in(4), "step");
  check_momentum(c.in(5));
  if (c.attributes<SgdAttrs>().momentum != 0 || c.in(5).defined())
    return specs_like_params(c, {0, 1, 2});
  check(c.list(2).empty(), "momentum_buffers are given, but momentum is 0");
  return specs_like_params(c, {0, 1});
}

constinit const Op op::sgd_step = {
    .name = "sgd_step",
    .what =
        "One step of stochastic gradient descent: b = momentum b + (1 - dampening) g, p -= lr b, "
        "for each parameter p with gradient g.",
    .source = "torch.optim.SGD; Nesterov's momentum: Sutskever et al. 2013",
    .inputs = {"params*", "grads*", "momentum_buffers*", "lr", "step", "momentum?"},
    .outputs = {"params*", "momentum_buffers*"},
    .attributes = attrs_type<SgdAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = infer_sgd_step,
    .kernel = kernel::sgd,
    .no_gradient_because = "parameters are overwritten, so no graph goes on behind a step",
    .internal = true,
};

static Specs infer_adam_step(const Call& c) {
  check_step_number(c.in(5), "lr");
  check_step_number(c.in(6), "step");
  check_momentum(c.in(7));
  if (c.attributes<AdamAttrs>().amsgrad)
    return specs_like_params(c, {0, 1, 2, 3, 4});
  check(c.list(4).empty(), "max_exp_avg_sqs are given, but amsgrad is off");
  return specs_like_params(c, {0, 1, 2, 3});
}

constinit const Op op::adam_step = {
    .name = "adam_step",
    .what =
        "One step of Adam or AdamW: p -= lr m / (sqrt(v) + eps), with running means m of the "
        "gradient and v of its square.",
    .source =
        "torch.optim.Adam; Kingma and Ba 2015; AdamW: Loshchilov and Hutter 2019; AMSGrad: Reddi, "
        "Kale and Kumar 2018",
    .inputs = {"params*", "grads*", "exp_avgs*", "exp_avg_sqs*", "max_exp_avg_sqs*", "lr", "step",
               "momentum?"},
    .outputs = {"params*", "exp_avgs*", "exp_avg_sqs*", "max_exp_avg_sqs*"},
    .attributes = attrs_type<AdamAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = infer_adam_step,
    .kernel = kernel::adam,
    .no_gradient_because =
        "parameters and averages are overwritten, so no graph goes on behind a step",
    .internal = true,
};

static Specs infer_rmsprop_step(const Call& c) {
  const auto& a = c.attributes<RmspropAttrs>();
  check_step_number(c.in(5), "lr");
  check_step_number(c.in(6), "step");
  check_momentum(c.in(7));
  const bool moves = a.momentum != 0 || c.in(7).defined();
  check(a.centered || c.list(3).empty(), "grad_avgs are given, but centered is off");
  check(moves || c.list(4).empty(), "momentum_buffers are given, but momentum is 0");
  if (a.centered && moves)
    return specs_like_params(c, {0, 1, 2, 3, 4});
  if (a.centered)
    return specs_like_params(c, {0, 1, 2, 3});
  return moves ? specs_like_params(c, {0, 1, 2, 4}) : specs_like_params(c, {0, 1, 2});
}

constinit const Op op::rmsprop_step = {
    .name = "rmsprop_step",
    .what =
        "One step of RMSprop: p -= lr g / (sqrt(v) + eps), with the running mean v of the squared "
        "gradient, less the squared mean gradient where it is centred.",
    .source = "torch.optim.RMSprop; Hinton, Srivastava and Swersky 2012, lecture 6e; Graves 2013",
    .inputs = {"params*", "grads*", "square_avgs*", "grad_avgs*", "momentum_buffers*", "lr", "step",
               "momentum?"},
    .outputs = {"params*", "square_avgs*", "grad_avgs*", "momentum_buffers*"},
    .attributes = attrs_type<RmspropAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = infer_rmsprop_step,
    .kernel = kernel::rmsprop,
    .no_gradient_because =
        "parameters and averages are overwritten, so no graph goes on behind a step",
    .internal = true,
};

static Specs infer_nadam_step(const Call& c) {
  check_step_number(c.in(4), "lr");
  check_step_number(c.in(5), "step");
  return specs_like_params(c, {0, 1, 2, 3});
}

constinit const Op op::nadam_step = {
    .name = "nadam_step",
    .what =
        "One step of NAdam: Adam whose mean of the gradient looks one step ahead (Nesterov's "
        "momentum).",
    .source = "torch.optim.NAdam; Dozat 2016",
    .inputs = {"params*", "grads*", "exp_avgs*", "exp_avg_sqs*", "lr", "step"},
    .outputs = {"params*", "exp_avgs*", "exp_avg_sqs*"},
    .attributes = attrs_type<NadamAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = infer_nadam_step,
    .kernel = kernel::nadam,
    .no_gradient_because =
        "parameters and averages are overwritten, so no graph goes on behind a step",
    .internal = true,
};

static Specs infer_grad_norm(const Call& c) {
  const double p = c.attributes<GradNormAttrs>().norm_type;
  check(p > 0, "norm_type is {}, should be more than 0", p);
  DType out = DType::f32;
  for (const Tensor& grad : c.list(0)) {
    check(is_floating(grad.dtype()), "a gradient is {}, should be floating", name(grad.dtype()));
    if (grad.dtype() == DType::f64)
      out = DType::f64;
  }
  return {{out, {}}};
}

constinit const Op op::grad_norm = {
    .name = "grad_norm",
    .what = "The norm of all gradients as one vector, added up in f64.",
    .source = "torch.nn.utils.get_total_norm",
    .inputs = {"grads*"},
    .attributes = attrs_type<GradNormAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = infer_grad_norm,
    .kernel = kernel::grad_norm,
    .no_gradient_because =
        "it is for gradients that are there already, which need none of their own",
    .internal = true,
};

static Specs infer_clip_by_norm(const Call& c) {
  const double most = c.attributes<ClipByNormAttrs>().max_norm;
  check(most >= 0, "max_norm is {}, should be at least 0", most);
  check(c.in(1).numel() == 1 && is_floating(c.in(1).dtype()),
        "norm should be one floating number, but is {}", describe(c.in(1)));
  Specs specs;
  for (const Tensor& grad : c.list(0))
    specs.push_back({grad.dtype(), grad.shape()});
  return specs;
}

constinit const Op op::clip_by_norm = {
    .name = "clip_by_norm",
    .what =
        "All gradients times min(1, max_norm / (norm + 1e-6)), where norm is that of them "
        "together.",
    .source = "torch.nn.utils.clip_grad_norm_; Pascanu, Mikolov and Bengio 2013",
    .inputs = {"grads*", "norm"},
    .outputs = {"grads*"},
    .attributes = attrs_type<ClipByNormAttrs>,
    .no_onnx_because = "optimisers are no part of exported graphs",
    .infer = infer_clip_by_norm,
    .kernel = kernel::clip_by_norm,
    .no_gradient_because = "gradients are overwritten, which need none of their own",
    .internal = true,
};

void sgd_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
              const std::vector<Tensor>& momentum_buffers, const Tensor& lr, const Tensor& step,
              const SgdAttrs& options, const Tensor& momentum) {
  run_step(op::sgd_step, params, grads, {&momentum_buffers}, lr, step, options, momentum);
}

void adam_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
               const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_avg_sqs,
               const std::vector<Tensor>& max_exp_avg_sqs, const Tensor& lr, const Tensor& step,
               const AdamAttrs& options, const Tensor& momentum) {
  run_step(op::adam_step, params, grads, {&exp_avgs, &exp_avg_sqs, &max_exp_avg_sqs}, lr, step,
           options, momentum);
}

void rmsprop_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                  const std::vector<Tensor>& square_avgs, const std::vector<Tensor>& grad_avgs,
                  const std::vector<Tensor>& momentum_buffers, const Tensor& lr, const Tensor& step,
                  const RmspropAttrs& options, const Tensor& momentum) {
  run_step(op::rmsprop_step, params, grads, {&square_avgs, &grad_avgs, &momentum_buffers}, lr, step,
           options, momentum);
}

void nadam_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_avg_sqs,
                const Tensor& lr, const Tensor& step, const NadamAttrs& options) {
  run_step(op::nadam_step, params, grads, {&exp_avgs, &exp_avg_sqs}, lr, step, options);
}

Tensor grad_norm(const std::vector<Tensor>& grads, double norm_type) {
  return call_slots(op::grad_norm, {grads}, GradNormAttrs{norm_type})[0];
}
void clip_by_norm(const std::vector<Tensor>& grads, const Tensor& norm, double max_norm) {
  call_into(grads, op::clip_by_norm, {grads, {norm}}, ClipByNormAttrs{max_norm});
}

}  // namespace hebb
