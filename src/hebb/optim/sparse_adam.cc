#include "hebb/optim/sparse_adam.h"

#include "hebb/ops/arithmetic.h"
#include "hebb/ops/cast.h"
#include "hebb/ops/comparison.h"
#include "hebb/ops/math.h"
#include "hebb/ops/recorder.h"
#include "hebb/ops/statistics.h"
#include "hebb/optim/entries.h"

namespace hebb::optim {
namespace {

// Of a gradient [rows, ...]: whether a row is used, [rows, 1, ...]. Numbers by themselves are rows.
Tensor used_rows(const Tensor& grad) {
  Dims within;
  for (int64_t d = 1; d < grad.dim(); ++d)
    within.push_back(d);
  const Tensor used = grad != 0;
  return within.empty() ? used : any(used, within, true);
}

}  // namespace

SparseAdam::SparseAdam(std::vector<Tensor> params, SparseAdamOptions options)
    : SparseAdam(std::vector<ParamGroup>{{std::move(params)}}, options) {}

SparseAdam::SparseAdam(std::vector<ParamGroup> groups, SparseAdamOptions o)
    : Optimizer(std::move(groups), o.lr), options_(o) {
  check_options("sparse_adam", o);
  refuse_weight_decay("sparse_adam");
}

void SparseAdam::update(const Batch& batch) {
  const std::vector<Tensor> means = moments("exp_avg", batch),
                            squares = moments("exp_avg_sq", batch);
  const double beta1 = options_.beta1, beta2 = options_.beta2;
  const Tensor steps = batch.step.to(DType::f64);
  const Tensor rate = batch.lr * sqrt(1 - pow(beta2, steps)) / (1 - pow(beta1, steps));
  for (size_t i = 0; i < batch.params.size(); ++i) {
    Tensor param = batch.params[i], mean = means[i], square = squares[i];
    const Tensor grad = options_.maximize ? -batch.grads[i] : batch.grads[i];
    const Tensor used = used_rows(grad);
    write(mean, where(used, beta1 * mean + (1 - beta1) * grad, mean));
    write(square, where(used, beta2 * square + (1 - beta2) * grad * grad, square));
    write(param, where(used, param - rate * mean / (sqrt(square) + options_.eps), param));
  }
}

OptimizerFactory sparse_adam(SparseAdamOptions options) {
  return [options](std::vector<ParamGroup> groups) {
    return std::make_unique<SparseAdam>(std::move(groups), options);
  };
}

constinit const OptimizerEntry optimizer_word::sparse_adam = {
    .name = "sparse_adam",
    .what = "Adam that leaves rows without a gradient as they are: for large embeddings",
    .options = &options_type<SparseAdamOptions>,
    .make = [](const void* o) { return optim::sparse_adam(as<SparseAdamOptions>(o)); },
};

}  // namespace hebb::optim
