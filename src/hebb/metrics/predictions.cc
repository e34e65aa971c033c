#include "hebb/metrics/predictions.h"

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/metrics/class_counts.h"
#include "hebb/metrics/probability.h"

namespace hebb::metrics {

namespace {

bool two_classes(const Tensor& outputs) {
  return outputs.dim() == 1 || (outputs.dim() == 2 && outputs.size(1) == 1);
}

// [N, classes, ...] -> [N * ..., classes], row by row.
std::vector<double> rows(const Tensor& values, int64_t classes) {
  const auto flat = values.to_vector<double>();
  const int64_t batch = values.size(0),
                inner = batch * classes == 0 ? 0 : values.numel() / (batch * classes);
  if (inner == 1)
    return flat;
  std::vector<double> out(flat.size());
  for (int64_t n = 0; n < batch; ++n)
    for (int64_t k = 0; k < classes; ++k)
      for (int64_t i = 0; i < inner; ++i)
        out[size_t((n * inner + i) * classes + k)] = flat[size_t((n * classes + k) * inner + i)];
  return out;
}

std::vector<int64_t> whole_numbers(const Tensor& targets) {
  const auto values = targets.to_vector<double>();
  std::vector<int64_t> out(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    check(std::abs(values[i]) < 9e15 && values[i] == std::floor(values[i]),
          "target {} is {}, which is not a label", i, values[i]);
    out[i] = int64_t(values[i]);
  }
  return out;
}

}  // namespace

Scores scores_of(const Tensor& outputs, const Tensor& targets) {
  check(outputs.dim() >= 1,
        "outputs have no dimensions; they should be [samples, classes] or [samples]");
  Scores out;
  if (two_classes(outputs)) {
    out.classes = 2;
    out.y_score = outputs.to_vector<double>();
    out.y_true = whole_numbers(targets);
  } else {
    out.classes = outputs.size(1);
    check(out.classes > 0, "outputs {} hold no classes", describe(outputs));
    out.y_score = rows(outputs, out.classes);
    out.y_true = targets.shape() == outputs.shape()
                     ? predicted_labels(rows(targets, out.classes), out.classes)
                     : whole_numbers(targets);
  }
  const size_t samples =
      two_classes(outputs) ? out.y_score.size() : out.y_score.size() / size_t(out.classes);
  check(samples == out.y_true.size(), "outputs {} and targets {} do not belong together",
        describe(outputs), describe(targets));
  for (size_t i = 0; i < out.y_true.size(); ++i)
    check(out.y_true[i] >= 0 && out.y_true[i] < out.classes,
          "target {} is {}, but labels go from 0 to {}", i, out.y_true[i], out.classes - 1);
  return out;
}

Labels labels_of(const Tensor& outputs, const Tensor& targets) {
  Scores scores = scores_of(outputs, targets);
  Labels out{scores.classes, std::move(scores.y_true), {}};
  if (two_classes(outputs)) {
    out.y_pred.resize(scores.y_score.size());
    for (size_t i = 0; i < out.y_pred.size(); ++i)
      out.y_pred[i] = scores.y_score[i] > 0;
  } else {
    out.y_pred = predicted_labels(scores.y_score, scores.classes);
  }
  return out;
}

}  // namespace hebb::metrics
