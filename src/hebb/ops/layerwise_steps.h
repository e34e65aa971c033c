// The steps of optimisers that look at a parameter as a whole, as operators over lists of
// parameters. Conventions as in ops/optimizer.h: parameters and states are overwritten; lr and step
// (from 1) are numbers.
#pragma once

#include <vector>

#include "hebb/kernels/layerwise_steps.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

// exp_avgs, exp_avg_sqs: like the parameters, zeros before step 1.
void lamb_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
               const std::vector<Tensor>& exp_avgs, const std::vector<Tensor>& exp_avg_sqs,
               const Tensor& lr, const Tensor& step, const LambAttrs& options);
// momentum_buffers: like the parameters, or empty without momentum; their content does not matter
// at step 1.
void lars_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
               const std::vector<Tensor>& momentum_buffers, const Tensor& lr, const Tensor& step,
               const LarsAttrs& options);

// Of a parameter [..., rows, columns]: row_var [..., rows, 1], col_var [..., 1, columns] and an
// empty variance [0]. Of a vector or a number: empty ones and a variance like it. Zeros before
// step 1.
void adafactor_step(const std::vector<Tensor>& params, const std::vector<Tensor>& grads,
                    const std::vector<Tensor>& row_vars, const std::vector<Tensor>& col_vars,
                    const std::vector<Tensor>& variances, const Tensor& lr, const Tensor& step,
                    const AdafactorAttrs& options);
// The shapes of these states.
struct AdafactorShapes {
  Dims row_var, col_var, variance;
};
AdafactorShapes adafactor_shapes(const Dims& param);

}  // namespace hebb
