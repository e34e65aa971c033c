#include "hebb/metrics/measure.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/metrics/classification.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/ranking.h"
#include "hebb/metrics/regression.h"

namespace hebb::metrics {

namespace {

constexpr Average averages[] = {Average::macro, Average::micro, Average::weighted};

struct Collector {
  Measured out;
  Warnings warnings;

  explicit Collector(std::vector<std::string> class_names = {}) {
    warnings.class_names = std::move(class_names);
  }

  void add(std::string name, double value) { out.values.emplace_back(std::move(name), value); }
  Measured done() && {
    out.warnings = std::move(warnings.lines);
    return std::move(out);
  }
};

bool are_probabilities(std::span<const double> scores) {
  return std::all_of(scores.begin(), scores.end(),
                     [](double score) { return score >= 0 && score <= 1; });
}

void add_averages(Collector& all, const ClassCounts& counts) {
  using Function = double (*)(const ClassCounts&, Average, Warnings*);
  constexpr std::pair<const char*, Function> functions[] = {{"precision", precision_score},
                                                            {"recall", recall_score},
                                                            {"f1", f1_score},
                                                            {"jaccard", jaccard_score},
                                                            {"specificity", specificity_score}};
  for (const auto& [what, function] : functions)
    for (Average average : averages)
      all.add(fmt::format("{}_{}", what, name(average)), function(counts, average, &all.warnings));
}

void add_overall(Collector& all, const ClassCounts& counts) {
  all.add("accuracy", accuracy_score(counts, &all.warnings));
  all.add("balanced_accuracy", balanced_accuracy_score(counts, &all.warnings));
  all.add("matthews_corrcoef", matthews_corrcoef(counts, &all.warnings));
  all.add("cohen_kappa", cohen_kappa_score(counts, &all.warnings));
}

// The classes that occur or are predicted, numbered anew: the matrix stays small however large the
// labels are.
void add_confusion(Collector& all, std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
                   int64_t classes) {
  if (int64_t(all.out.classes.size()) > Measured::max_confusion) {
    all.warnings.add(
        fmt::format("confusion_matrix is left out: {} classes, and at most {} are shown",
                    all.out.classes.size(), Measured::max_confusion));
    return;
  }
  std::vector<int64_t> place(size_t(classes), 0);
  for (size_t i = 0; i < all.out.classes.size(); ++i)
    place[size_t(all.out.classes[i].label)] = int64_t(i);
  std::vector<int64_t> actual(y_true.begin(), y_true.end()),
      predicted(y_pred.begin(), y_pred.end());
  for (auto* labels : {&actual, &predicted})
    for (int64_t& label : *labels)
      label = place[size_t(label)];
  all.out.confusion =
      confusion_matrix(actual, predicted, std::max<int64_t>(1, int64_t(all.out.classes.size())));
}

ClassRow class_row(const ClassCounts& counts, int64_t label) {
  return {label, precision_of(counts, label), recall_of(counts, label), f1_of(counts, label),
          counts.actual[size_t(label)]};
}

}  // namespace

std::vector<ClassRow> class_rows(const ClassCounts& counts) {
  std::vector<ClassRow> out;
  for (int64_t label = 0; label < counts.classes(); ++label)
    if (counts.present(label))
      out.push_back(class_row(counts, label));
  return out;
}

Measured measure_binary(std::span<const int64_t> y_true,
                        std::optional<std::span<const int64_t>> y_pred,
                        std::optional<std::span<const double>> y_score) {
  return measure_binary(y_true, y_pred, y_score, BinaryOptions{});
}

Measured measure_binary(std::span<const int64_t> y_true,
                        std::optional<std::span<const int64_t>> y_pred,
                        std::optional<std::span<const double>> y_score,
                        const BinaryOptions& options) {
  check(options.positive == 0 || options.positive == 1,
        "the positive class is {}; it should be 0 or 1", options.positive);
  check(y_pred || y_score, "neither y_pred nor y_score is given");
  // belief[i]: in the positive class.
  std::vector<double> belief;
  std::vector<int64_t> labels;
  if (y_score) {
    const bool pairs = !y_true.empty() && y_score->size() == 2 * y_true.size();
    check_scores(y_true, *y_score, pairs ? 2 : 1, 2);
    belief.resize(y_true.size());
    for (size_t i = 0; i < belief.size(); ++i) {
      if (pairs)
        belief[i] = (*y_score)[2 * i + size_t(options.positive)];
      else
        belief[i] = options.positive == 1 ? (*y_score)[i] : 1 - (*y_score)[i];
    }
    if (pairs && !options.threshold) {
      labels = predicted_labels(*y_score, int64_t(2));
    } else {
      labels = predicted_labels(belief, options.threshold.value_or(0.5));
      if (options.positive == 0)
        for (int64_t& label : labels)
          label = 1 - label;
    }
  }
  if (y_pred)
    labels.assign(y_pred->begin(), y_pred->end());

  ClassCounts counts(2);
  counts.add(y_true, labels);
  Collector all(options.class_names);
  all.out.samples = counts.total();
  Warnings* warnings = &all.warnings;
  add_overall(all, counts);
  all.add("precision", precision_of(counts, options.positive, warnings));
  all.add("recall", recall_of(counts, options.positive, warnings));
  all.add("f1", f1_of(counts, options.positive, warnings));
  all.add("jaccard", jaccard_of(counts, options.positive, warnings));
  all.add("specificity", specificity_of(counts, options.positive, warnings));
  if (y_score) {
    std::vector<int64_t> truth(y_true.begin(), y_true.end());
    Warnings turned;  // of this truth, in which the positive class is 1
    for (int64_t label : {1 - options.positive, options.positive})
      turned.class_names.push_back(class_word(warnings, label));
    if (options.positive == 0)
      for (int64_t& label : truth)
        label = 1 - label;
    all.add("roc_auc", roc_auc_score(truth, belief, &turned));
    all.add("average_precision", average_precision_score(truth, belief, &turned));
    for (std::string& line : turned.lines)
      warnings->add(std::move(line));
    if (are_probabilities(*y_score)) {
      all.add("log_loss", log_loss(y_true, *y_score, 2, options.eps, warnings));
      all.add("brier_score_loss", brier_score_loss(truth, belief, 2, warnings));
    } else {
      warnings->add(
          "y_score holds values outside 0 .. 1: log_loss and brier_score_loss are left out, as "
          "they need probabilities");
    }
  }
  add_averages(all, counts);
  all.out.classes = {class_row(counts, 0), class_row(counts, 1)};
  add_confusion(all, y_true, labels, 2);
  return std::move(all).done();
}

Measured measure_multiclass(std::span<const int64_t> y_true,
                            std::optional<std::span<const int64_t>> y_pred,
                            std::optional<std::span<const double>> y_score, int64_t classes,
                            double eps, std::vector<std::string> class_names) {
  check(y_pred || y_score, "neither y_pred nor y_score is given");
  std::vector<int64_t> labels;
  if (y_score) {
    check(classes >= 2, "y_score needs a column for each of at least 2 classes, not {}", classes);
    check_scores(y_true, *y_score, classes, classes);
    labels = predicted_labels(*y_score, classes);
  }
  if (y_pred)
    labels.assign(y_pred->begin(), y_pred->end());
  constexpr int64_t most =
      1'000'000;  // classes: counts of each are kept, however few samples there are
  check(classes <= most, "y_score has {} columns; there can be at most {} classes", classes, most);
  if (classes == 0) {
    int64_t largest = 0;
    for (auto part : {y_true, std::span<const int64_t>(labels)})
      for (int64_t label : part)
        largest = std::max(largest, label);
    check(largest < most, "label {} is too large; labels go from 0 to at most {}", largest,
          most - 1);
    classes = largest + 1;
  }

  ClassCounts counts(classes);
  counts.add(y_true, labels);
  Collector all(std::move(class_names));
  all.out.samples = counts.total();
  Warnings* warnings = &all.warnings;
  add_overall(all, counts);
  add_averages(all, counts);
  if (y_score) {
    for (Average average : averages) {  // macro comes first, and is meant where no average is named
      const double rest = roc_auc_ovr_score(y_true, *y_score, classes, average, warnings);
      if (average == Average::macro)
        all.add("roc_auc", rest), all.add("roc_auc_ovr", rest);
      all.add(fmt::format("roc_auc_ovr_{}", name(average)), rest);
    }
    for (Average average : {Average::macro, Average::weighted}) {
      const double pairs = roc_auc_ovo_score(y_true, *y_score, classes, average, warnings);
      if (average == Average::macro)
        all.add("roc_auc_ovo", pairs);
      all.add(fmt::format("roc_auc_ovo_{}", name(average)), pairs);
    }
    for (Average average : averages) {
      const double precision =
          average_precision_score(y_true, *y_score, classes, average, warnings);
      if (average == Average::macro)
        all.add("average_precision", precision);
      all.add(fmt::format("average_precision_{}", name(average)), precision);
    }
    if (are_probabilities(*y_score)) {
      all.add("log_loss", log_loss(y_true, *y_score, classes, eps, warnings));
      all.add("brier_score_loss", brier_score_loss(y_true, *y_score, classes, warnings));
    } else {
      warnings->add(
          "y_score holds values outside 0 .. 1: log_loss and brier_score_loss are left out, as "
          "they need probabilities");
    }
    for (int64_t k : {2, 3, 5})
      if (k < classes)
        all.add(fmt::format("top{}_accuracy", k),
                top_k_accuracy_score(y_true, *y_score, classes, k, warnings));
  }
  all.out.classes = class_rows(counts);
  add_confusion(all, y_true, labels, classes);
  return std::move(all).done();
}

Measured measure_regression(std::span<const double> y_true, std::span<const double> y_pred) {
  RegressionSums sums;
  sums.add(y_true, y_pred);
  Collector all;
  all.out.samples = sums.count;
  Warnings* warnings = &all.warnings;
  all.add("mean_absolute_error", mean_absolute_error(sums, warnings));
  all.add("mean_squared_error", mean_squared_error(sums, warnings));
  all.add("root_mean_squared_error", root_mean_squared_error(sums, warnings));
  all.add("median_absolute_error", median_absolute_error(y_true, y_pred, warnings));
  all.add("max_error", max_error(sums, warnings));
  all.add("mean_absolute_percentage_error", mean_absolute_percentage_error(sums, warnings));
  all.add("r2", r2_score(sums, warnings));
  all.add("explained_variance", explained_variance_score(sums, warnings));
  const auto not_negative = [](double value) { return value >= 0; };
  if (std::all_of(y_true.begin(), y_true.end(), not_negative) &&
      std::all_of(y_pred.begin(), y_pred.end(), not_negative)) {
    all.add("mean_squared_log_error", mean_squared_log_error(sums, warnings));
    all.add("root_mean_squared_log_error", root_mean_squared_log_error(sums, warnings));
  }
  return std::move(all).done();
}

}  // namespace hebb::metrics
