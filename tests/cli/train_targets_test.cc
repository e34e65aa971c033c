// hebb train with quantities that are learned by mean and deviation, and with classes of different
// weights: what a run's folder says, evaluation, prediction, --resume.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "support/program.h"

namespace hebb {
namespace {

int house_price(int i) {
  return 120000 + 9000 * (i % 13) + 700 * ((i * 7) % 29);
}

class TrainTargets : public ProgramTest {
 protected:
  void write_houses() const {
    std::string table = "rooms,area,price\n";
    for (int i = 0; i < 300; ++i)
      table += fmt::format("{},{},{}.5\n", i % 13, (i * 7) % 29, house_price(i));
    write("houses.csv", table);
    write("c.toml",
          "[data]\ndataset = \"houses.csv\"\ntarget = \"price\"\nnormalize = \"auto\"\n[model]\n"
          "layers = [\"linear 16\", \"relu\", \"linear 1\"]\n[train]\nepochs = 30\nbatch_size = "
          "16\noptimizer = \"adam lr=0.01\"\nmetrics = [\"mean_absolute_error\", \"r2\"]\n"
          "threads = 1\n");
  }

  // 90 of "no", 10 of "yes", which do not lie apart.
  void write_rare(const std::string& train) const {
    std::string table = "a,y\n";
    for (int i = 0; i < 400; ++i)
      table += fmt::format("{:.3f},{}\n", std::sin(i * 1.3) + 0.5 * (i % 10 == 0),
                           i % 10 ? "no" : "yes");
    write("rare.csv", table);
    write("w.toml",
          "[data]\ndataset = \"rare.csv\"\nsplit = { train = 0.8, validation = 0.2 }\nstratify = "
          "true\n[model]\nlayers = [\"linear 2\"]\n[train]\nepochs = 60\noptimizer = \"adam "
          "lr=0.05\"\nmetrics = [\"recall_macro\"]\nthreads = 1\n" +
              train);
  }
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    out.push_back(line);
  return out;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream cells(line);
  for (std::string cell; std::getline(cells, cell, ',');)
    out.push_back(cell);
  return out;
}

TEST_F(TrainTargets, LargeQuantitiesLearn) {
  write_houses();
  ASSERT_EQ(run("train c.toml --out r --json"), 0) << err;
  EXPECT_NE(err.find("note: the target is learned less its mean"), std::string::npos) << err;
  const auto metrics = json()["metrics"];
  EXPECT_GT(metrics["test_r2"], 0.98) << out;
  EXPECT_GT(metrics["val_r2"], 0.98) << out;
  EXPECT_LT(metrics["test_loss"], 0.02) << out;  // of the scaled target
  for (const char* error : {"mean_absolute_error", "val_mean_absolute_error",
                            "test_mean_absolute_error"}) {  // in its own unit
    EXPECT_GT(metrics[error], 50) << out;
    EXPECT_LT(metrics[error], 8000) << out;
  }
  EXPECT_NE(read("r/config.toml").find("normalize_target = \"auto\""), std::string::npos);
  const auto recipe = nlohmann::json::parse(read("r/recipe.json"));
  EXPECT_EQ(recipe["target"]["steps"][0]["step"], "standardise_target");
  EXPECT_NEAR(recipe["target"]["steps"][0]["state"]["mean"][0], 180000, 10000);
  EXPECT_NE(read("r/report.html").find("of the scaled target"), std::string::npos);

  ASSERT_EQ(run("eval r --data houses.csv --json --predictions p.csv"), 0) << err;
  EXPECT_GT(json()["metrics"]["r2"], 0.98);
  EXPECT_GT(json()["metrics"]["mean_absolute_error"], 50);
  const std::vector<std::string> rows = lines_of(read("p.csv"));
  ASSERT_EQ(rows.size(), 301u);
  ASSERT_EQ(run("predict r houses.csv -o q.csv --quiet"), 0) << err;
  const std::vector<std::string> answers = lines_of(read("q.csv"));
  ASSERT_EQ(answers.size(), 301u);
  for (int i = 0; i < 300; ++i) {
    const std::vector<std::string> row = cells_of(rows[size_t(i + 1)]),
                                   answer = cells_of(answers[size_t(i + 1)]);
    EXPECT_EQ(row[1], fmt::format("{}.5", house_price(i)));  // not what was undone
    EXPECT_NEAR(std::stod(row[2]), house_price(i), 30000);
    EXPECT_NEAR(std::stod(answer[1]), std::stod(row[2]), 0.2);
  }
  ASSERT_EQ(run("predict r houses.csv --json"), 0) << err;
  EXPECT_NEAR(json()["predictions"][0]["prediction"][0], house_price(0), 30000);
}

// Less than their mean would be less than none.
TEST_F(TrainTargets, CountsStayCounts) {
  std::string table = "hours,calls\n";
  for (int i = 0; i < 300; ++i)
    table += fmt::format("{},{}\n", i % 12, (i % 12) * 2 + (i % 5 == 0));
  write("calls.csv", table);
  write("p.toml",
        "[data]\ndataset = \"calls.csv\"\ntarget = \"calls\"\nnormalize = \"auto\"\n[model]\n"
        "layers = [\"linear 8\", \"relu\", \"linear 1\", \"softplus\"]\n[train]\nepochs = 40\n"
        "loss = \"poisson_nll\"\noptimizer = \"adam lr=0.02\"\nthreads = 1\n");
  ASSERT_EQ(run("train p.toml --out r --json"), 0) << err;
  EXPECT_GT(json()["metrics"]["test_r2"], 0.9) << out;
  EXPECT_NE(read("r/config.toml").find("normalize_target = \"none\""), std::string::npos);
  EXPECT_EQ(read("r/recipe.json").find("standardise_target"), std::string::npos);
}

TEST_F(TrainTargets, ScaledRunsGoOnInTheSameBits) {
  write_houses();
  ASSERT_EQ(run("train c.toml --out whole --quiet --set train.epochs=4"), 0) << err;
  ASSERT_EQ(run("train c.toml --out r --quiet --set train.epochs=2"), 0) << err;
  ASSERT_EQ(run("train c.toml --out r --resume --quiet --set train.epochs=4"), 0) << err;
  EXPECT_EQ(read("r/weights.safetensors"), read("whole/weights.safetensors"));
  expect_refusal(2,
                 "train c.toml --out r --resume --set train.epochs=4 --set "
                 "data.normalize_target=none",
                 "data.normalize_target (\"none\", was \"auto\")");
  expect_refusal(2, "train c.toml --set data.normalize_target=mean",
                 "'data.normalize_target' is mean, should be \"auto\" or \"none\"");
}

TEST_F(TrainTargets, AreLeftAsTheyAreWhereNoneIsAsked) {
  write_houses();
  ASSERT_EQ(run("train c.toml --out r --json --set train.epochs=1 --set "
                "data.normalize_target=none"),
            0)
      << err;
  EXPECT_NE(err.find("the target has mean"), std::string::npos) << err;
  EXPECT_GT(json()["metrics"]["test_loss"], 1e9);
  EXPECT_EQ(read("r/recipe.json").find("target"), std::string::npos);
  ASSERT_EQ(run("eval r --json"), 0) << err;
  const auto metrics = json()["metrics"];

  // A run of before the key: its folder does not name it, and nothing is scaled.
  std::string config = read("r/config.toml");
  for (const char* key : {"normalize_target", "class_weights"}) {
    const size_t at = config.find(key);
    ASSERT_NE(at, std::string::npos);
    config.erase(at, config.find('\n', at) + 1 - at);
  }
  write("r/config.toml", config);
  ASSERT_EQ(run("eval r --json"), 0) << err;
  EXPECT_EQ(json()["metrics"], metrics);
  EXPECT_EQ(run("train c.toml --out r --resume --set train.epochs=1 --quiet"), 0) << err;
  expect_refusal(2,
                 "train c.toml --out r --resume --set train.epochs=1 --set "
                 "data.normalize_target=auto",
                 "data.normalize_target (\"auto\", was none)");
}

TEST_F(TrainTargets, SharesAreNotScaled) {  // bce is of targets from 0 to 1
  std::string table = "a,y\n";
  for (int i = 0; i < 60; ++i)
    table += fmt::format("{},{}\n", i, 0.25 + 0.5 * (i % 2));
  write("s.csv", table);
  write("s.toml",
        "[data]\ndataset = \"s.csv\"\n[model]\nlayers = [\"linear 1\"]\n[train]\nepochs = "
        "1\nthreads = 1\nloss = \"bce_with_logits\"\n");
  ASSERT_EQ(run("train s.toml --out r --quiet"), 0) << err;
  EXPECT_NE(read("r/config.toml").find("normalize_target = \"none\""), std::string::npos);
}

TEST_F(TrainTargets, BalancedClassesFindTheRareOne) {
  write_rare("");
  ASSERT_EQ(run("train w.toml --out plain --json"), 0) << err;
  EXPECT_EQ(nlohmann::json::parse(read("plain/model.json"))["class_weights"],
            nlohmann::json::object());
  ASSERT_EQ(run("train w.toml --out r --json --set train.class_weights=balanced"), 0) << err;
  const auto metrics = json()["metrics"];
  EXPECT_NE(read("r/config.toml").find("class_weights = \"balanced\""), std::string::npos);
  const auto weights = nlohmann::json::parse(read("r/model.json"))["class_weights"];
  EXPECT_NEAR(weights["no"], 320.0 / (2 * 288), 1e-12);
  EXPECT_NEAR(weights["yes"], 320.0 / (2 * 32), 1e-12);
  EXPECT_NE(read("r/report.html").find("weighted by class"), std::string::npos);
  // The validation's loss is the same one, and so is eval's.
  ASSERT_EQ(run("eval r --data rare.csv --json"), 0) << err;
  const double loss = json()["metrics"]["loss"], recall = json()["metrics"]["recall_macro"];
  ASSERT_EQ(run("eval plain --data rare.csv --json"), 0) << err;
  EXPECT_LT(double(json()["metrics"]["loss"]), 0.4);  // most samples are sure
  EXPECT_LT(double(json()["metrics"]["recall_macro"]), recall - 0.05);
  EXPECT_NEAR(loss, metrics["val_loss"], 0.1);
  EXPECT_GT(loss, 0.4);
  // Given as numbers by label, it is the same run.
  ASSERT_EQ(run("train w.toml --out given --json --set 'train.class_weights={ no = " +
                fmt::format("{}", 320.0 / (2 * 288)) + ", yes = 5 }'"),
            0)
      << err;
  EXPECT_EQ(read("given/weights.safetensors"), read("r/weights.safetensors"));
  EXPECT_NE(read("given/config.toml")
                .find("class_weights = { \"no\" = 0.5555555555555556, \"yes\" = "
                      "5.0 }"),
            std::string::npos)
      << read("given/config.toml");
}

TEST_F(TrainTargets, WeightsOfTwoClassesWithOneOutput) {
  // One output beside two: with weights the losses of the same numbers are the same.
  write_rare("class_weights = { no = 1, yes = 9 }\n");
  ASSERT_EQ(run("train w.toml --out one --json --set 'model.layers=[\"linear 1\"]'"), 0) << err;
  const auto metrics = json()["metrics"];
  EXPECT_GT(metrics["val_loss"], 0.4) << out;
  ASSERT_EQ(run("train w.toml --out one --resume --json --set 'model.layers=[\"linear 1\"]' --set "
                "train.epochs=61"),
            0)
      << err;
  expect_refusal(2,
                 "train w.toml --out one --resume --set 'model.layers=[\"linear 1\"]' --set "
                 "train.epochs=61 --set train.class_weights=none",
                 "train.class_weights (\"none\", was { \"no\" = 1.0, \"yes\" = 9.0 })");
}

TEST_F(TrainTargets, WeightsThatCannotBe) {
  write_rare("");
  const auto refused = [&](const std::string& value, const std::string& words) {
    expect_refusal(2, "train w.toml --check --set 'train.class_weights=" + value + "'", words);
    EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 1) << err;
  };
  refused("{ no = 1, yess = 2 }", "train.class_weights: unknown class 'yess'; did you mean 'yes'?");
  refused("{ yes = 2 }",
          "train.class_weights: there is no number for 'no'; each of the classes needs one: 'no', "
          "'yes'");
  refused("{ no = 1, yes = -2 }", "'train.class_weights.yes' is -2, should be at least 0");
  refused("{ no = 0, yes = 0 }", "add up to 0, should be above 0 and finite");
  refused("{ no = \"1\", yes = 1 }", "'train.class_weights.no' is a text, should be a number");
  refused("{ no = 1, yes = inf }", "'train.class_weights.yes' is inf, should be finite");
  refused("{}", "add up to 0, should be above 0");
  refused("even",
          "'train.class_weights' is \"even\", should be \"none\", \"balanced\" or a number");
  refused("3", "'train.class_weights' is a whole number, should be \"none\", \"balanced\" or a");
  expect_refusal(2,
                 "train w.toml --check --set train.class_weights=balanced --set train.loss=mse "
                 "--set 'model.layers=[\"linear 1\"]'",
                 "train.class_weights: mse: this loss takes no weights of classes");
  write_houses();
  expect_refusal(2, "train c.toml --check --set train.class_weights=balanced",
                 "train.class_weights: are for classes, but the targets of houses.csv are "
                 "quantities");
  // Damaged afterwards.
  ASSERT_EQ(run("train w.toml --out r --quiet --set train.epochs=1 --set "
                "train.class_weights=balanced"),
            0)
      << err;
  const std::string model = read("r/model.json");
  const auto damaged = [&](std::string_view from, std::string_view to) {
    const size_t at = model.find(from);
    ASSERT_NE(at, std::string::npos) << model;
    write("r/model.json", std::string(model).replace(at, from.size(), to));
  };
  damaged("\"yes\": 5", "\"yes\": -5");
  expect_refusal(1, "eval r --data rare.csv", "its class weights should be a number of at least 0");
  damaged("\"labels\": [", "\"labels\": [\"maybe\", ");
  expect_refusal(1, "eval r --data rare.csv", "it has 3 labels, should have 2");
}

TEST_F(TrainTargets, TheBestThresholdIsFoundAndUsed) {
  write_rare("threshold = \"best f1\"\n");
  ASSERT_EQ(run("train w.toml --out plain --quiet --set train.threshold=0.5"), 0) << err;
  ASSERT_EQ(run("train w.toml --out r --quiet"), 0) << err;
  EXPECT_EQ(read("r/weights.safetensors"), read("plain/weights.safetensors"));
  EXPECT_NE(read("r/config.toml").find("threshold = \"best f1\""), std::string::npos);
  const double threshold = nlohmann::json::parse(read("r/model.json"))["threshold"];
  EXPECT_GT(threshold, 0.02);
  EXPECT_LT(threshold, 0.45);
  EXPECT_NE(read("r/report.html").find("the best f1 on the validation data"), std::string::npos);
  ASSERT_EQ(run("eval plain --data rare.csv --json"), 0) << err;
  const double plain = json()["metrics"]["f1_macro"], auc = json()["metrics"]["roc_auc"];
  ASSERT_EQ(run("eval r --data rare.csv --json --predictions e.csv"), 0) << err;
  EXPECT_GT(double(json()["metrics"]["f1_macro"]), plain + 0.05);
  EXPECT_EQ(json()["metrics"]["roc_auc"], auc);
  ASSERT_EQ(run("predict r rare.csv -o p.csv --quiet"), 0) << err;
  const std::vector<std::string> answers = lines_of(read("p.csv")), rows = lines_of(read("e.csv"));
  int named = 0, unlikely = 0;
  for (size_t i = 1; i < answers.size(); ++i) {
    const std::vector<std::string> answer = cells_of(answers[i]);
    const bool yes = answer[2] == "yes";
    EXPECT_EQ(yes, std::stod(answer[5]) > threshold) << answers[i];
    EXPECT_EQ(cells_of(rows[i])[2], answer[2]);
    named += yes;
    unlikely += yes && std::stod(answer[5]) < 0.5;
  }
  EXPECT_GT(named, 5);
  EXPECT_GT(unlikely, 0);
  ASSERT_EQ(run("predict r rare.csv --json --top 2"), 0) << err;
  const nlohmann::json top = json();
  for (const auto& p : top["predictions"])
    EXPECT_EQ(p["top"][0]["label"], p["label"]);
  // It changes no step: another one extends a finished run.
  ASSERT_EQ(run("train w.toml --out r --resume --quiet --set train.threshold=0.25"), 0) << err;
  EXPECT_EQ(nlohmann::json::parse(read("r/model.json"))["threshold"], 0.25);
  EXPECT_EQ(read("r/weights.safetensors"), read("plain/weights.safetensors"));
}

TEST_F(TrainTargets, ThresholdsThatCannotBe) {
  write_rare("");
  const auto refused = [&](const std::string& value, const std::string& words) {
    expect_refusal(2, "train w.toml --check --set 'train.threshold=" + value + "'", words);
  };
  refused("1", "'train.threshold' is 1, should be from 0 to below 1");
  refused("-0.5", "'train.threshold' is -0.5, should be from 0 to below 1");
  refused("f1",
          "'train.threshold' is \"f1\", should be a number, or best and a metric: \"best f1\"");
  refused("best f1 recall", "should be a number, or best and a metric");
  refused("best", "should be a number, or best and a metric");
  refused("best f2", "train.threshold: metrics: unknown metric 'f2'");
  refused("best roc_auc", "train.threshold: roc_auc does not depend on a threshold");
  refused("true", "'train.threshold' is true or false, should be a number, or best and a metric");
  expect_refusal(2,
                 "train w.toml --check --set 'train.threshold=best f1' --set "
                 "'data.split={ train = 0.8, test = 0.2 }'",
                 "train.threshold: is the best f1 on the validation part, but there is none");
  write_houses();
  expect_refusal(2, "train c.toml --check --set train.threshold=0.3",
                 "train.threshold: is for two classes, and the targets are quantities");
}

TEST_F(TrainTargets, BalancedNeedsASampleOfEachClass) {
  std::string table = "a,y\n";
  for (int i = 0; i < 40; ++i)
    table += fmt::format("{},{}\n", i, i % 2 ? "no" : "yes");
  write("t.csv", table);
  write("c.toml",
        "[data]\ndataset = \"t.csv\"\nsplit = { train = 0.05, validation = 0.95 }\n[model]\nlayers "
        "= [\"linear 2\"]\n[train]\nepochs = 1\nthreads = 1\nclass_weights = \"balanced\"\n");
  bool refused = false;
  for (int seed = 0; seed < 8 && !refused; ++seed)  // two samples: often both of one class
    if (run("train c.toml --check --set data.split_seed=" + std::to_string(seed)) == 2) {
      EXPECT_NE(err.find("train.class_weights: \"balanced\" has no number for '"),
                std::string::npos)
          << err;
      refused = true;
    }
  EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace hebb
