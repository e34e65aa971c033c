#include "hebb/train/inference.h"

#include "hebb/autograd/no_grad.h"
#include "hebb/data/loader.h"
#include "hebb/graph/compile.h"
#include "hebb/nn/eval_scope.h"

namespace hebb {

void infer_batches(nn::Module& model, const std::function<Tensor(const Tensor&)>& forward,
                   const data::Dataset& data, const InferenceOptions& options,
                   FunctionRef<void(const InferredBatch& batch)> see) {
  NoGrad off;
  const nn::EvalScope evaluation(model);
  const Compiled run = compile(
      [&](const std::vector<Tensor>& in) -> std::vector<Tensor> { return {forward(in[0])}; });
  const Device device = model.device();
  int64_t at = 0;
  for (const auto& [x, y] : data::Loader(
           data,
           {.batch_size = options.batch_size, .workers = options.workers, .augment = false})) {
    const Tensor input = x.to(device), target = y.to(device), output = run({input})[0];
    const int64_t samples = x.size(0);
    see({input, output, target, at, samples});
    at += samples;
  }
}

}  // namespace hebb
