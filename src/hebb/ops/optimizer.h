// The steps of optimisers as operators over lists of parameters; optim/ has the classes around
// them.
#pragma once

#include <vector>

#include "hebb/kernels/optimizer.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// Overwrite parameters and states with one step, as torch.optim's. Every list has one entry per
// parameter, of its shape and dtype. lr and step (counting from 1) are numbers: 0-d tensors of any
// real dtype; so is momentum, which stands for the option `momentum` or `beta1` where a schedule
// changes it. momentum_buffers: empty without momentum; their content does not matter at step 1.
void sgd_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
              const std::vector<Tensor>& momentum_buffers, const Tensor& lr, const Tensor& step,
              const SgdAttrs& options, const Tensor& momentum = {});
// exp_avgs, exp_avg_sqs: zeros before step 1. max_exp_avg_sqs: the same with amsgrad, else empty.
void adam_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
               const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_avg_sqs,
               const std::vector<Tensor>& max_exp_avg_sqs, const Tensor& lr, const Tensor& step,
               const AdamAttrs& options, const Tensor& momentum = {});

// square_avgs: zeros before step 1. grad_avgs (when centred) and momentum_buffers (with momentum):
// the same, else empty.
void rmsprop_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                  const std::vector<Tensor>& square_avgs, const std::vector<Tensor>& grad_avgs,
                  const std::vector<Tensor>& momentum_buffers, const Tensor& lr, const Tensor& step,
                  const RmspropAttrs& options, const Tensor& momentum = {});
// exp_avgs, exp_avg_sqs: zeros before step 1.
void nadam_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_avg_sqs,
                const Tensor& lr, const Tensor& step, const NadamAttrs& options);

// The norm of all gradients as one vector; added up in f64. 0-d, f32 (f64 when a gradient is).
Tensor grad_norm(const std::vector<Tensor>& grads, double norm_type = 2);
// Scales gradients whose common norm is `norm` down to max_norm, in place: times min(1, max_norm /
// (norm + 1e-6)).
void clip_by_norm(const std::vector<Tensor>& grads, const Tensor& norm, double max_norm);

}  // namespace hebb
