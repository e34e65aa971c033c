// hebb metrics of labels, rankings, segmentations, clusters, forecasts and detections from outside:
// arrays, JSON, messages. The values themselves are tested in tests/metrics.

#include <cmath>

#include "hebb/formats/npz.h"
#include "support/program.h"

namespace hebb {
namespace {

using Json = nlohmann::json;

class MetricsTasks : public ProgramTest {
 protected:
  Json measured(const NamedTensors& arrays, const std::string& arguments) {
    write_npz(in("in.npz"), arrays);
    EXPECT_EQ(run("metrics in.npz --json --task " + arguments), 0) << err;
    return Json::parse(out);
  }
  void refused(const NamedTensors& arrays, const std::string& arguments, int status,
               const std::string& says) {
    write_npz(in("in.npz"), arrays);
    EXPECT_EQ(run("metrics in.npz --task " + arguments), status) << arguments;
    EXPECT_NE(err.find(says), std::string::npos) << err;
  }
};

Tensor whole(const std::vector<int64_t>& values, const Dims& shape) {
  return Tensor::from(values, shape);
}
Tensor numbers(const std::vector<double>& values, const Dims& shape) {
  return Tensor::from(values, shape);
}

TEST_F(MetricsTasks, Multilabel) {
  const Tensor truth = whole({1, 0, 1, 1, 0, 0}, {3, 2}),
               scores = numbers({0.9, 0.6, 0.2, 0.8, 0.1, 0.3}, {3, 2});
  const Json got = measured({{"y_true", truth}, {"y_score", scores}}, "multilabel");
  EXPECT_EQ(got["samples"], 3);
  EXPECT_NEAR(got["hamming_loss"].get<double>(), 2.0 / 6, 1e-12);
  EXPECT_NEAR(got["accuracy"].get<double>(), 1.0 / 3, 1e-12);
  for (const char* key : {"f1_macro", "f1_samples", "roc_auc_macro", "average_precision_micro",
                          "coverage_error", "label_ranking_loss"})
    EXPECT_TRUE(got[key].is_number()) << key;
  EXPECT_EQ(
      measured({{"y_true", truth}, {"y_score", scores}}, "multilabel --threshold 0.7")["accuracy"],
      2.0 / 3);
  EXPECT_EQ(measured({{"y_true", truth}, {"y_pred", truth}}, "multilabel")["accuracy"], 1);
  // A score that is the threshold, in f32.
  EXPECT_EQ(measured({{"y_true", whole({1, 0}, {2, 1})},
                      {"y_score", numbers({0.7, 0.1}, {2, 1}).to(f32)}},
                     "multilabel --threshold 0.7")["accuracy"],
            1);
  EXPECT_EQ(
      measured({{"y_true", whole({1, 0}, {2})}, {"y_score", numbers({0.7, 0.1}, {2}).to(f32)}},
               "binary --threshold 0.7")["accuracy"],
      1);
  refused({{"y_true", truth}, {"y_pred", whole({1, 0}, {1, 2})}}, "multilabel", 1,
          "they should be of one shape");
  refused({{"y_true", whole({1, 2}, {1, 2})}, {"y_pred", whole({1, 0}, {1, 2})}}, "multilabel", 1,
          "y_true[0, 1] is 2");
  refused({{"y_true", whole({1}, {1})}}, "multilabel", 1, "[samples, labels]");
  refused({{"y_true", truth}}, "multilabel", 1, "neither y_score nor y_pred");
}

TEST_F(MetricsTasks, Ranking) {
  const NamedTensors arrays = {{"y_true", whole({0, 1, 0, 2, 0, 1}, {2, 3})},
                               {"y_score", numbers({3, 2, 1, 3, 2, 1}, {2, 3})}};
  const Json got = measured(arrays, "ranking");
  EXPECT_EQ(got["mean_reciprocal_rank"], 0.75);
  EXPECT_EQ(got["hit_rate_at_1"], 0.5);
  EXPECT_TRUE(got.contains("ndcg_at_3"));
  EXPECT_FALSE(got.contains("ndcg_at_5"));  // there are three candidates
  EXPECT_EQ(measured(arrays, "ranking --at 2")["recall_at_2"], 0.75);
  refused(arrays, "ranking --at 0", 2, "from 1 on");
  refused(arrays, "regression --at 2", 2, "only a ranking");
  refused({{"y_true", whole({-1, 1}, {1, 2})}, {"y_score", numbers({1, 2}, {1, 2})}}, "ranking", 1,
          "at least 0");
}

TEST_F(MetricsTasks, Segmentation) {
  const Tensor truth = whole({0, 0, 1, 255}, {1, 2, 2});
  const Json got =
      measured({{"y_true", truth}, {"y_score", numbers({1, 0, 0, 1, 0, 1, 1, 0}, {1, 2, 2, 2})}},
               "segmentation --ignore 255");
  EXPECT_NEAR(got["pixel_accuracy"].get<double>(), 2.0 / 3, 1e-12);
  EXPECT_EQ(got["mean_iou"], 0.5);
  EXPECT_EQ(measured({{"y_true", truth}, {"y_pred", truth}}, "segmentation")["dice"], 1);
  refused({{"y_true", truth}, {"y_score", numbers({1, 0}, {1, 2})}}, "segmentation", 1,
          "[samples, classes, ...]");
  refused({{"y_true", truth}, {"y_pred", truth}}, "binary --ignore 255", 2, "only a segmentation");
}

TEST_F(MetricsTasks, Clustering) {
  const Tensor clusters = whole({0, 0, 1, 1}, {4});
  const Json got =
      measured({{"y_true", whole({5, 5, 7, 7}, {4})}, {"y_pred", clusters}}, "clustering");
  EXPECT_EQ(got["adjusted_rand"], 1);
  EXPECT_EQ(got["purity"], 1);
  EXPECT_FALSE(got.contains("silhouette"));
  EXPECT_GT(measured({{"y_pred", clusters}, {"x", numbers({0, 1, 10, 11}, {4, 1})}},
                     "clustering")["silhouette"]
                .get<double>(),
            0.8);
  refused({{"y_pred", clusters}}, "clustering", 1, "neither y_true");
  refused({{"y_pred", clusters}, {"x", numbers({0, 1}, {2, 1})}}, "clustering", 1,
          "y_pred has 4 samples but x has 2");
}

TEST_F(MetricsTasks, Forecast) {
  const NamedTensors arrays = {{"y_true", numbers({4, 6}, {2})},
                               {"y_pred", numbers({5, 3}, {2})},
                               {"y_history", numbers({1, 3, 2, 6}, {4})},
                               {"quantiles", numbers({0.1, 0.9}, {2})},
                               {"y_quantiles", numbers({3, 5, 4, 8}, {2, 2})}};
  const Json got = measured(arrays, "forecast --season 2");
  EXPECT_EQ(got["mean_absolute_scaled_error"], 1);
  EXPECT_NEAR(got["pinball_0.1"].get<double>(), (0.1 * 1 + 0.1 * 2) / 2, 1e-12);
  EXPECT_EQ(got["mean_absolute_error"], 2);
  EXPECT_TRUE(got.contains("symmetric_mean_absolute_percentage_error"));
  refused({{"y_true", numbers({4}, {1})}, {"y_pred", numbers({4}, {1})}}, "forecast --season 2", 2,
          "no y_history");
}

TEST_F(MetricsTasks, Detection) {
  const NamedTensors arrays = {{"true_boxes", numbers({0, 0, 10, 10, 0, 0, 5, 5}, {2, 4})},
                               {"true_images", whole({0, 1}, {2})},
                               {"boxes", numbers({0, 0, 10, 10, 50, 50, 60, 60}, {2, 4})},
                               {"images", whole({0, 1}, {2})},
                               {"scores", numbers({0.9, 0.8}, {2})}};
  const Json got = measured(arrays, "detection");
  EXPECT_EQ(got["samples"], 2);
  EXPECT_NEAR(got["mean_average_precision"].get<double>(), 51.0 / 101, 1e-12);
  EXPECT_NEAR(got["mean_average_precision_0.5"].get<double>(), 51.0 / 101, 1e-12);
  EXPECT_EQ(got["mean_average_recall"], 0.5);
  EXPECT_EQ(measured(arrays, "detection --ap area")["mean_average_precision"], 0.5);
  EXPECT_NEAR(measured(arrays, "detection --ap voc2007")["mean_average_precision"].get<double>(),
              6.0 / 11, 1e-12);
  EXPECT_EQ(got["mean_average_recall_small"], 0.5);
  EXPECT_TRUE(got["mean_average_precision_large"].is_null());
  EXPECT_FALSE(measured(arrays, "detection --ap area").contains("mean_average_precision_small"));
  NamedTensors sized = arrays;
  sized["true_areas"] = numbers({2000, 25}, {2});
  EXPECT_EQ(measured(sized, "detection")["mean_average_recall_medium"], 1);
  sized["true_areas"] = numbers({2000}, {1});
  refused(sized, "detection", 1, "true_areas has 1 values for 2 boxes");
  NamedTensors one_sided = arrays;
  one_sided.erase("true_images");
  refused(one_sided, "detection", 1, "there is images but no true_images");
  refused(arrays, "detection --ap 11", 2, "should be coco, area or voc2007");
  refused(arrays, "binary --ap area", 2, "only a detection has boxes");
  NamedTensors turned = arrays;
  turned["boxes"] = numbers({10, 0, 0, 10, 50, 50, 60, 60}, {2, 4});
  refused(turned, "detection", 1, "x1 <= x2");
  NamedTensors fewer = arrays;
  fewer["scores"] = numbers({0.9}, {1});
  refused(fewer, "detection", 1, "scores has 1 values for 2 boxes");
}

TEST_F(MetricsTasks, ReliabilityComesWithProbabilities) {
  const Json got = measured(
      {{"y_true", whole({0, 1, 1}, {3})}, {"y_score", numbers({0.1, 0.9, 0.9}, {3})}}, "binary");
  ASSERT_EQ(got["reliability"].size(), 2u);
  EXPECT_EQ(got["reliability"][1]["samples"], 2);
  EXPECT_NEAR(got["expected_calibration_error"].get<double>(), 0.1, 1e-12);
  const NamedTensors arrays = {{"y_true", whole({0, 1, 1, 0}, {4})},
                               {"y_score", numbers({0.55, 0.6, 0.9, 0.2}, {4})}};
  const Json two = measured(arrays, "binary --bins 2");
  ASSERT_EQ(two["reliability"].size(), 2u);
  EXPECT_EQ(two["reliability"][1]["samples"], 3);
  EXPECT_NEAR(two["maximum_calibration_error"].get<double>(), 0.2, 1e-12);
  const NamedTensors three = {{"y_true", whole({0, 1}, {2})},
                              {"y_score", numbers({0.7, 0.2, 0.1, 0.1, 0.8, 0.1}, {2, 3})}};
  EXPECT_EQ(measured(three, "multiclass --bins 1")["reliability"].size(), 1u);
  EXPECT_EQ(measured(three, "multiclass")["reliability"].size(), 2u);
  refused(arrays, "binary --bins 0", 2, "from 1 to 100000");
  refused(arrays, "regression --bins 5", 2, "only binary and multiclass");
}

}  // namespace
}  // namespace hebb
