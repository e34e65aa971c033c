#include "hebb/cli/metrics_curves.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "hebb/base/check.h"
#include "hebb/base/file_writer.h"
#include "hebb/metrics/ranking.h"

namespace hebb::cli {

namespace {

// Falling; empty: all that scores have.
std::vector<double> thresholds_of(std::vector<double> given) {
  if (given.size() == 1 && given[0] >= 2) {
    check_in(given[0] == std::floor(given[0]) && given[0] <= 1e6, ErrorKind::usage, "--thresholds",
             "is {}, should be numbers like 0.25,0.5, or how many, from 2 to 1000000", given[0]);
    const auto count = int64_t(given[0]);
    given.clear();
    for (int64_t i = 0; i < count; ++i)
      given.push_back(double(i) / double(count - 1));
  }
  std::sort(given.begin(), given.end(), std::greater());
  return given;
}

}  // namespace

void write_curves(const Arrays& arrays, const MetricsOptions& options) {
  const std::vector<double> asked = thresholds_of(options.thresholds);
  const int64_t positive = options.positive.value_or(1);
  auto truth = arrays.labels("y_true");
  const Tensor& scores = arrays.real("y_score");
  const bool pairs = scores.dim() == 2 && scores.size(1) == 2;
  const auto given = scores.to_vector<double>();
  std::vector<double> belief(truth.size());
  int64_t positives = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    belief[i] = pairs ? given[2 * i + size_t(positive)] : positive == 1 ? given[i] : 1 - given[i];
    truth[i] = truth[i] == positive;
    positives += truth[i];
  }
  const auto negatives = int64_t(truth.size()) - positives;
  arrays.require(positives > 0 && negatives > 0,
                 "y_true holds one class alone, of which there is no curve");
  const metrics::RocCurve curve = metrics::roc_curve(truth, belief);
  FileWriter file(options.curves);
  file.write("threshold,true_positive_rate,false_positive_rate,precision,f1\n");
  // i: of the curve, whose first point names nothing positive; 1 is the precision of that.
  const auto write = [&](double threshold, size_t i) {
    const double hits = curve.tpr[i] * double(positives),
                 named = hits + curve.fpr[i] * double(negatives),
                 precision = named > 0 ? hits / named : 1,
                 f1 = 2 * hits / (named + double(positives));
    file.write(
        fmt::format("{},{},{},{},{}\n", threshold, curve.tpr[i], curve.fpr[i], precision, f1));
  };
  if (asked.empty())
    for (size_t i = 1; i < curve.thresholds.size(); ++i)
      write(curve.thresholds[i], i);
  size_t i = 0;
  for (double threshold : asked) {  // the last point whose scores are still at or above it
    const double held = as_held(scores, threshold);
    while (i + 1 < curve.thresholds.size() && curve.thresholds[i + 1] >= held)
      ++i;
    write(threshold, i);
  }
  file.finish();
}

}  // namespace hebb::cli
