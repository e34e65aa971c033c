// The steps of optimisers that give every weight a rate of its own, as operators over lists of
// parameters. Conventions as in ops/optimizer.h: parameters and states are overwritten, every list
// has one entry per parameter, of its shape and dtype; lr, step (from 1) and momentum, which stands
// for beta1 where a schedule changes it, are numbers.
#pragma once

#include <vector>

#include "hebb/kernels/adaptive_steps.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// sums: the initial accumulator value before step 1.
void adagrad_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                  const std::vector<Tensor>& sums, const Tensor& lr, const Tensor& step,
                  const AdagradAttrs& options);
// square_avgs, acc_deltas: zeros before step 1.
void adadelta_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                   const std::vector<Tensor>& square_avgs, const std::vector<Tensor>& acc_deltas,
                   const Tensor& lr, const Tensor& step, const AdadeltaAttrs& options);
// exp_avgs, exp_infs: zeros before step 1.
void adamax_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                 const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_infs,
                 const Tensor& lr, const Tensor& step, const AdamaxAttrs& options,
                 const Tensor& momentum = {});
// exp_avgs, exp_avg_sqs: zeros before step 1.
void radam_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_avg_sqs,
                const Tensor& lr, const Tensor& step, const RadamAttrs& options,
                const Tensor& momentum = {});
// exp_avgs: zeros before step 1.
void lion_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
               const std::vector<Tensor>& exp_avgs, const Tensor& lr, const Tensor& step,
               const LionAttrs& options, const Tensor& momentum = {});
// prevs, step_sizes: their content does not matter at step 1, where every step size is lr.
void rprop_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                const std::vector<Tensor>& prevs, const std::vector<Tensor>& step_sizes,
                const Tensor& lr, const Tensor& step, const RpropAttrs& options);
// axs: the averaged weights; their content does not matter before step t0.
void asgd_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
               const std::vector<Tensor>& axs, const Tensor& lr, const Tensor& step,
               const AsgdAttrs& options);

}  // namespace hebb
