// Measures of labels, rankings, clusters, beliefs, forecasts and detections against the values of
// tests/reference/metrics_tasks.json (metrics_tasks.py: scikit-learn), and their refusals.
#include <gtest/gtest.h>
#include <algorithm>

#include <cmath>
#include <nlohmann/json.hpp>

#include "hebb/base/file.h"
#include "hebb/metrics/calibration.h"
#include "hebb/metrics/clustering.h"
#include "hebb/metrics/forecasts.h"
#include "hebb/metrics/measure_tasks.h"
#include "hebb/metrics/multilabel.h"
#include "hebb/metrics/ranking.h"
#include "hebb/metrics/retrieval.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb::metrics {
namespace {

using json = nlohmann::json;
using Integers = std::vector<int64_t>;
using Doubles = std::vector<double>;

const json& task_cases() {
  static const json all =
      json::parse(read_file(reference_folder() / "metrics_tasks.json")).at("cases");
  return all;
}

// Rows one after the other; `width` becomes their length.
template <class T>
std::vector<T> flat(const json& rows, int64_t* width = nullptr) {
  std::vector<T> out;
  for (const json& row : rows) {
    const auto values = row.is_array() ? row.get<std::vector<T>>() : std::vector<T>{row.get<T>()};
    if (width)
      *width = int64_t(values.size());
    out.insert(out.end(), values.begin(), values.end());
  }
  return out;
}

DetectionSums detections_of(const json& c) {
  const std::string form = c.at("form");
  DetectionSums sums({.iou_thresholds = {},
                      .form = form == "coco"   ? ApForm::coco
                              : form == "area" ? ApForm::area
                                               : ApForm::voc2007});
  const auto box = [](const json& row) { return Box{row[2], row[3], row[4], row[5]}; };
  for (int64_t image = 0; image < c.at("images"); ++image) {
    std::vector<TrueBox> truth;
    std::vector<DetectedBox> found;
    for (const json& row : c.at("truth"))
      if (row[0] == image)
        truth.push_back({.box = box(row), .label = row[1]});
    for (const json& row : c.at("found"))
      if (row[0] == image)
        found.push_back({.box = box(row), .label = row[1], .score = row[6]});
    sums.add(truth, found);
  }
  return sums;
}

Measured measured(const json& c) {
  const std::string task = c.at("task");
  int64_t width = 0;
  if (task == "detection")
    return measure_detection(detections_of(c));
  if (task == "multilabel") {
    const auto y_true = flat<int64_t>(c.at("y_true"), &width);
    return measure_multilabel(y_true, {}, flat<double>(c.at("y_score")), width);
  }
  if (task == "ranking") {
    const auto relevance = flat<double>(c.at("y_true"), &width);
    return measure_ranking(relevance, flat<double>(c.at("y_score")), width, Integers{1, 3, 5});
  }
  if (task == "clustering")
    return measure_clustering(flat<int64_t>(c.at("y_true")), flat<int64_t>(c.at("y_pred")),
                              flat<double>(c.at("points")));
  if (task == "binary" || task == "multiclass") {
    const auto y_true = flat<int64_t>(c.at("y_true"));
    const auto y_score = flat<double>(c.at("y_score"), &width);
    return width == 1 ? measure_binary(y_true, {}, y_score)
                      : measure_multiclass(y_true, {}, y_score, width);
  }
  const auto history = flat<double>(c.at("history")), quantiles = flat<double>(c.at("quantiles")),
             forecasts = flat<double>(c.at("quantile_forecasts"));
  return measure_forecast(flat<double>(c.at("y_true")), flat<double>(c.at("y_pred")),
                          {.history = history,
                           .season = c.at("season"),
                           .quantile_forecasts = forecasts,
                           .quantiles = quantiles});
}

TEST(TaskMetrics, AgreeWithScikitLearn) {
  int compared = 0;
  for (const json& c : task_cases()) {
    SCOPED_TRACE(c.at("name").get<std::string>() + " (" + c.at("task").get<std::string>() + ")");
    const Measured got = measured(c);
    for (const auto& [name, want] : c.at("want").items()) {
      const auto found =
          std::find_if(got.values.begin(), got.values.end(),
                       [&, &wanted = name](const auto& pair) { return pair.first == wanted; });
      ASSERT_NE(found, got.values.end()) << name << " is missing";
      if (want.is_null())
        EXPECT_TRUE(std::isnan(found->second)) << name << " is " << found->second;
      else
        EXPECT_NEAR(found->second, want.get<double>(), 1e-9 * (1 + std::abs(want.get<double>())))
            << name;
      ++compared;
    }
  }
  EXPECT_GT(compared, 200);
}

TEST(TaskMetrics, ReliabilityIsScikitLearnsCalibrationCurve) {
  for (const json& c : task_cases()) {
    if (c.at("task") != "binary")
      continue;
    CalibrationBins bins;
    bins.add(flat<int64_t>(c.at("y_true")), flat<double>(c.at("y_score")));
    const auto curve = bins.curve();
    ASSERT_EQ(curve.size(), c.at("belief").size());
    for (size_t i = 0; i < curve.size(); ++i) {
      EXPECT_NEAR(curve[i].confidence, c.at("belief")[i].get<double>(), 1e-12);
      EXPECT_NEAR(curve[i].accuracy, c.at("accuracy")[i].get<double>(), 1e-12);
    }
    EXPECT_EQ(CalibrationBins::from_state(bins.state()).expected_error(), bins.expected_error());
  }
}

// The same in parts as at once.
TEST(TaskMetrics, PartsAddUp) {
  const json& c = task_cases()[0];
  int64_t width = 0;
  const auto y_true = flat<int64_t>(c.at("y_true"), &width);
  const auto y_score = flat<double>(c.at("y_score"));
  Integers y_pred;
  for (double score : y_score)
    y_pred.push_back(score >= 0.5);
  MultilabelCounts counts(width);
  LabelRankingSums ranks;
  RetrievalSums retrieval(3), all_retrieval(3);
  const auto cut = size_t(7 * width);
  for (const auto& [begin, end] : {std::pair{size_t(0), cut}, std::pair{cut, y_true.size()}}) {
    MultilabelCounts part(width);
    LabelRankingSums rank_part;
    RetrievalSums retrieval_part(3);
    part.add(std::span(y_true).subspan(begin, end - begin),
             std::span(y_pred).subspan(begin, end - begin));
    rank_part.add(std::span(y_true).subspan(begin, end - begin),
                  std::span(y_score).subspan(begin, end - begin), width);
    for (size_t row = begin; row < end; row += size_t(width)) {
      const Doubles relevance(y_true.begin() + long(row), y_true.begin() + long(row) + width);
      retrieval_part.add(relevance, std::span(y_score).subspan(row, size_t(width)));
      all_retrieval.add(relevance, std::span(y_score).subspan(row, size_t(width)));
    }
    counts.merge(part);
    ranks.merge(rank_part);
    retrieval.merge(retrieval_part);
  }
  const json& want = c.at("want");
  EXPECT_NEAR(counts.accuracy(), want.at("accuracy").get<double>(), 1e-12);
  EXPECT_NEAR(counts.f1(MultilabelCounts::Average::samples), want.at("f1_samples").get<double>(),
              1e-12);
  EXPECT_NEAR(ranks.coverage_error(), want.at("coverage_error").get<double>(), 1e-12);
  EXPECT_NEAR(retrieval.ndcg(), all_retrieval.ndcg(), 1e-12);

  const json& d = task_cases()[task_cases().size() - 3];
  DetectionSums twice = detections_of(d);
  twice.merge(DetectionSums());
  EXPECT_EQ(twice.mean_average_precision(), detections_of(d).mean_average_precision());
}

// pycocotools': tests/reference/coco_sizes.py.
TEST(Detection, SizesAgreeWithCoco) {
  const json all = json::parse(read_file(reference_folder() / "coco_sizes.json"));
  for (const json& c : all.at("cases")) {
    SCOPED_TRACE(c.at("name").get<std::string>());
    DetectionSums sums;
    DetectionsBySize by_size, rest;
    const auto box = [](const json& row) { return row.at("box").get<Box>(); };
    for (int64_t image = 0; image < c.at("images"); ++image) {
      std::vector<TrueBox> truth;
      std::vector<DetectedBox> found;
      for (const json& row : c.at("truth"))
        if (row.at("image") == image)
          truth.push_back({.box = box(row),
                           .label = row.at("label"),
                           .crowd = row.at("crowd") == 1,
                           .area = row.at("area").get<double>()});
      for (const json& row : c.at("found"))
        if (row.at("image") == image)
          found.push_back({.box = box(row), .label = row.at("label"), .score = row.at("score")});
      sums.add(truth, found);
      (image < 2 ? by_size : rest).add(truth, found);
    }
    by_size.merge(rest);
    const Measured got = measure_detection(sums, &by_size);
    size_t compared = 0;
    for (const auto& [name, value] : got.values) {
      const auto wanted = c.at("want").find(name);
      if (wanted == c.at("want").end())
        continue;
      ++compared;
      if (wanted->is_null()) {
        EXPECT_TRUE(std::isnan(value)) << name;
      } else {
        EXPECT_NEAR(value, wanted->get<double>(), 1e-12) << name;
      }
    }
    EXPECT_EQ(compared, c.at("want").size());
    EXPECT_TRUE(got.warnings.empty());
  }
  EXPECT_NE(message_of([] {
              DetectionSums().add(std::vector<TrueBox>{{.box = {0, 0, 1, 1}, .area = -1.0}}, {});
            }).find("the area of an object is -1"),
            std::string::npos);
}

// Two true boxes, three detections: right with 0.9, wrong with 0.8, right with 0.7.
TEST(Detection, ByHand) {
  DetectionSums voc({.iou_thresholds = {0.5}, .form = ApForm::area}),
      coco({.iou_thresholds = {0.5}}), old({.iou_thresholds = {0.5}, .form = ApForm::voc2007});
  const TrueBox truth[] = {{.box = {0, 0, 10, 10}}, {.box = {20, 20, 30, 30}}};
  const DetectedBox found[] = {{.box = {0, 0, 10, 10}, .score = 0.9},
                               {.box = {50, 50, 60, 60}, .score = 0.8},
                               {.box = {20, 20, 30, 28}, .score = 0.7}};
  for (DetectionSums* sums : {&voc, &coco, &old})
    sums->add(truth, found);
  // Precision 1 up to recall 1/2, then 2/3.
  EXPECT_NEAR(voc.average_precision(0, 0), 0.5 + 0.5 * 2 / 3, 1e-12);
  EXPECT_NEAR(coco.average_precision(0, 0), (51 + 50 * 2.0 / 3) / 101, 1e-12);
  EXPECT_NEAR(old.average_precision(0, 0), (6 + 5 * 2.0 / 3) / 11, 1e-12);
  EXPECT_EQ(voc.mean_average_recall(), 1);
  EXPECT_TRUE(std::isnan(voc.average_precision(3, 0)));
}

TEST(Detection, OverlapsByHand) {
  EXPECT_NEAR(box_iou({0, 0, 2, 2}, {1, 1, 3, 3}), 1.0 / 7, 1e-15);
  EXPECT_EQ(box_iou({0, 0, 2, 2}, {2, 0, 3, 3}), 0);
  EXPECT_EQ(box_iou({0, 0, 0, 0}, {0, 0, 0, 0}), 0);
  EXPECT_EQ(box_iou({0, 0, 2, 2}, {0, 0, 2, 2}), 1);
}

TEST(Detection, CrowdsCountNeitherWay) {
  DetectionSums sums({.iou_thresholds = {0.5}, .form = ApForm::area});
  const TrueBox truth[] = {{.box = {0, 0, 100, 100}, .crowd = true}, {.box = {0, 0, 10, 10}}};
  const DetectedBox found[] = {{.box = {0, 0, 10, 10}, .score = 0.5},
                               {.box = {50, 50, 60, 60}, .score = 0.9},
                               {.box = {70, 70, 80, 80}, .score = 0.8}};
  sums.add(truth, found);
  EXPECT_EQ(sums.average_precision(0, 0), 1);
}

TEST(Detection, RefusesWhatIsNoBox) {
  DetectionSums sums;
  const DetectedBox turned[] = {{.box = {10, 0, 0, 10}}}, nan[] = {{.box = {0, 0, 1, NAN}}};
  EXPECT_NE(message_of([&] { sums.add({}, turned); }).find("x1 <= x2"), std::string::npos);
  EXPECT_NE(message_of([&] { sums.add({}, nan); }).find("not finite"), std::string::npos);
  EXPECT_NE(message_of([&] { sums.mean_average_precision(0.33); }).find("0.33"), std::string::npos);
  EXPECT_NE(message_of([] {
              DetectionSums({.iou_thresholds = {0.9, 0.5}});
            }).find("rising"),
            std::string::npos);
  Warnings warnings;
  EXPECT_TRUE(std::isnan(sums.mean_average_precision({}, &warnings)));
  EXPECT_EQ(warnings.lines.size(), 1u);
}

TEST(Calibration, ByHand) {
  CalibrationBins bins(2);
  bins.add(Integers{0, 1, 1, 1}, Doubles{0.2, 0.4, 0.6, 1.0});
  // Beliefs 0.3 and 0.8; right half the time, and always.
  EXPECT_NEAR(bins.expected_error(), (2 * 0.2 + 2 * 0.2) / 4, 1e-12);
  EXPECT_NEAR(bins.maximum_error(), 0.2, 1e-12);
  EXPECT_NE(message_of([&] { bins.add(Integers{1}, Doubles{1.5}); }).find("needs probabilities"),
            std::string::npos);
  EXPECT_NE(message_of([&] { bins.add(Integers{2}, Doubles{0.5}); }).find("labels go from 0 to 1"),
            std::string::npos);
  EXPECT_NE(message_of([] { CalibrationBins(0); }).find("from 1 to"), std::string::npos);
  EXPECT_NE(message_of([] {
              CalibrationBins::from_state(Doubles{1, 2, 0.5});
            }).find("not the state"),
            std::string::npos);
  EXPECT_TRUE(std::isnan(CalibrationBins().expected_error()));
}

TEST(Retrieval, ByHand) {
  RetrievalSums sums(2);
  sums.add(Doubles{0, 1, 1}, Doubles{0.9, 0.8, 0.1});  // the order: 0, 1, 1
  const double second = 1 / std::log2(3);
  EXPECT_NEAR(sums.ndcg(), second / (1 + second), 1e-12);
  EXPECT_EQ(sums.mean_reciprocal_rank(), 0.5);
  EXPECT_EQ(sums.precision(), 0.5);
  EXPECT_EQ(sums.recall(), 0.5);
  EXPECT_EQ(sums.mean_average_precision(), 0.25);
  EXPECT_EQ(sums.hit_rate(), 1);
  EXPECT_TRUE(std::isnan(RetrievalSums().ndcg()));
  RetrievalSums nothing;
  nothing.add(Doubles{0, 0}, Doubles{1, 2});
  Warnings warnings;
  EXPECT_EQ(nothing.ndcg(&warnings), 0);
  EXPECT_EQ(nothing.recall(&warnings), 0);
  EXPECT_EQ(warnings.lines,
            std::vector<std::string>{"nothing is relevant to 1 of 1 queries; each counts as 0"});
  EXPECT_NE(message_of([&] { sums.add(Doubles{-1}, Doubles{0}); }).find("at least 0"),
            std::string::npos);
  EXPECT_NE(message_of([&] { sums.add(Doubles{1}, Doubles{}); }).find("1 relevances but 0 scores"),
            std::string::npos);
}

TEST(Forecasts, ByHand) {
  const Doubles history{1, 3, 2, 6};
  EXPECT_NEAR(naive_error(history), (2 + 1 + 4) / 3.0, 1e-12);
  EXPECT_NEAR(naive_error(history, 2), (1 + 3) / 2.0, 1e-12);
  EXPECT_NEAR(mean_absolute_scaled_error(Doubles{4, 6}, Doubles{5, 3}, 2), 1, 1e-12);
  EXPECT_NEAR(mean_pinball_loss(Doubles{10, 10}, Doubles{8, 13}, 0.9), (1.8 + 0.3) / 2, 1e-12);
  EXPECT_EQ(interval_coverage(Doubles{1, 2, 3, 4}, Doubles{1, 0, 4, 0}, Doubles{2, 1, 5, 9}), 0.5);
  EXPECT_EQ(mean_absolute_scaled_error(Doubles{4}, Doubles{4}, 0), 0);
  Warnings warnings;
  EXPECT_TRUE(std::isnan(mean_absolute_scaled_error(Doubles{4}, Doubles{5}, 0, &warnings)));
  EXPECT_TRUE(std::isnan(naive_error(history, 4, &warnings)));
  EXPECT_EQ(warnings.lines.size(), 2u);
  EXPECT_NE(message_of([] { mean_pinball_loss(Doubles{1}, Doubles{1}, 2); }).find("from 0 to 1"),
            std::string::npos);
  RegressionSums sums;
  sums.add(Doubles{0, 3}, Doubles{0, 1});
  EXPECT_NEAR(symmetric_mean_absolute_percentage_error(sums), 0.5, 1e-12);
}

TEST(Segmentation, ByHand) {
  const Integers truth{0, 0, 1, 1, 1, 9}, predicted{0, 1, 1, 1, 0, 0};
  const Measured m = measure_segmentation(truth, predicted, 9);
  const auto value = [&](std::string_view name) {
    for (const auto& [key, number] : m.values)
      if (key == name)
        return number;
    return double(NAN);
  };
  EXPECT_EQ(m.samples, 5);
  EXPECT_NEAR(value("pixel_accuracy"), 0.6, 1e-12);
  EXPECT_NEAR(value("iou_0"), 1.0 / 3, 1e-12);
  EXPECT_NEAR(value("iou_1"), 0.5, 1e-12);
  EXPECT_NEAR(value("mean_iou"), (1.0 / 3 + 0.5) / 2, 1e-12);
  EXPECT_NEAR(value("dice"), (0.5 + 2.0 / 3) / 2, 1e-12);
  EXPECT_NEAR(value("frequency_weighted_iou"), (2 * (1.0 / 3) + 3 * 0.5) / 5, 1e-12);
}

TEST(Clustering, Edges) {
  Warnings warnings;
  EXPECT_TRUE(std::isnan(silhouette_score(Doubles{1, 2, 3}, Integers{0, 0, 0}, &warnings)));
  EXPECT_TRUE(std::isnan(silhouette_score(Doubles{1, 2, 3}, Integers{0, 1, 2}, &warnings)));
  EXPECT_EQ(warnings.lines.size(), 2u);
  Contingency same, none;
  same.add(Integers{3, 3, 8}, Integers{1, 1, 0});
  EXPECT_EQ(same.adjusted_rand_index(), 1);
  EXPECT_EQ(same.purity(), 1);
  EXPECT_NEAR(same.v_measure(), 1, 1e-12);
  EXPECT_TRUE(std::isnan(none.purity()));
  EXPECT_EQ(none.adjusted_rand_index(), 1);
  EXPECT_NE(message_of([&] { same.add(Integers{1}, Integers{}); }).find("y_true has 1 samples"),
            std::string::npos);
  EXPECT_NE(message_of([] {
              silhouette_score(Doubles{1, 2, 3}, Integers{0, 1});
            }).find("not rows of 2 samples"),
            std::string::npos);
}

TEST(Multilabel, RefusesWhatIsNoFlag) {
  MultilabelCounts counts(2);
  EXPECT_NE(message_of([&] {
              counts.add(Integers{0, 2}, Integers{0, 1});
            }).find("y_true[0, 1] is 2"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              counts.add(Integers{0, 1, 1}, Integers{});
            }).find("no rows of 2"),
            std::string::npos);
  Warnings warnings;
  EXPECT_TRUE(std::isnan(counts.accuracy(&warnings)));
  EXPECT_EQ(warnings.lines.size(), 1u);
}

TEST(CourseNumbers, A44ThresholdsOfOverlap) {
  const Box truth{0, 0, 10, 10};
  EXPECT_GT(box_iou(truth, {0, 0, 10, 6}), 0.5);  // a positive proposal
  EXPECT_LT(box_iou(truth, {0, 0, 10, 2}), 0.3);  // a negative one
}

}  // namespace
}  // namespace hebb::metrics
