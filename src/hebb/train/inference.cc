#include "hebb/train/inference.h"

#include "hebb/autograd/no_grad.h"
#include "hebb/data/loader.h"
#include "hebb/graph/compile.h"
#include "hebb/nn/eval_scope.h"

namespace hebb {
namespace {

TensorDict named(const std::vector<std::string>& names, const std::vector<Tensor>& tensors) {
  TensorDict out;
  for (size_t i = 0; i < tensors.size(); ++i)
    out.set(names[i], tensors[i]);
  return out;
}

}  // namespace

void infer_batches(const nn::Model& model, const data::Dataset& data,
                   const InferenceOptions& options,
                   FunctionRef<void(const InferredBatch& batch)> see) {
  NoGrad off;
  const nn::EvalScope evaluation(model.module());
  // A plan has lists; the names are the same for every batch.
  std::vector<std::string> input_names, output_names;
  const Compiled run = compile([&](const std::vector<Tensor>& in) {
    const TensorDict out = model(named(input_names, in));
    output_names = out.names();
    return out.tensors();
  });
  const Device device = model.module().device();
  int64_t at = 0;
  for (const data::Batch& batch : data::Loader(
           data,
           {.batch_size = options.batch_size, .workers = options.workers, .augment = false})) {
    const TensorDict inputs = batch.inputs.to(device), targets = batch.targets.to(device),
                     taken = model.taken(inputs);
    if (input_names.empty())
      input_names = taken.names();
    const std::vector<Tensor> results = run(taken.tensors());
    const TensorDict outputs = named(output_names, results);
    see({inputs, outputs, targets, at, batch.size()});
    at += batch.size();
  }
}

}  // namespace hebb
