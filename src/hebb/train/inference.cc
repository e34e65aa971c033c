#include "hebb/train/inference.h"

#include "hebb/autograd/no_grad.h"
#include "hebb/data/loader.h"
#include "hebb/nn/eval_scope.h"

namespace hebb {

double infer_batches(nn::Module& model, const std::function<Tensor(const Tensor&)>& forward, const Loss& loss, const data::Dataset& data,
                     const InferenceOptions& options, FunctionRef<void(const InferredBatch& batch)> see) {
  NoGrad off;
  const nn::EvalScope evaluation(model);
  double loss_sum = 0;
  int64_t at = 0;
  for (const auto& [x, y] : data::Loader(data, {.batch_size = options.batch_size, .workers = options.workers, .augment = false})) {
    const Tensor output = forward(x);
    const int64_t samples = x.size(0);
    loss_sum += loss(output, y).item() * double(samples);
    see({output, y, at, samples});
    at += samples;
  }
  return loss_sum / double(at);
}

}  // namespace hebb
