#include "hebb/train/evaluation.h"

#include <algorithm>

#include "hebb/autograd/no_grad.h"
#include "hebb/base/check.h"
#include "hebb/data/loader.h"
#include "hebb/nn/eval_scope.h"

namespace hebb {
namespace {

constexpr int64_t batch_size = 256;

void append(std::vector<double>& all, const Tensor& values) {
  const std::vector<double> more = values.to_vector<double>();
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

TestResult test_model(nn::Sequential& model, const Loss& loss, const data::Dataset& data, int64_t workers) {
  check_in(!data.empty(), ErrorKind::usage, "data", "there are no samples to evaluate on");
  NoGrad off;
  const nn::EvalScope evaluation(model);
  TestResult out;
  out.samples = data.size();
  const bool classify = data.task() == data::Task::classification;
  double loss_sum = 0;
  for (const auto& [x, y] : data::Loader(data, {.batch_size = batch_size, .workers = workers, .augment = false})) {
    const Tensor output = model(x);
    loss_sum += loss(output, y).item() * double(x.size(0));
    if (classify) {
      const std::vector<double> probabilities = class_probabilities(output, loss.outputs());
      out.probabilities.insert(out.probabilities.end(), probabilities.begin(), probabilities.end());
      const std::vector<int64_t> labels = y.to_vector<int64_t>();
      out.actual.insert(out.actual.end(), labels.begin(), labels.end());
    } else {
      append(out.outputs, output);
      append(out.targets, y);
    }
  }
  out.metrics = {{"loss", loss_sum / double(out.samples)}};
  metrics::Measured measured;
  if (classify) {
    out.classes = int64_t(out.probabilities.size()) / out.samples;
    for (int64_t i = 0; i < out.samples; ++i) {
      const auto row = out.probabilities.begin() + i * out.classes;
      out.predicted.push_back(std::max_element(row, row + out.classes) - row);
    }
    measured = out.classes == 2 ? metrics::measure_binary(out.actual, out.predicted, out.probabilities)
                                : metrics::measure_multiclass(out.actual, out.predicted, out.probabilities, out.classes);
  } else {
    measured = metrics::measure_regression(out.targets, out.outputs);
  }
  out.metrics.insert(out.metrics.end(), measured.values.begin(), measured.values.end());
  out.warnings = measured.warnings;
  out.per_class = measured.classes;
  return out;
}

}  // namespace hebb
