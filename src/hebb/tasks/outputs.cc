#include "hebb/tasks/outputs.h"

#include <algorithm>
#include <cmath>

#include "hebb/metrics/probability.h"

namespace hebb {
namespace {

double share(double value) {
  return std::isnan(value) ? value : std::clamp(value, 0.0, 1.0);
}

}  // namespace

Tensor metric_outputs(const Tensor& outputs, const Tensor& targets, Outputs kind) {
  const bool one_each = outputs.dim() == 1 || (outputs.dim() == 2 && outputs.size(1) == 1);
  if (kind == Outputs::logits || !one_each ||
      (kind == Outputs::numbers && is_floating(targets.dtype())))
    return outputs;
  std::vector<double> values = outputs.to_vector<double>();
  for (double& v : values)
    v = kind == Outputs::numbers ? v - 0.5 : std::log(share(v)) - std::log1p(-share(v));
  return Tensor::from(values, outputs.shape());
}

int64_t named_class(std::span<const double> p, double threshold) {
  if (p.size() == 2 && threshold != 0.5)
    return p[1] > threshold;
  return std::max_element(p.begin(), p.end()) - p.begin();
}

std::vector<double> class_probabilities(const Tensor& outputs, Outputs kind) {
  const int64_t rows = outputs.dim() > 0 ? outputs.size(0) : 1,
                columns = rows > 0 ? outputs.numel() / rows : 0;
  const std::vector<double> values = outputs.to_vector<double>();
  if (columns > 1 && kind != Outputs::logits)
    return values;
  std::vector<double> out;
  out.reserve(values.size() * (columns == 1 ? 2 : 1));
  for (int64_t row = 0; row < rows; ++row) {
    const double* x = values.data() + row * columns;
    if (columns == 1) {
      const double p = kind == Outputs::logits ? 1 / (1 + std::exp(-x[0])) : share(x[0]);
      out.insert(out.end(), {1 - p, p});
      continue;
    }
    metrics::append_softmax({x, size_t(columns)}, out);
  }
  return out;
}

}  // namespace hebb
