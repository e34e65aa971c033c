#include "hebb/train/evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/base/check.h"
#include "hebb/train/inference.h"

namespace hebb {
namespace {

template <class T>
void append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

TestResult test_model(nn::Sequential& model, const Loss& loss, const data::Dataset& data,
                      int64_t workers) {
  check_in(!data.empty(), ErrorKind::usage, "data", "there are no samples to evaluate on");
  TestResult out;
  out.samples = data.size();
  const bool classify = data.task() == data::Task::classification;
  double loss_sum = 0;
  infer_batches(
      model, [&](const Tensor& x) { return model(x); }, data, {.workers = workers},
      [&](const InferredBatch& batch) {
        loss_sum += batch.loss_sum(loss);
        if (classify) {
          append(out.probabilities, class_probabilities(batch.output, loss.outputs()));
          append(out.actual, batch.target.to_vector<int64_t>());
        } else {
          append(out.outputs, batch.output.to_vector<double>());
          append(out.targets, batch.target.to_vector<double>());
        }
      });
  check_in(std::isfinite(loss_sum), ErrorKind::data, data.name(),
           "the loss is not finite: the model's weights are too large; the training that made them "
           "diverged and may need a smaller learning "
           "rate or clip_norm");
  out.metrics = {{"loss", loss_sum / double(data.size())}};
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
