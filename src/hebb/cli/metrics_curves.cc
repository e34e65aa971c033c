#include "hebb/cli/metrics_curves.h"

#include <algorithm>

#include "hebb/base/file_writer.h"
#include "hebb/metrics/ranking.h"

namespace hebb::cli {

void write_curves(const Arrays& arrays, const MetricsOptions& options) {
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
  for (size_t i = 1; i < curve.thresholds.size(); ++i) {  // the first names nothing positive
    const double hits = curve.tpr[i] * double(positives),
                 named = hits + curve.fpr[i] * double(negatives), precision = hits / named,
                 f1 = 2 * hits / (named + double(positives));
    file.write(fmt::format("{},{},{},{},{}\n", curve.thresholds[i], curve.tpr[i], curve.fpr[i],
                           precision, f1));
  }
  file.finish();
}

}  // namespace hebb::cli
