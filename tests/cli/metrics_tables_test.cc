// hebb metrics of tables: columns as arrays, classes that are words, texts.

#include "hebb/formats/npz.h"
#include "support/program.h"

namespace hebb {
namespace {

using Json = nlohmann::json;

class MetricsTables : public ProgramTest {
 protected:
  Json measured(const std::string& name, const std::string& table, const std::string& arguments) {
    write(name, table);
    EXPECT_EQ(run("metrics " + name + " --json --task " + arguments), 0) << err;
    return Json::parse(out);
  }
  void refused(const std::string& table, const std::string& arguments, int status,
               const std::string& says) {
    write("t.csv", table);
    EXPECT_EQ(run("metrics t.csv --task " + arguments), status) << arguments;
    EXPECT_NE(err.find(says), std::string::npos) << err;
  }
};

TEST_F(MetricsTables, NumbersAreArrays) {
  const Json got = measured("t.csv", "y_true,y_score\n0,0.1\n0,0.6\n1,0.35\n1,0.8\n", "binary");
  EXPECT_EQ(got["accuracy"], 0.5);
  EXPECT_EQ(got["roc_auc"], 0.75);
  EXPECT_EQ(
      measured("t.tsv", "y_pred\ty_true\n1.5\t1\n2\t3\n", "regression")["mean_absolute_error"],
      0.75);
  EXPECT_EQ(measured("t.jsonl", "{\"y_true\": 1, \"y_pred\": 1}\n{\"y_true\": 0, \"y_pred\": 1}\n",
                     "binary")["accuracy"],
            0.5);
  EXPECT_NEAR(measured("t.csv", "y_true_a,y_true_b,y_pred_a,y_pred_b\n1,0,1,1\n0,1,0,1\n",
                       "multilabel")["hamming_loss"]
                  .get<double>(),
              0.25, 1e-12);
}

TEST_F(MetricsTables, ClassesMayBeWords) {
  const std::string answers =
      "sample,target,prediction,score_dog,score_cat\n1,cat,cat,0.2,0.8\n2,dog,cat,0.4,0.6\n"
      "3,dog,dog,0.9,0.1\n";
  const Json got = measured("t.csv", answers, "multiclass");
  EXPECT_NEAR(got["accuracy"].get<double>(), 2.0 / 3, 1e-12);
  EXPECT_EQ(got["labels"], Json::parse("[\"dog\", \"cat\"]"));
  EXPECT_EQ(got["confusion_matrix"], Json::parse("[[1, 1], [0, 1]]"));
  EXPECT_EQ(got["roc_auc_ovr"], 1.0) << got;
  ASSERT_EQ(run("metrics t.csv --task multiclass"), 0) << err;
  EXPECT_NE(out.find("     dog     1.0000     0.5000"), std::string::npos) << out;
  const Json binary = measured("t.csv", "y_true,y_pred\nyes,no\nyes,yes\nno,no\n", "binary");
  EXPECT_EQ(binary["recall"], 0.5);  // of yes, the second of the sorted words
  refused("target,prediction,score_a,score_b\na,c,0.1,0.9\n", "multiclass", 1,
          "t.csv: y_pred[0] is 'c', which is none of the classes that have a score: a, b");
  refused("y_true,y_pred\na,b\nc,b\n", "binary", 1, "there are 3 classes");
  refused("y_true,y_pred\na,b\n", "regression", 1, "y_true holds words");
  refused("y_true,target,y_pred\n1,1,1\n", "binary", 1, "both stand for y_true");
}

TEST_F(MetricsTables, AnswersOfARunCanBeMeasured) {
  std::string table = "a,b,kind\n";
  for (int i = 0; i < 120; ++i)
    table += std::to_string(i % 7) + "," + std::to_string(i * 5 % 11) + "," +
             (i % 7 > 3 ? "high" : "low") + "\n";
  write("d.csv", table);
  write("c.toml",
        "[data]\ndataset = \"d.csv\"\ntarget = \"kind\"\n[model]\nlayers = [\"linear 4\", "
        "\"relu\", \"linear 2\"]\n[train]\nepochs = 5\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --out r"), 0) << err;
  ASSERT_EQ(run("eval r --predictions answers.csv --json"), 0) << err;
  const Json known = json()["metrics"];
  ASSERT_EQ(run("metrics answers.csv --task multiclass --json"), 0) << err;
  EXPECT_NEAR(Json::parse(out)["accuracy"].get<double>(), known["accuracy"].get<double>(), 1e-12);
}

TEST_F(MetricsTables, Texts) {
  const Json got = measured(
      "t.csv",
      "y_true,y_true_2,y_pred\nthe cat sat,a cat sat,a cat sat\n\"one, two\",,\"one, two\"\n",
      "text");
  EXPECT_EQ(got["samples"], 2);
  EXPECT_EQ(got["exact_match"], 1.0);
  EXPECT_NEAR(got["word_error_rate"].get<double>(), 1.0 / 5, 1e-12);
  EXPECT_EQ(got["rougeL"], 1.0);
  EXPECT_EQ(measured("t.jsonl", "{\"target\": \"42\", \"prediction\": \"42\"}\n",
                     "text")["character_error_rate"],
            0.0);
  refused("y_true\nx\n", "text", 1, "there is no column y_pred");
}

TEST_F(MetricsTables, ByPopulation) {
  const std::string table =
      "y_true,y_pred,group\n1,1,a\n1,1,a\n0,0,a\n0,1,a\n1,0,b\n1,1,b\n0,0,b\n0,0,b\n";
  const Json got = measured("t.csv", table, "binary --by group");
  EXPECT_EQ(got["accuracy"], 0.75);
  const Json parts = got["populations"]["parts"];
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0]["name"], "a");
  EXPECT_EQ(parts[0]["samples"], 4);
  EXPECT_EQ(parts[0]["recall"], 1.0);
  EXPECT_EQ(parts[0]["selection_rate"], 0.75);
  EXPECT_EQ(parts[1]["selection_rate"], 0.25);
  EXPECT_EQ(got["populations"]["gaps"]["recall"],
            Json::parse("{\"difference\": 0.5, \"lowest\": \"b\", \"highest\": \"a\"}"));
  ASSERT_EQ(run("metrics t.csv --task binary --by group"), 0) << err;
  EXPECT_NE(out.find("selection_rate                          0.5      0.75      0.25"),
            std::string::npos)
      << out;
  refused(table, "binary --by nobody", 1, "there is no nobody to divide samples by");
  refused("y_true,y_pred,g\n1,1,1\n2,1,2\n", "detection --by g", 2, "boxes are not divided");
  // One class alone in a part: what is undefined there takes no part in a difference.
  const Json alone =
      measured("t.csv", "y_true,y_score,g\n1,0.9,1\n1,0.6,1\n0,0.2,2\n1,0.4,2\n", "binary --by g");
  EXPECT_TRUE(alone["populations"]["parts"][0]["roc_auc"].is_null());
  EXPECT_FALSE(alone["populations"]["gaps"].contains("roc_auc"));
}

TEST_F(MetricsTables, AnswersThatAreSure) {
  const std::string table = "y_true,y_score\n1,0.95\n0,0.6\n0,0.05\n1,0.1\n";
  const Json got = measured("t.csv", table, "binary --confidence 0.9");
  EXPECT_EQ(got["coverage"], 0.75);
  EXPECT_NEAR(got["selective_accuracy"].get<double>(), 2.0 / 3, 1e-12);
  const Json several =
      measured("t.csv", "y_true,y_score_a,y_score_b,y_score_c\na,0.5,0.3,0.2\nb,0.1,0.1,0.8\n",
               "multiclass --confidence 0.7");
  EXPECT_EQ(several["coverage"], 0.5);
  EXPECT_EQ(several["selective_accuracy"], 0.0);
  EXPECT_TRUE(measured("t.csv", table, "binary --confidence 1")["selective_accuracy"].is_null());
  refused("y_true,y_pred\n1,1\n", "binary --confidence 0.5", 1, "there is no y_score");
  refused(table, "binary --confidence 1.5", 2, "should be from 0 to 1");
}

TEST_F(MetricsTables, CurvesOfThresholds) {
  write("t.csv", "y_true,y_score\n0,0.25\n0,0.5\n1,0.5\n1,0.75\n");
  ASSERT_EQ(run("metrics t.csv --task binary --curves c.csv"), 0) << err;
  EXPECT_EQ(read("c.csv"),
            "threshold,true_positive_rate,false_positive_rate,precision,f1\n"
            "0.75,0.5,0,1,0.6666666666666666\n"
            "0.5,1,0.5,0.6666666666666666,0.8\n"
            "0.25,1,1,0.5,0.6666666666666666\n");
  ASSERT_EQ(run("metrics t.csv --task binary --curves c.csv --thresholds 0.5,0.9,0.6"), 0) << err;
  EXPECT_EQ(read("c.csv"),
            "threshold,true_positive_rate,false_positive_rate,precision,f1\n"
            "0.9,0,0,1,0\n"
            "0.6,0.5,0,1,0.6666666666666666\n"
            "0.5,1,0.5,0.6666666666666666,0.8\n");
  ASSERT_EQ(run("metrics t.csv --task binary --curves c.csv --thresholds 3"), 0) << err;
  EXPECT_EQ(read("c.csv"),
            "threshold,true_positive_rate,false_positive_rate,precision,f1\n"
            "1,0,0,1,0\n"
            "0.5,1,0.5,0.6666666666666666,0.8\n"
            "0,1,1,0.5,0.6666666666666666\n");
  EXPECT_EQ(run("metrics t.csv --task binary --thresholds 0.5"), 2);
  EXPECT_NE(err.find("--curves"), std::string::npos) << err;
  EXPECT_EQ(run("metrics t.csv --task binary --curves c.csv --thresholds 2.5"), 2);
  EXPECT_EQ(run("metrics t.csv --task binary --curves t.csv"), 2);
  EXPECT_NE(err.find("is read by this command"), std::string::npos) << err;
  refused("y_true,y_score\n1,0.5\n1,0.25\n", "binary --curves c.csv", 1, "one class alone");
  refused("y_true,y_pred\n1,1\n0,1\n", "binary --curves c.csv", 1, "there is no column y_score");
  refused("y_true,y_pred\n1,1\n", "regression --curves c.csv", 2, "only a binary task");
}

TEST_F(MetricsTables, LanguageModels) {
  EXPECT_NEAR(measured("t.csv", "nll\n0.6931471805599453\n2.0794415416798357\n",
                       "language_model")["perplexity"]
                  .get<double>(),
              4, 1e-9);
  const Tensor truth = Tensor::from(std::vector<int64_t>{1, 0, -100, 2}, {2, 2}),
               scores = Tensor::from(
                   std::vector<double>{0.5, 0.5, 0, 0.25, 0.5, 0.25, 1, 0, 0, 0.5, 0.25, 0.25},
                   {2, 2, 3});
  write_npz(in("in.npz"), {{"y_true", truth}, {"y_score", scores}});
  ASSERT_EQ(run("metrics in.npz --task language_model --ignore=-100 --json"), 0) << err;
  const Json got = Json::parse(out);
  EXPECT_EQ(got["samples"], 3);
  EXPECT_NEAR(got["bits_per_token"].get<double>(), (1 + 2 + 2) / 3.0, 1e-12);
  EXPECT_EQ(run("metrics in.npz --task language_model"), 1);
  EXPECT_NE(err.find("y_true[2] is -100, and y_score has 3 tokens"), std::string::npos) << err;
}

}  // namespace
}  // namespace hebb
