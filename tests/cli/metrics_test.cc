// hebb metrics from outside: files, JSON, exit status, messages. The values themselves are tested
// in tests/metrics.

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/formats/npz.h"
#include "support/program.h"

namespace hebb {
namespace {

using Json = nlohmann::json;

class MetricsCommand : public ProgramTest {
 protected:
  int run(const NamedTensors& arrays, const std::string& arguments) {
    write_npz(in("in.npz"), arrays);
    return ProgramTest::run("metrics in.npz " + arguments);
  }
};

template <class T>
Tensor row(const std::vector<T>& values) {
  return Tensor::from(values, {int64_t(values.size())});
}

using Integers = std::vector<int64_t>;
using Doubles = std::vector<double>;

TEST_F(MetricsCommand, Binary) {
  ASSERT_EQ(
      run({{"y_true", row(Integers{0, 0, 1, 1})}, {"y_score", row(Doubles{0.1, 0.6, 0.35, 0.8})}},
          "--task binary --json"),
      0)
      << err;
  const Json got = Json::parse(out);
  EXPECT_EQ(got["accuracy"], 0.5);
  EXPECT_EQ(got["roc_auc"], 0.75);
  EXPECT_EQ(got["samples"], 4);
  EXPECT_EQ(got["confusion_matrix"], Json::parse("[[1,1],[1,1]]"));
  for (const char* key : {"balanced_accuracy", "precision", "recall", "f1", "specificity",
                          "jaccard", "matthews_corrcoef", "cohen_kappa", "average_precision",
                          "log_loss", "brier_score_loss", "f1_macro"})
    EXPECT_TRUE(got[key].is_number()) << key;
  EXPECT_EQ(err, "");
}

TEST_F(MetricsCommand, PairsOfScoresAndOtherTypes) {
  const NamedTensors arrays = {
      {"y_true", row(std::vector<bool>{false, true})},
      {"y_score", Tensor::from(std::vector<float>{0.8f, 0.2f, 1, 0}, {2, 2})}};
  ASSERT_EQ(run(arrays, "--task binary --json"), 0) << err;
  const Json got = Json::parse(out);
  EXPECT_EQ(got["accuracy"], 0.5);
  // f32: the certain mistake counts as one of 2^-23.
  EXPECT_NEAR(got["log_loss"].get<double>(),
              (-std::log(0.8) - std::log(std::numeric_limits<float>::epsilon())) / 2, 1e-6);
}

TEST_F(MetricsCommand, MulticlassFromLabels) {
  ASSERT_EQ(run({{"y_true", row(Integers{0, 2, 2, 7})}, {"y_pred", row(Doubles{0, 2, 7, 7})}},
                "--task multiclass --json"),
            0)
      << err;
  const Json got = Json::parse(out);
  EXPECT_EQ(got["accuracy"], 0.75);
  EXPECT_EQ(got["labels"], Json::parse("[0,2,7]"));
  EXPECT_EQ(got["confusion_matrix"], Json::parse("[[1,0,0],[0,1,1],[0,0,1]]"));
  EXPECT_EQ(got["classes"][1]["support"], 2);
  EXPECT_FALSE(got.contains("log_loss"));
}

TEST_F(MetricsCommand, UndefinedIsNullAndSaysWhy) {
  ASSERT_EQ(run({{"y_true", row(Integers{1, 1})}, {"y_score", row(Doubles{0.3, 0.7})}},
                "--task binary --json"),
            0);
  EXPECT_TRUE(Json::parse(out)["roc_auc"].is_null());
  EXPECT_NE(err.find("roc_auc is undefined: y_true holds no sample of class 0"), std::string::npos);
  ASSERT_EQ(
      run({{"y_true", row(Doubles{1})}, {"y_pred", row(Doubles{2})}}, "--task regression --json"),
      0);
  EXPECT_TRUE(Json::parse(out)["r2"].is_null());
}

TEST_F(MetricsCommand, PrintsATable) {
  ASSERT_EQ(run({{"y_true", row(Integers{0, 1, 2})}, {"y_pred", row(Integers{0, 1, 1})}},
                "--task multiclass"),
            0);
  for (const char* part : {"accuracy", "0.666667", "confusion matrix", "support"})
    EXPECT_NE(out.find(part), std::string::npos) << part;
}

TEST_F(MetricsCommand, Refusals) {
  struct Case {
    NamedTensors arrays;
    std::string arguments;
    int status;
    std::string says;
  };
  const Tensor labels = row(Integers{0, 1}), scores = row(Doubles{0.2, 0.8});
  const std::vector<Case> cases = {
      {{{"y_pred", labels}},
       "--task binary",
       1,
       "there is no array y_true (it holds y_pred i64[2])"},
      {{{"y_true", row(Integers{})}, {"y_pred", row(Integers{})}},
       "--task multiclass",
       1,
       "y_true holds no samples"},
      {{{"y_true", row(Doubles{})}, {"y_pred", row(Doubles{})}},
       "--task regression",
       1,
       "y_true holds no samples"},
      {{{"y_true", labels}}, "--task binary", 1, "there is neither y_score nor y_pred"},
      {{{"y_true", labels}, {"y_pred", row(Integers{0})}},
       "--task binary",
       1,
       "y_true has 2 samples but y_pred has 1"},
      {{{"y_true", labels}, {"y_score", row(Doubles{0})}},
       "--task binary",
       1,
       "y_true has 2 samples but y_score has 1"},
      {{{"y_true", row(Integers{0, 2})}, {"y_score", scores}},
       "--task binary",
       1,
       "y_true[1] is 2, but labels go from 0 to 1"},
      {{{"y_true", row(Doubles{0, 0.5})}, {"y_score", scores}},
       "--task binary",
       1,
       "y_true[1] is 0.5, which is not a label"},
      {{{"y_true", labels}, {"y_score", row(Doubles{0.5, std::nan("")})}},
       "--task binary",
       1,
       "the score of sample 1 is not a number"},
      {{{"y_true", labels}, {"y_score", scores}},
       "--task multiclass",
       1,
       "a multiclass task needs [samples, classes]"},
      {{{"y_true", row(Integers{0, int64_t(1) << 60})}, {"y_pred", labels}},
       "--task multiclass",
       1,
       "too large"},
      {{{"y_true", labels}, {"y_pred", row(Doubles{0, std::numeric_limits<double>::infinity()})}},
       "--task regression",
       1,
       "y_pred[1] is inf"},
      {{{"y_true", Tensor::from(Doubles{1, 2, 3, 4}, {2, 2})}, {"y_pred", scores}},
       "--task regression",
       1,
       "y_true is f64[2, 2]; it should be [samples]"},
      {{{"y_true", labels}, {"y_pred", labels}},
       "--task binari",
       2,
       "unknown task 'binari'; did you mean 'binary'?"},
      {{{"y_true", labels}, {"y_pred", labels}}, "", 2, "--task is required"},
      {{{"y_true", labels}, {"y_pred", labels}},
       "--task regression --threshold 0.3",
       2,
       "only binary and multilabel tasks have a threshold"},
      {{{"y_true", labels}, {"y_pred", labels}},
       "--task binary --threshold 0.3",
       2,
       "--threshold: in.npz holds classes already (y_pred)"},
      {{{"y_true", labels}, {"y_pred", labels}},
       "--task binary --positive 2",
       2,
       "the positive class is 0 or 1, not 2"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(run(c.arrays, c.arguments + " --json"), c.status) << c.says;
    EXPECT_EQ(out, "");
    EXPECT_NE(err.find(c.says), std::string::npos) << err;
    EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << err;
  }
  write("iris.csv", "a,b\n1,2\n");
  expect_refusal(1, "metrics iris.csv --task binary",
                 "iris.csv: there is no column y_true (it holds a, b)");
  write("iris.txt", "1 2\n");
  expect_refusal(2, "metrics iris.txt --task binary",
                 "iris.txt: should be an .npz file with arrays y_true");
}

}  // namespace
}  // namespace hebb
