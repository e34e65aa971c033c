#include "hebb/metrics/measure_tasks.h"

#include <algorithm>
#include <cmath>

#include "hebb/base/check.h"
#include "hebb/metrics/chrf.h"
#include "hebb/metrics/classification.h"
#include "hebb/metrics/clustering.h"
#include "hebb/metrics/collector.h"
#include "hebb/metrics/forecasts.h"
#include "hebb/metrics/meteor.h"
#include "hebb/metrics/multilabel.h"
#include "hebb/metrics/nan.h"
#include "hebb/metrics/ranking.h"
#include "hebb/metrics/retrieval.h"
#include "hebb/metrics/text_scores.h"

namespace hebb::metrics {
namespace {

// Areas of each label against its scores, and their averages.
void add_label_areas(Collector& all, std::span<const int64_t> y_true,
                     std::span<const double> y_score, int64_t labels) {
  using Area = double (*)(std::span<const int64_t>, std::span<const double>, Warnings*,
                          std::span<const double> weights);
  constexpr std::pair<const char*, Area> areas[] = {{"roc_auc", roc_auc_score},
                                                    {"average_precision", average_precision_score}};
  const size_t width = size_t(labels), samples = y_true.size() / width;
  for (const auto& [name, area] : areas) {
    double sum = 0, weighted = 0, weights = 0;
    for (size_t k = 0; k < width; ++k) {
      std::vector<int64_t> truth;
      std::vector<double> scores;
      for (size_t i = 0; i < samples; ++i) {
        truth.push_back(y_true[i * width + k]);
        scores.push_back(y_score[i * width + k]);
      }
      Warnings own;
      const auto positives = double(std::count(truth.begin(), truth.end(), 1));
      double value = area(truth, scores, &own, {});
      // scikit-learn: 0 for the precision of a label that never holds.
      if (std::isnan(value) && std::string_view(name) == "average_precision")
        value = 0;
      if (!own.lines.empty())
        all.warnings.add(fmt::format("{} of label {}: {}", name, k, own.lines.front()));
      sum += value;
      weighted += positives * value;
      weights += positives;
    }
    all.add(fmt::format("{}_macro", name), sum / double(labels));
    all.add(fmt::format("{}_micro", name), area(y_true, y_score, &all.warnings, {}));
    // Where no label ever holds, all areas are the same: 0, or NaN.
    all.add(fmt::format("{}_weighted", name),
            (weights > 0 ? weighted : sum) / (weights > 0 ? weights : double(labels)));
  }
}

}  // namespace

Measured measure_multilabel(std::span<const int64_t> y_true,
                            std::optional<std::span<const int64_t>> y_pred,
                            std::optional<std::span<const double>> y_score, int64_t labels,
                            double threshold) {
  check(y_pred || y_score, "neither y_pred nor y_score is given");
  std::vector<int64_t> predicted;
  if (y_pred)
    predicted.assign(y_pred->begin(), y_pred->end());
  else
    for (double score : *y_score)
      predicted.push_back(score >= threshold);
  MultilabelCounts counts(labels);
  counts.add(y_true, predicted);
  Collector all;
  Warnings* warnings = &all.warnings;
  all.out.samples = counts.samples();
  all.add("accuracy", counts.accuracy(warnings));
  all.add("hamming_loss", counts.hamming_loss(warnings));
  using Average = MultilabelCounts::Average;
  constexpr std::pair<const char*, Average> averages[] = {{"macro", Average::macro},
                                                          {"micro", Average::micro},
                                                          {"weighted", Average::weighted},
                                                          {"samples", Average::samples}};
  using Score = double (MultilabelCounts::*)(Average, Warnings*) const;
  constexpr std::pair<const char*, Score> scores[] = {{"precision", &MultilabelCounts::precision},
                                                      {"recall", &MultilabelCounts::recall},
                                                      {"f1", &MultilabelCounts::f1},
                                                      {"jaccard", &MultilabelCounts::jaccard}};
  for (const auto& [name, score] : scores)
    for (const auto& [word, average] : averages)
      all.add(fmt::format("{}_{}", name, word), (counts.*score)(average, warnings));
  if (y_score) {
    LabelRankingSums ranks;
    ranks.add(y_true, *y_score, labels);
    add_label_areas(all, y_true, *y_score, labels);
    all.add("coverage_error", ranks.coverage_error(warnings));
    all.add("label_ranking_average_precision", ranks.average_precision(warnings));
    all.add("label_ranking_loss", ranks.ranking_loss(warnings));
  }
  for (int64_t k = 0; k < labels; ++k) {
    const auto actual = double(counts.actual(k)), guessed = double(counts.predicted(k)),
               correct = double(counts.correct(k));
    all.out.classes.push_back(
        {k, guessed > 0 ? correct / guessed : 0, actual > 0 ? correct / actual : 0,
         actual + guessed > 0 ? 2 * correct / (actual + guessed) : 0, counts.actual(k)});
  }
  return std::move(all).done();
}

Measured measure_ranking(std::span<const double> relevance, std::span<const double> y_score,
                         int64_t candidates, std::span<const int64_t> at) {
  check(candidates >= 1 && relevance.size() % size_t(candidates) == 0,
        "{} relevances are not rows of {} candidates", relevance.size(), candidates);
  check(relevance.size() == y_score.size(), "y_true has {} values but y_score has {}",
        relevance.size(), y_score.size());
  std::vector<RetrievalSums> sums(1);
  for (int64_t k : at)
    sums.emplace_back(k);
  const auto width = size_t(candidates);
  for (size_t row = 0; row < relevance.size(); row += width)
    for (RetrievalSums& one : sums)
      one.add(relevance.subspan(row, width), y_score.subspan(row, width));
  Collector all;
  Warnings* warnings = &all.warnings;
  all.out.samples = sums[0].queries();
  all.add("ndcg", sums[0].ndcg(warnings));
  all.add("mean_reciprocal_rank", sums[0].mean_reciprocal_rank(warnings));
  all.add("mean_average_precision", sums[0].mean_average_precision(warnings));
  for (size_t i = 0; i < at.size(); ++i) {
    const RetrievalSums& one = sums[i + 1];
    const auto add = [&](const char* name, double value) {
      all.add(fmt::format("{}_at_{}", name, at[i]), value);
    };
    add("ndcg", one.ndcg(warnings));
    add("mean_average_precision", one.mean_average_precision(warnings));
    add("precision", one.precision(warnings));
    add("recall", one.recall(warnings));
    add("hit_rate", one.hit_rate(warnings));
  }
  return std::move(all).done();
}

Measured measure_segmentation(std::span<const int64_t> y_true, std::span<const int64_t> y_pred,
                              std::optional<int64_t> ignored) {
  check(y_true.size() == y_pred.size(), "y_true has {} places but y_pred has {}", y_true.size(),
        y_pred.size());
  std::vector<int64_t> truth, predicted;
  for (size_t i = 0; i < y_true.size(); ++i)
    if (y_true[i] != ignored) {
      truth.push_back(y_true[i]);
      predicted.push_back(y_pred[i]);
    }
  int64_t largest = 0;
  for (const auto* part : {&truth, &predicted})
    for (int64_t label : *part)
      largest = std::max(largest, label);
  constexpr int64_t most = 1'000'000;
  check(largest < most, "label {} is too large; labels go from 0 to at most {}", largest, most - 1);
  ClassCounts counts(largest + 1);
  counts.add(truth, predicted);
  Collector all;
  Warnings* warnings = &all.warnings;
  all.out.samples = int64_t(counts.total());
  all.add("pixel_accuracy", accuracy_score(counts, warnings));
  all.add("mean_pixel_accuracy", balanced_accuracy_score(counts, warnings));
  all.add("mean_iou", jaccard_score(counts, Average::macro, warnings));
  all.add("frequency_weighted_iou", jaccard_score(counts, Average::weighted, warnings));
  all.add("dice", f1_score(counts, Average::macro, warnings));
  all.out.classes = class_rows(counts);
  if (int64_t(all.out.classes.size()) <= 1000)
    for (const ClassRow& row : all.out.classes)
      all.add(fmt::format("iou_{}", row.label), jaccard_of(counts, row.label));
  return std::move(all).done();
}

Measured measure_clustering(std::optional<std::span<const int64_t>> y_true,
                            std::span<const int64_t> y_pred,
                            std::optional<std::span<const double>> points) {
  check(y_true || points, "neither classes nor points are given to measure clusters by");
  Collector all;
  Warnings* warnings = &all.warnings;
  all.out.samples = int64_t(y_pred.size());
  if (y_true) {
    Contingency c;
    c.add(*y_true, y_pred);
    all.add("purity", c.purity(warnings));
    all.add("normalized_mutual_info", c.normalized_mutual_info());
    all.add("mutual_info", c.mutual_info());
    all.add("rand", c.rand_index());
    all.add("adjusted_rand", c.adjusted_rand_index());
    all.add("homogeneity", c.homogeneity());
    all.add("completeness", c.completeness());
    all.add("v_measure", c.v_measure());
    all.add("fowlkes_mallows", c.fowlkes_mallows());
  }
  if (points) {
    all.add("silhouette", silhouette_score(*points, y_pred, warnings));
    all.add("davies_bouldin", davies_bouldin_score(*points, y_pred, warnings));
    all.add("calinski_harabasz", calinski_harabasz_score(*points, y_pred, warnings));
  }
  return std::move(all).done();
}

Measured measure_forecast(std::span<const double> y_true, std::span<const double> y_pred,
                          const ForecastOptions& options) {
  Measured out = measure_regression(y_true, y_pred);
  Warnings warnings;
  const auto add = [&](std::string name, double value) {
    out.values.emplace_back(std::move(name), value);
  };
  if (!options.history.empty()) {
    const double scale = naive_error(options.history, options.season, &warnings);
    add("mean_absolute_scaled_error",
        std::isnan(scale) ? nan : mean_absolute_scaled_error(y_true, y_pred, scale, &warnings));
  }
  const size_t quantiles = options.quantiles.size();
  check(options.quantile_forecasts.size() == quantiles * y_true.size(),
        "{} forecasts of {} quantiles do not belong to {} samples",
        options.quantile_forecasts.size(), quantiles, y_true.size());
  double sum = 0;
  for (size_t q = 0; q < quantiles; ++q) {
    std::vector<double> column;
    for (size_t i = 0; i < y_true.size(); ++i)
      column.push_back(options.quantile_forecasts[i * quantiles + q]);
    const double loss = mean_pinball_loss(y_true, column, options.quantiles[q], &warnings);
    add(fmt::format("pinball_{:g}", options.quantiles[q]), loss);
    sum += loss;
  }
  if (quantiles > 0)
    add("mean_pinball_loss", sum / double(quantiles));
  out.warnings.insert(out.warnings.end(), warnings.lines.begin(), warnings.lines.end());
  return out;
}

Measured measure_texts(std::span<const std::vector<std::string>> references,
                       std::span<const std::string> texts) {
  check(references.size() == texts.size(), "{} texts have {} lists of references", texts.size(),
        references.size());
  ErrorRateSums words, characters;
  BleuSums bleu(4, BleuSmoothing::exponential);
  ChrfSums chrf;
  MeteorSums meteors;
  RougeSums rouge;
  int64_t exact = 0;
  for (size_t i = 0; i < texts.size(); ++i) {
    check(!references[i].empty(), "text {} has no references", i);
    const std::string_view text = trimmed(texts[i]);
    std::vector<std::string_view> wanted;
    std::vector<Tokens> wanted_tokens, wanted_small;
    for (const std::string& reference : references[i]) {
      wanted.push_back(trimmed(reference));
      wanted_tokens.push_back(bleu_tokens(wanted.back()));
      wanted_small.push_back(meteor_tokens(wanted.back()));
    }
    exact += std::find(wanted.begin(), wanted.end(), text) != wanted.end();
    words.add(words_in(wanted[0]), words_in(text));
    characters.add(characters_in(wanted[0]), characters_in(text));
    bleu.add(wanted_tokens, bleu_tokens(text));
    chrf.add(wanted, text);
    meteors.add(wanted_small, meteor_tokens(text));
    rouge.add(wanted, text);
  }
  Collector all;
  Warnings* warnings = &all.warnings;
  all.out.samples = int64_t(texts.size());
  all.add("exact_match", texts.empty() ? nan : double(exact) / double(texts.size()));
  all.add("word_error_rate", words.value(warnings));
  all.add("character_error_rate", characters.value(warnings));
  all.add("bleu", bleu.value(warnings));
  all.add("brevity_penalty", bleu.brevity_penalty());
  all.add("chrf", chrf.value(warnings));
  all.add("meteor", meteors.value(warnings));
  for (const auto& [name, kind] :
       {std::pair("rouge1", RougeSums::words), std::pair("rouge2", RougeSums::pairs),
        std::pair("rougeL", RougeSums::longest), std::pair("rougeLsum", RougeSums::by_lines)}) {
    const RougeScore score = rouge.mean(kind, warnings);
    all.add(name, score.f1);
    all.add(fmt::format("{}_precision", name), score.precision);
    all.add(fmt::format("{}_recall", name), score.recall);
  }
  return std::move(all).done();
}

Measured measure_language_model(std::span<const double> nll, std::optional<int64_t> right) {
  double sum = 0;
  for (size_t i = 0; i < nll.size(); ++i) {
    check(nll[i] >= 0, "nll[{}] is {}, should be at least 0: a negative logarithm of a probability",
          i, nll[i]);
    sum += nll[i];
  }
  Collector all;
  const auto tokens = int64_t(nll.size());
  all.out.samples = tokens;
  const double mean = tokens > 0 ? sum / double(tokens) : nan;
  all.add("log_loss", mean);
  all.add("perplexity", perplexity(sum, tokens, &all.warnings));
  all.add("bits_per_token", mean / std::log(2.0));
  if (right)
    all.add("accuracy", tokens > 0 ? double(*right) / double(tokens) : nan);
  return std::move(all).done();
}

Measured measure_detection(const DetectionSums& sums, const DetectionsBySize* by_size) {
  Collector all;
  Warnings* warnings = &all.warnings;
  all.out.samples = sums.images();
  all.add("mean_average_precision", sums.mean_average_precision({}, warnings));
  for (double iou : sums.iou_thresholds())
    all.add(fmt::format("mean_average_precision_{:g}", iou),
            sums.mean_average_precision(iou, warnings));
  all.add("mean_average_recall", sums.mean_average_recall(warnings));
  for (size_t i = 0; by_size && i < DetectionsBySize::names.size(); ++i) {
    const DetectionSums& part = by_size->parts()[i];
    // Where no object is of this size, there is nothing to warn of.
    all.add(fmt::format("mean_average_precision_{}", DetectionsBySize::names[i]),
            part.mean_average_precision());
    all.add(fmt::format("mean_average_recall_{}", DetectionsBySize::names[i]),
            part.mean_average_recall());
  }
  for (int64_t label : sums.labels()) {
    double sum = 0;
    for (size_t k = 0; k < sums.iou_thresholds().size(); ++k)
      sum += sums.average_precision(label, k);
    all.add(fmt::format("average_precision_{}", label), sum / double(sums.iou_thresholds().size()));
  }
  return std::move(all).done();
}

}  // namespace hebb::metrics
