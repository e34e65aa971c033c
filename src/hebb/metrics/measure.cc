#include "hebb/metrics/measure.h"

#include <algorithm>

#include "hebb/base/check.h"
#include "hebb/metrics/classification.h"
#include "hebb/metrics/collector.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/probability.h"
#include "hebb/metrics/ranking.h"
#include "hebb/metrics/sample_weights.h"

namespace hebb::metrics {

namespace {

constexpr Average averages[] = {Average::macro, Average::micro, Average::weighted};

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

bool too_many_for_confusion(Collector& all) {
  const auto classes = int64_t(all.out.classes.size());
  if (classes <= Measured::max_confusion)
    return false;
  all.warnings.add(fmt::format("confusion_matrix is left out: {} classes, and at most {} are shown",
                               classes, Measured::max_confusion));
  return true;
}

constexpr int64_t tops[] = {2, 3, 5};  // of top-k accuracies

// The classes that occur or are predicted, numbered anew: the matrix stays small however large the
// labels are.
void add_confusion(Collector& all, std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
                   int64_t classes) {
  if (too_many_for_confusion(all))
    return;
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

// Of these classes alone, in their order.
ConfusionMatrix part_of(const ConfusionMatrix& matrix, const std::vector<ClassRow>& classes) {
  ConfusionMatrix out(std::max<int64_t>(1, int64_t(classes.size())));
  for (size_t i = 0; i < classes.size(); ++i)
    for (size_t j = 0; j < classes.size(); ++j)
      out.set(int64_t(i), int64_t(j), matrix.at(classes[i].label, classes[j].label));
  return out;
}

ClassRow class_row(const ClassCounts& counts, int64_t label) {
  return {label, precision_of(counts, label), recall_of(counts, label), f1_of(counts, label),
          int64_t(counts.actual[size_t(label)])};
}

// What scores add to the measures of counts.
struct ScoreSums {
  const ScoreRanks& ranks;
  const LogLossSum& log_loss;
  const BrierSum& brier;
  const CalibrationBins& calibration;
  bool probabilities, weighted;
};

void add_probability_measures(Collector& all, const ScoreSums& scores) {
  if (scores.probabilities) {
    all.add("log_loss", scores.log_loss.value(&all.warnings));
    all.add("brier_score_loss", scores.brier.value(&all.warnings));
    if (scores.weighted)
      return all.leave_out("calibration is");
    all.add("expected_calibration_error", scores.calibration.expected_error(&all.warnings));
    all.add("maximum_calibration_error", scores.calibration.maximum_error(&all.warnings));
    all.out.reliability = scores.calibration.curve();
  } else {
    all.warnings.add(
        "y_score holds values outside 0 .. 1: log_loss, brier_score_loss and calibration errors "
        "are left out, as they need probabilities");
  }
}

// Scores in bins: said once, with the largest bound.
void note_bins(Collector& all, const ScoreRanks& ranks, double bound) {
  if (!ranks.exact())
    all.warnings.add(
        fmt::format("roc_auc and average_precision are from {} bins a class, as there are more "
                    "than {} scores: each is at most {:.2g} away from the exact area",
                    ScoreRanks::bins, ScoreRanks::most_exact, bound));
}

void add_binary(Collector& all, const ClassCounts& counts, int64_t positive,
                const std::optional<ScoreSums>& scores) {
  Warnings* warnings = &all.warnings;
  all.out.samples = int64_t(counts.total());
  add_overall(all, counts);
  all.add("precision", precision_of(counts, positive, warnings));
  all.add("recall", recall_of(counts, positive, warnings));
  all.add("f1", f1_of(counts, positive, warnings));
  all.add("jaccard", jaccard_of(counts, positive, warnings));
  all.add("specificity", specificity_of(counts, positive, warnings));
  if (scores) {
    Warnings turned;  // of the ranks' truth, in which the positive class is 1
    for (int64_t label : {1 - positive, positive})
      turned.class_names.push_back(class_word(warnings, label));
    const Area roc = scores->ranks.roc_auc(Average::macro, &turned),
               precision = scores->ranks.average_precision(Average::macro, &turned);
    all.add("roc_auc", roc.value);
    all.add("average_precision", precision.value);
    for (std::string& line : turned.lines)
      warnings->add(std::move(line));
    note_bins(all, scores->ranks, std::max(roc.bound, precision.bound));
    add_probability_measures(all, *scores);
  }
  add_averages(all, counts);
  all.out.classes = {class_row(counts, 0), class_row(counts, 1)};
}

void add_multiclass(Collector& all, const ClassCounts& counts,
                    const std::optional<ScoreSums>& scores, std::span<const double> top_hits) {
  Warnings* warnings = &all.warnings;
  all.out.samples = int64_t(counts.total());
  add_overall(all, counts);
  add_averages(all, counts);
  if (scores) {
    const ScoreRanks& ranks = scores->ranks;
    double bound = 0;
    for (Average average : averages) {  // macro comes first, and is meant where no average is named
      const Area rest = ranks.roc_auc(average, warnings);
      bound = std::max(bound, rest.bound);
      if (average == Average::macro)
        for (const char* word : {"roc_auc", "roc_auc_ovr"})
          all.add(word, rest.value);
      all.add(fmt::format("roc_auc_ovr_{}", name(average)), rest.value);
    }
    if (scores->weighted) {
      all.leave_out("roc_auc_ovo is");
    } else if (ranks.exact()) {
      for (Average average : {Average::macro, Average::weighted}) {
        const double pairs =
            roc_auc_ovo_score(ranks.y_true(), ranks.y_score(), counts.classes(), average, warnings);
        if (average == Average::macro)
          all.add("roc_auc_ovo", pairs);
        all.add(fmt::format("roc_auc_ovo_{}", name(average)), pairs);
      }
    } else {
      warnings->add("roc_auc_ovo is left out: it needs all scores at once");
    }
    for (Average average : averages) {
      const Area precision = ranks.average_precision(average, warnings);
      bound = std::max(bound, precision.bound);
      if (average == Average::macro)
        all.add("average_precision", precision.value);
      all.add(fmt::format("average_precision_{}", name(average)), precision.value);
    }
    note_bins(all, ranks, bound);
    add_probability_measures(all, *scores);
    for (size_t i = 0; i < std::size(tops); ++i)
      if (tops[i] < counts.classes())
        all.add(fmt::format("top{}_accuracy", tops[i]),
                counts.total() > 0 ? top_hits[i] / counts.total() : nan);
  }
  all.out.classes = class_rows(counts);
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
  ScoreRanks ranks(1, ScoreScale::probability, std::numeric_limits<int64_t>::max());
  LogLossSum loss{.eps = options.eps};
  BrierSum brier;
  CalibrationBins calibration(options.bins);
  std::optional<ScoreSums> scores;
  if (y_score) {
    std::vector<int64_t> truth(y_true.begin(), y_true.end());
    if (options.positive == 0)
      for (int64_t& label : truth)
        label = 1 - label;
    ranks.add(truth, belief);
    const bool probabilities = are_probabilities(*y_score);
    if (probabilities) {
      loss.add(y_true, *y_score, 2);
      brier.add(truth, belief, 2);
      calibration.add(truth, belief, 2);
    }
    scores.emplace(ScoreSums{ranks, loss, brier, calibration, probabilities, false});
  }
  Collector all(options.class_names);
  add_binary(all, counts, options.positive, scores);
  add_confusion(all, y_true, labels, 2);
  return std::move(all).done();
}

Measured measure_multiclass(std::span<const int64_t> y_true,
                            std::optional<std::span<const int64_t>> y_pred,
                            std::optional<std::span<const double>> y_score, int64_t classes,
                            double eps, std::vector<std::string> class_names, int64_t bins) {
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

  ClassMeasures measures(classes, {.eps = eps,
                                   .class_names = std::move(class_names),
                                   .keep = std::numeric_limits<int64_t>::max(),
                                   .two_as_binary = false,
                                   .bins = bins});
  measures.add(y_true, labels, y_score);
  Collector all;
  all.out = measures.measured();
  all.warnings.lines = std::move(all.out.warnings);
  if (classes > Measured::max_confusion &&
      int64_t(all.out.classes.size()) <= Measured::max_confusion)
    add_confusion(all, y_true, labels, classes);
  return std::move(all).done();
}

ClassMeasures::ClassMeasures(int64_t classes, ClassMeasureOptions options)
    : options_(std::move(options)), binary_(classes == 2 && options_.two_as_binary),
      of_class_(size_t(classes)), counts_(classes),
      confusion_(classes <= Measured::max_confusion ? classes : 0),
      ranks_(binary_ ? 1 : std::max<int64_t>(1, classes), ScoreScale::probability, options_.keep),
      log_loss_{.eps = options_.eps}, calibration_(options_.bins) {}

void ClassMeasures::add(std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
                        std::optional<std::span<const double>> y_score,
                        std::span<const double> weights) {
  const auto classes = size_t(counts_.classes());
  counts_.add(y_true, y_pred, weights);
  weighted_ = weighted_ || !weights.empty();
  samples_ += int64_t(y_true.size());
  for (int64_t label : y_true)
    ++of_class_[size_t(label)];
  if (confusion_.classes() > 0)
    confusion_.add(y_true, y_pred);
  if (!y_score)
    return;
  scored_ = true;
  check_scores(y_true, *y_score, int64_t(classes), int64_t(classes));
  probabilities_ = probabilities_ && are_probabilities(*y_score);
  if (probabilities_) {
    log_loss_.add(y_true, *y_score, int64_t(classes), weights);
    if (!binary_) {
      brier_.add(y_true, *y_score, int64_t(classes), weights);
      calibration_.add(y_true, *y_score, int64_t(classes));
    }
  }
  if (binary_) {
    std::vector<double> belief(y_true.size());
    for (size_t i = 0; i < belief.size(); ++i)
      belief[i] = (*y_score)[2 * i + 1];
    ranks_.add(y_true, belief, weights);
    if (probabilities_) {
      brier_.add(y_true, belief, 2, weights);
      calibration_.add(y_true, belief, 2);
    }
    return;
  }
  ranks_.add(y_true, *y_score, weights);
  for (size_t i = 0; i < y_true.size(); ++i)
    for (size_t k = 0; k < std::size(tops); ++k)
      if (tops[k] < int64_t(classes) &&
          in_top_k(y_score->subspan(i * classes, classes), y_true[i], tops[k]))
        top_hits_[k] += weight_at(weights, i);
}

Measured ClassMeasures::measured() const {
  Collector all(options_.class_names);
  std::optional<ScoreSums> scores;
  if (scored_)
    scores.emplace(ScoreSums{ranks_, log_loss_, brier_, calibration_, probabilities_, weighted_});
  if (binary_)
    add_binary(all, counts_, 1, scores);
  else
    add_multiclass(all, counts_, scores, top_hits_);
  all.out.samples = samples_;
  for (ClassRow& row : all.out.classes)
    row.support = of_class_[size_t(row.label)];
  if (!too_many_for_confusion(all) && confusion_.classes() > 0)
    all.out.confusion = part_of(confusion_, all.out.classes);
  return std::move(all).done();
}

}  // namespace hebb::metrics
