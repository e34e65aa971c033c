// ops/optimizer.cc: steps of optimisers, the norm of gradients and clipping. Pure: new values out;
// call_into writes them where the old ones are, in one pass over memory.

#include "hebb/ops/optimizer.h"

#include "hebb/base/check.h"
#include "hebb/kernels/optimizer.h"
#include "hebb/ops/op.h"

namespace hebb::op {
#define OP(name) extern const Op name;
#include "hebb/ops/optimizer.def"
#undef OP
}  // namespace hebb::op

namespace hebb {
namespace {

void check_number(const Tensor& t, const char* operand) {
  check(t.numel() == 1 && !is_complex(t.dtype()), "{} should be one real number, but is {}",
        operand, describe(t));
}

// params, then the state lists: each like the parameter it belongs to.
Specs like_params(const Call& c, std::initializer_list<int> slots) {
  Specs specs;
  const auto params = c.list(0);
  for (int slot : slots) {
    const auto list = c.list(slot);
    check(list.size() == params.size(), "{} params but {} {}; there should be one for each",
          params.size(), list.size(), c.op().inputs[slot]);
    for (size_t i = 0; i < params.size(); ++i) {
      check(is_floating(params[i].dtype()), "param {} is {}, should be floating", i,
            name(params[i].dtype()));
      check(list[i].shape() == params[i].shape() && list[i].dtype() == params[i].dtype(),
            "{} {} is {}, but its param is {}", c.op().inputs[slot], i, describe(list[i]),
            describe(params[i]));
      if (slot != 1)
        specs.push_back({params[i].dtype(), params[i].shape()});
    }
  }
  return specs;
}

}  // namespace

constinit const Op op::sgd_step = {
    .name = "sgd_step",
    .inputs = {"params*", "grads*", "momentum_buffers*", "lr", "step"},
    .outputs = {"params*", "momentum_buffers*"},
    .attributes = attrs_type<SgdAttrs>,
    .infer = [](const Call& c) -> Specs {
      check_number(c.in(3), "lr");
      check_number(c.in(4), "step");
      if (c.attributes<SgdAttrs>().momentum != 0)
        return like_params(c, {0, 1, 2});
      check(c.list(2).empty(), "momentum_buffers are given, but momentum is 0");
      return like_params(c, {0, 1});
    },
    .kernel = kernel::sgd,
    .internal = true,
};

constinit const Op op::adam_step = {
    .name = "adam_step",
    .inputs = {"params*", "grads*", "exp_avgs*", "exp_avg_sqs*", "max_exp_avg_sqs*", "lr", "step"},
    .outputs = {"params*", "exp_avgs*", "exp_avg_sqs*", "max_exp_avg_sqs*"},
    .attributes = attrs_type<AdamAttrs>,
    .infer = [](const Call& c) -> Specs {
      check_number(c.in(5), "lr");
      check_number(c.in(6), "step");
      if (c.attributes<AdamAttrs>().amsgrad)
        return like_params(c, {0, 1, 2, 3, 4});
      check(c.list(4).empty(), "max_exp_avg_sqs are given, but amsgrad is off");
      return like_params(c, {0, 1, 2, 3});
    },
    .kernel = kernel::adam,
    .internal = true,
};

constinit const Op op::rmsprop_step = {
    .name = "rmsprop_step",
    .inputs = {"params*", "grads*", "square_avgs*", "grad_avgs*", "momentum_buffers*", "lr",
               "step"},
    .outputs = {"params*", "square_avgs*", "grad_avgs*", "momentum_buffers*"},
    .attributes = attrs_type<RmspropAttrs>,
    .infer = [](const Call& c) -> Specs {
      const auto& a = c.attributes<RmspropAttrs>();
      check_number(c.in(5), "lr");
      check_number(c.in(6), "step");
      check(a.centered || c.list(3).empty(), "grad_avgs are given, but centered is off");
      check(a.momentum != 0 || c.list(4).empty(), "momentum_buffers are given, but momentum is 0");
      if (a.centered && a.momentum != 0)
        return like_params(c, {0, 1, 2, 3, 4});
      if (a.centered)
        return like_params(c, {0, 1, 2, 3});
      return a.momentum != 0 ? like_params(c, {0, 1, 2, 4}) : like_params(c, {0, 1, 2});
    },
    .kernel = kernel::rmsprop,
    .internal = true,
};

constinit const Op op::nadam_step = {
    .name = "nadam_step",
    .inputs = {"params*", "grads*", "exp_avgs*", "exp_avg_sqs*", "lr", "step"},
    .outputs = {"params*", "exp_avgs*", "exp_avg_sqs*"},
    .attributes = attrs_type<NadamAttrs>,
    .infer = [](const Call& c) -> Specs {
      check_number(c.in(4), "lr");
      check_number(c.in(5), "step");
      return like_params(c, {0, 1, 2, 3});
    },
    .kernel = kernel::nadam,
    .internal = true,
};

constinit const Op op::grad_norm = {
    .name = "grad_norm",
    .inputs = {"grads*"},
    .attributes = attrs_type<GradNormAttrs>,
    .infer = [](const Call& c) -> Specs {
      const double p = c.attributes<GradNormAttrs>().norm_type;
      check(p > 0, "norm_type is {}, should be more than 0", p);
      DType out = DType::f32;
      for (const Tensor& grad : c.list(0)) {
        check(is_floating(grad.dtype()), "a gradient is {}, should be floating",
              name(grad.dtype()));
        if (grad.dtype() == DType::f64)
          out = DType::f64;
      }
      return {{out, {}}};
    },
    .kernel = kernel::grad_norm,
    .internal = true,
};

constinit const Op op::clip_by_norm = {
    .name = "clip_by_norm",
    .inputs = {"grads*", "norm"},
    .outputs = {"grads*"},
    .attributes = attrs_type<ClipByNormAttrs>,
    .infer = [](const Call& c) -> Specs {
      const double most = c.attributes<ClipByNormAttrs>().max_norm;
      check(most >= 0, "max_norm is {}, should be at least 0", most);
      check(c.in(1).numel() == 1 && is_floating(c.in(1).dtype()),
            "norm should be one floating number, but is {}", describe(c.in(1)));
      Specs specs;
      for (const Tensor& grad : c.list(0))
        specs.push_back({grad.dtype(), grad.shape()});
      return specs;
    },
    .kernel = kernel::clip_by_norm,
    .internal = true,
};

namespace {
void append(std::vector<Tensor>& all, const std::vector<Tensor>& more) {
  all.insert(all.end(), more.begin(), more.end());
}
}  // namespace

void sgd_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
              const std::vector<Tensor>& momentum_buffers, const Tensor& lr, const Tensor& step,
              const SgdAttrs& options) {
  std::vector<Tensor> targets = params;
  append(targets, momentum_buffers);
  call_into(std::move(targets), op::sgd_step, {params, grads, momentum_buffers, {lr}, {step}},
            options);
}

void adam_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
               const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_avg_sqs,
               const std::vector<Tensor>& max_exp_avg_sqs, const Tensor& lr, const Tensor& step,
               const AdamAttrs& options) {
  std::vector<Tensor> targets = params;
  append(targets, exp_avgs);
  append(targets, exp_avg_sqs);
  append(targets, max_exp_avg_sqs);
  call_into(std::move(targets), op::adam_step,
            {params, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs, {lr}, {step}}, options);
}

void rmsprop_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                  const std::vector<Tensor>& square_avgs, const std::vector<Tensor>& grad_avgs,
                  const std::vector<Tensor>& momentum_buffers, const Tensor& lr, const Tensor& step,
                  const RmspropAttrs& options) {
  std::vector<Tensor> targets = params;
  append(targets, square_avgs);
  append(targets, grad_avgs);
  append(targets, momentum_buffers);
  call_into(std::move(targets), op::rmsprop_step,
            {params, grads, square_avgs, grad_avgs, momentum_buffers, {lr}, {step}}, options);
}

void nadam_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_avg_sqs,
                const Tensor& lr, const Tensor& step, const NadamAttrs& options) {
  std::vector<Tensor> targets = params;
  append(targets, exp_avgs);
  append(targets, exp_avg_sqs);
  call_into(std::move(targets), op::nadam_step,
            {params, grads, exp_avgs, exp_avg_sqs, {lr}, {step}}, options);
}

Tensor grad_norm(const std::vector<Tensor>& grads, double norm_type) {
  return call_slots(op::grad_norm, {grads}, GradNormAttrs{norm_type})[0];
}
void clip_by_norm(const std::vector<Tensor>& grads, const Tensor& norm, double max_norm) {
  call_into(grads, op::clip_by_norm, {grads, {norm}}, ClipByNormAttrs{max_norm});
}

}  // namespace hebb
