#include "hebb/train/evaluation.h"

#include <algorithm>
#include <cmath>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/data/loader.h"
#include "hebb/nn/eval_scope.h"
#include "hebb/nn/finite.h"

namespace hebb {
namespace {

// Which of weights, samples and targets may be the cause.
[[noreturn]] void refuse_loss(nn::Module& model, const InferredBatch& batch,
                              const data::Dataset& data) {
  const std::string samples =
      fmt::format("samples {} to {}", batch.first, batch.first + batch.samples - 1);
  if (nn::all_finite(batch.output()))
    fail(ErrorKind::data, data.name(),
         "the loss of {} is not finite: the model gives numbers up to {:.2g} where the targets are "
         "up to {:.2g}, too far from them for f32",
         samples, nn::largest_magnitude(batch.output()), nn::largest_magnitude(batch.target()));
  double weights = 0, largest = 0;
  for (const auto& [name, input] : batch.inputs)
    largest = std::max(largest, nn::largest_magnitude(input));
  for (const Tensor& parameter : model.parameters())
    weights = std::max(weights, nn::largest_magnitude(parameter));
  fail(
      ErrorKind::data, data.name(),
      "what the model gives for {} is not finite: its weights are up to {:.2g}, the values that it "
      "is given up to {:.2g}; where the weights are the large ones, the training diverged and "
      "needs a smaller learning rate or clip_norm",
      samples, weights, largest);
}

// As the data have them: what a recipe changed and undid again could differ in the last digit.
Tensor exact_targets(const data::Dataset& data, const InferredBatch& batch) {
  const Tensor out = Tensor::empty(batch.target().shape(), f64);
  auto* to = out.data<double>();
  data::Value y;
  for (int64_t i = 0; i < batch.samples; ++i) {
    data::read_target(data.source(), data.source_index(batch.first + i), y);
    to = y.dtype() == f64 ? std::copy_n(y.data<double>(), y.count(), to)
                          : std::copy_n(y.data<float>(), y.count(), to);
  }
  return out;
}

}  // namespace

TestResult test_model(const nn::Model& model, const Loss& loss, const data::Dataset& data,
                      const TestOptions& options) {
  check_in(!data.empty(), ErrorKind::usage, "data", "there are no samples to evaluate on");
  TestResult out;
  out.samples = data.size();
  Problem problem;
  std::shared_ptr<Evaluator> evaluator;
  LossSum loss_sum;
  const auto begin = [&](const Tensor& output) {
    Dims shape = output.shape();
    if (!shape.empty())
      shape.erase(0);
    problem = problem_of(data, shape, loss.outputs());
    problem.threshold = options.threshold;
    out.task = &task_for(problem, options.task);
    evaluator = out.task->evaluator(problem);
  };
  infer_batches(model, data, {.workers = options.workers}, [&](const InferredBatch& batch) {
    if (!evaluator)
      begin(batch.output());
    const LossValue value = batch.add_loss(loss, loss_sum);
    if (value.weight > 0 && !std::isfinite(value.mean.item()))
      refuse_loss(model.module(), batch, data);
    const Tensor answer = data.recipe().undo_target(batch.output()),
                 target = data.recipe().target() ? exact_targets(data, batch) : batch.target();
    const Tensor weights = batch.weights();
    const AnsweredBatch answered{
        answer, target, batch.first,
        weights.defined() ? weights.to_vector<double>() : std::vector<double>()};
    evaluator->add(answered);
    if (options.see)
      options.see(*out.task, problem, answered);
  });
  check_in(loss_sum.weight > 0, ErrorKind::data, data.name(),
           "none of the targets counts for the loss: all are ignored, or of weight 0");
  out.metrics = {{"loss", loss_sum.mean()}};
  const metrics::Measured measured = evaluator->measured();
  out.metrics.insert(out.metrics.end(), measured.values.begin(), measured.values.end());
  out.warnings = measured.warnings;
  out.per_class = measured.classes;
  out.seen = evaluator;
  return out;
}

std::vector<LossSum> turn_losses(nn::Module& model, const std::vector<Turn>& turns,
                                 const data::Dataset& data, const InferenceOptions& options) {
  NoGrad off;
  const nn::EvalScope evaluation(model);
  const Device device = model.device();
  std::vector<LossSum> out(turns.size());
  for (const data::Batch& batch : data::Loader(
           data,
           {.batch_size = options.batch_size, .workers = options.workers, .augment = false})) {
    const TensorDict inputs = batch.inputs.to(device), targets = batch.targets.to(device);
    for (size_t i = 0; i < turns.size(); ++i) {
      const LossValue loss = turns[i].loss(inputs, targets);
      out[i].add(loss.mean.item(), loss.weight);
    }
  }
  return out;
}

}  // namespace hebb
