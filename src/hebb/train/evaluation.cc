#include "hebb/train/evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/nn/finite.h"
#include "hebb/tasks/outputs.h"
#include "hebb/train/inference.h"

namespace hebb {
namespace {

template <class T>
void append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

// Which of weights, samples and targets may be the cause.
[[noreturn]] void refuse_loss(nn::Sequential& model, const InferredBatch& batch,
                              const data::Dataset& data) {
  const std::string samples =
      fmt::format("samples {} to {}", batch.first, batch.first + batch.samples - 1);
  if (nn::all_finite(batch.output))
    fail(ErrorKind::data, data.name(),
         "the loss of {} is not finite: the model gives numbers up to {:.2g} where the targets are "
         "up to {:.2g}, too far from them for f32",
         samples, nn::largest_magnitude(batch.output), nn::largest_magnitude(batch.target));
  double weights = 0;
  for (const Tensor& parameter : model.parameters())
    weights = std::max(weights, nn::largest_magnitude(parameter));
  fail(
      ErrorKind::data, data.name(),
      "what the model gives for {} is not finite: its weights are up to {:.2g}, the values that it "
      "is given up to {:.2g}; where the weights are the large ones, the training diverged and "
      "needs a smaller learning rate or clip_norm",
      samples, weights, nn::largest_magnitude(batch.input));
}

}  // namespace

TestResult test_model(nn::Sequential& model, const Loss& loss, const data::Dataset& data,
                      int64_t workers) {
  check_in(!data.empty(), ErrorKind::usage, "data", "there are no samples to evaluate on");
  TestResult out;
  out.samples = data.size();
  const bool classify = data.task() == data::Task::classification;
  LossSum loss_sum;
  infer_batches(
      model, [&](const Tensor& x) { return model(x); }, data, {.workers = workers},
      [&](const InferredBatch& batch) {
        const double value = batch.add_loss(loss, loss_sum);
        if (!std::isfinite(value) && loss.weight(batch.target) > 0)
          refuse_loss(model, batch, data);
        if (classify) {
          append(out.probabilities, class_probabilities(batch.output, loss.outputs()));
          append(out.actual, batch.target.to_vector<int64_t>());
        } else {
          append(out.outputs, batch.output.to_vector<double>());
          append(out.targets, batch.target.to_vector<double>());
        }
      });
  check_in(loss_sum.weight > 0, ErrorKind::data, data.name(),
           "none of the targets counts for the loss: all are ignored, or of classes of weight 0");
  out.metrics = {{"loss", loss_sum.mean()}};
  metrics::Measured measured;
  if (classify) {
    out.classes = int64_t(out.probabilities.size()) / out.samples;
    for (int64_t i = 0; i < out.samples; ++i) {
      const auto row = out.probabilities.begin() + i * out.classes;
      out.predicted.push_back(std::max_element(row, row + out.classes) - row);
    }
    measured = out.classes == 2
                   ? metrics::measure_binary(out.actual, out.predicted, out.probabilities,
                                             {.class_names = data.class_names()})
                   : metrics::measure_multiclass(
                         out.actual, out.predicted, out.probabilities, out.classes,
                         std::numeric_limits<double>::epsilon(), data.class_names());
  } else {
    measured = metrics::measure_regression(out.targets, out.outputs);
  }
  out.metrics.insert(out.metrics.end(), measured.values.begin(), measured.values.end());
  out.warnings = measured.warnings;
  out.per_class = measured.classes;
  return out;
}

}  // namespace hebb
