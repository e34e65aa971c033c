// hebb train on tables and arrays from outside: columns, targets, classes and quantities, and what
// is said of them.

#include <limits>
#include <sstream>

#include "hebb/formats/npz.h"
#include "hebb/formats/safetensors.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random.h"
#include "support/program.h"
#include "support/tiny_run.h"

namespace hebb {
namespace {

class TrainTable : public ProgramTest {};

TEST_F(TrainTable, TablesAndRegression) {
  std::string table = "a,b,y\n";
  for (int i = 0; i < 200; ++i)
    table += std::to_string(i % 17) + "," + std::to_string(i % 5) + "," +
             std::to_string(0.5 * (i % 17) - 2.0 * (i % 5) + 0.25) + "\n";
  write("t.csv", table);
  write("c.toml",
        "[data]\ndataset = \"t.csv\"\ntarget = \"y\"\nnormalize = \"auto\"\n[model]\nlayers = "
        "[\"linear 1\"]\n"
        "[train]\nepochs = 40\nbatch_size = 16\noptimizer = \"adam lr=0.1\"\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --out r --json"), 0) << err;
  EXPECT_GT(json()["metrics"]["test_r2"], 0.99);
  ASSERT_EQ(run("eval r --json"), 0) << err;
  EXPECT_EQ(json()["samples"],
            30);  // 15 in a hundred, where a data set has no test part of its own
  EXPECT_TRUE(json()["metrics"].contains("mean_absolute_error"));
  ASSERT_EQ(run("eval r --data t.csv --json"), 0) << err;
  EXPECT_EQ(json()["samples"], 200);
  EXPECT_NE(read("r/report.html").find("<svg"), std::string::npos);
}

TEST_F(TrainTable, ColumnsOfATable) {
  std::string table = "id,a,town,b,y\n", swapped = "b,town,y,a,id\n";
  for (int i = 0; i < 100; ++i) {
    const int a = i % 17, b = i % 5;
    const std::string y = std::to_string(1000 * a - 3000 * b + 206000);
    table += "," + std::to_string(a) + ",Rome," + std::to_string(b) + "," + y + "\n";
    swapped += std::to_string(b) + ",Rome," + y + "," + std::to_string(a) + ",7\n";
  }
  write("t.csv", table);
  write("swapped.csv", swapped);
  const auto config = [&](const std::string& columns) {
    write("c.toml", "[data]\ndataset = \"t.csv\"\ntarget = \"y\"\n" + columns +
                        "\n[model]\nlayers = [\"linear 1\"]\n[train]\nepochs = 1\nloss = "
                        "\"mse\"\nthreads = 1\n");
  };
  config("");
  ASSERT_EQ(run("train c.toml --check"), 0) << err;
  EXPECT_NE(
      err.find("2 columns are left out: 'id' (empty: no cell holds anything), 'town' (constant: "),
      std::string::npos)
      << err;
  EXPECT_EQ(err.find("t.csv: the target has mean"), std::string::npos) << err;
  ASSERT_EQ(run("train c.toml --check --set data.normalize_target=none"), 0) << err;
  EXPECT_NE(err.find("t.csv: the target has mean 20"), std::string::npos) << err;
  EXPECT_NE(err.find("normalize_target = \"auto\" in [data] does that"), std::string::npos) << err;
  config("columns = [\"b\", \"a\"]");
  ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  EXPECT_EQ(nlohmann::json::parse(read("r/model.json"))["input"]["features"],
            nlohmann::json({"b", "a"}));
  ASSERT_EQ(run("eval r --data t.csv --json"), 0) << err;
  const auto metrics = json()["metrics"];
  ASSERT_EQ(run("eval r --data swapped.csv --json"), 0)
      << err;  // by their names, wherever they stand
  EXPECT_EQ(json()["metrics"], metrics);
  write("other.csv", "a,c,y\n1,2,3\n");
  expect_refusal(2, "eval r --data other.csv", "unknown column 'b'");
  expect_refusal(2, "train c.toml --out r --resume --set 'data.columns=[\"a\"]'",
                 "data.columns ([");
  const auto refused = [&](int status, const std::string& columns, const std::string& words) {
    config("columns = [" + columns + "]");
    expect_refusal(status, "train c.toml --check", words);
  };
  refused(2, "\"aa\"", "unknown column 'aa'");
  refused(2, "\"a\", \"y\"", "column 'y' is the target");
  refused(2, "\"a\", \"a\"", "column 'a' is named twice");
  refused(1, "\"id\"", "column 'id' holds nothing in any line; leave it out of data.columns");
  write("c.toml", tiny_mlp());
  expect_refusal(2, "train c.toml --check --set 'data.columns=[\"a\"]'",
                 "data.columns: names columns of a table");
}

TEST_F(TrainTable, TheLossSaysWhatTargetsAre) {
  std::string table = "a,y\n", quantity = "a,y\n";
  for (int i = 0; i < 60; ++i) {
    table += std::to_string(i % 7) + (i % 7 > 3 ? ",1.0\n" : ",0.0\n");
    quantity += std::to_string(i % 7) + "," + std::to_string(i % 7 + 0.5) + "\n";
  }
  write("t.csv", table);
  write("q.csv", quantity);
  const auto train = [](const std::string& file, const std::string& loss, int outputs) {
    return "train c.toml --set data.dataset=" + file + " --set train.loss=" + loss +
           " --set 'model.layers=[\"linear " + std::to_string(outputs) + "\"]'";
  };
  write("c.toml",
        "[data]\ndataset = \"t.csv\"\n[model]\nlayers = [\"linear 1\"]\n[train]\nepochs = "
        "1\nthreads = 1\n");
  for (const char* loss : {"bce_with_logits", "cross_entropy"}) {
    const int outputs = loss[0] == 'b' ? 1 : 2;
    ASSERT_EQ(run(train("t.csv", loss, outputs) + " --out " + loss + " --json"), 0) << err;
    EXPECT_TRUE(json()["metrics"].contains("test_accuracy")) << out;
    ASSERT_EQ(run("eval " + std::string(loss) + " --data t.csv --json"), 0) << err;
    EXPECT_EQ(json()["samples"], 60);
  }
  expect_refusal(
      2, train("q.csv", "bce_with_logits", 1),
      "train.loss: bce_with_logits is for classes, or for targets from 0 to 1, but those");
}

// A table whose column begins at `start`.
std::string table_from(int64_t start) {
  std::string table = "t,y\n";
  for (int i = 0; i < 400; ++i)
    table += std::to_string(start + i) + "," + std::to_string(0.01 * i - 1.5) + "\n";
  return table;
}

TEST_F(TrainTable, AColumnFarFromZeroIsLearntAsOneNearIt) {
  write("near.csv", table_from(0));
  write("far.csv", table_from(1600000000));
  write("c.toml",
        "[data]\ndataset = \"near.csv\"\nnormalize = \"auto\"\n[model]\nlayers = [\"linear 1\"]\n"
        "[train]\nloss = \"mse\"\nepochs = 60\nbatch_size = 16\noptimizer = \"adam "
        "lr=0.05\"\nthreads "
        "= 1\n");
  ASSERT_EQ(run("train c.toml --out near --json"), 0) << err;
  const double near = json()["metrics"]["test_r2"];
  ASSERT_EQ(run("train c.toml --out far --json --set data.dataset=far.csv"), 0) << err;
  const double far = json()["metrics"]["test_r2"];
  EXPECT_GT(near, 0.999999);
  EXPECT_NEAR(far, near, 1e-7);
  EXPECT_EQ(err.find("f32"), std::string::npos) << err;
  ASSERT_EQ(run("eval far --data far.csv --json"), 0) << err;
  EXPECT_GT(json()["metrics"]["r2"], 0.999999);

  // As it is, f32 cannot tell its values apart, which is said with the remedy.
  EXPECT_EQ(run("train c.toml --check --set data.normalize=none --set data.dataset=far.csv"), 0)
      << err;
  for (const char* words : {"far.csv: column 't' has mean 16000001",
                            "which f32 hardly tells apart; normalize = \"auto\" in [data] keeps"})
    EXPECT_NE((out + err).find(words), std::string::npos) << out << err;
}

TEST_F(TrainTable, ATargetFarFromZeroHasOneRemedy) {
  std::string table = "a,y\n";
  for (int i = 0; i < 40; ++i)
    table += std::to_string(i) + "," + std::to_string(1600000000 + i) + ".5\n";
  write("t.csv", table);
  write("c.toml", "[data]\ntrain = \"t.csv\"\n[model]\nlayers = [\"linear 1\"]\n");
  ASSERT_EQ(run("train c.toml --check"), 0) << err;
  EXPECT_EQ(err.find("f32 hardly tells apart"), std::string::npos) << err;
  ASSERT_EQ(run("train c.toml --check --set data.normalize_target=none"), 0) << err;
  EXPECT_NE(err.find("f32 hardly tells apart; normalize_target = \"auto\" in [data] keeps its"),
            std::string::npos)
      << err;
  EXPECT_EQ(err.find("learns sooner"), std::string::npos) << err;
}

TEST_F(TrainTable, WholeNumbersAndOneOutputMayBeAQuantity) {
  std::string table = "a,y\n";
  for (int i = 0; i < 40; ++i)
    table += std::to_string(i) + "," + std::to_string(i % 3) + "\n";
  write("t.csv", table);
  write("c.toml", "[data]\ntrain = \"t.csv\"\n[model]\nlayers = [\"linear 1\"]\n");
  expect_refusal(
      2, "train c.toml",
      "the last layer gives 1 number, but there are 3 classes: '0', '1', '2'; train.loss "
      "= \"mse\" takes them for a quantity");
  EXPECT_EQ(run("train c.toml --check --set train.loss=mse"), 0) << err;
}

TEST_F(TrainTable, SaysWhatClassesThereAre) {
  std::string table = "a,y\n";
  for (int i = 0; i < 40; ++i)
    table += std::to_string(i) + (i == 7 ? ",Yes \n" : i % 2 ? ",yes\n" : ",no\n");
  write("t.csv", table);
  write("c.toml",
        "[data]\ndataset = \"t.csv\"\n[model]\nlayers = [\"linear 2\"]\n[train]\nepochs = "
        "1\nthreads = 1\n");
  expect_refusal(2, "train c.toml",
                 "the last layer gives 2 numbers, but there are 3 classes: 'Yes', 'no', 'yes'");
  expect_refusal(2, "train c.toml --set train.loss=mse",
                 "train.loss: is for quantities, but the targets of t.csv are 3 classes: 'Yes'");
}

TEST_F(TrainTable, SaysWhatFloatsWereTakenFor) {
  std::vector<float> x(12), y(12);
  for (size_t i = 0; i < x.size(); ++i)
    x[i] = float(i), y[i] = float(i % 3);
  write_npz(at("f.npz"), {{"x", Tensor::from(x, {12, 1})}, {"y", Tensor::from(y, {12})}});
  write("c.toml",
        "[data]\ndataset = \"f.npz\"\n[model]\nlayers = [\"linear 3\"]\n[train]\nepochs = "
        "1\nthreads = 1\n");
  expect_refusal(2, "train c.toml",
                 "a target is [1]: the targets of f.npz are taken for quantities; if they are "
                 "classes, train.loss = \"cross_entropy\" says so");
  EXPECT_EQ(run("train c.toml --out r --set train.loss=cross_entropy"), 0) << err;
  write_npz(at("wide.npz"), {{"x", Tensor::from(std::vector<float>(24), {3, 8})},
                             {"y", Tensor::from(std::vector<int64_t>{0, 1, 5}, {3})}});
  expect_refusal(2, "eval r --data wide.npz", "a sample has 8 columns, the model takes 1 column");
}

TEST_F(TrainTable, OneClassIsNothingToLearn) {
  write("one.csv", "a,y\n1,cat\n2,cat\n3,cat\n4,cat\n5,cat\n6,cat\n7,cat\n8,cat\n9,cat\n10,cat\n");
  write("c.toml",
        "[data]\ndataset = \"one.csv\"\n[model]\nlayers = [\"linear 3\"]\n[train]\nepochs = "
        "1\nthreads = 1\n");
  expect_refusal(
      1, "train c.toml",
      "one.csv: all samples are of one class (cat); there should be at least two to tell apart");
}

TEST_F(TrainTable, KeepsTheTargetThatItFound) {
  std::string table = "a,b,label\n", other = "target,a,b,label\n";
  for (int i = 0; i < 60; ++i) {
    const std::string row = std::to_string(i % 7) + "," + std::to_string(i % 3) + "," +
                            std::to_string(i % 7 + 0.5) + "\n";
    table += row;
    other += "1000.25," + row;
  }
  write("t.csv", table);
  write("other.csv", other);
  write("c.toml",
        "[data]\ndataset = \"t.csv\"\n[model]\nlayers = [\"linear 1\"]\n[train]\nepochs = "
        "1\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  EXPECT_NE(read("r/config.toml").find("target = \"label\""), std::string::npos)
      << read("r/config.toml");
  ASSERT_EQ(run("eval r --data t.csv --json"), 0) << err;
  const auto metrics = json()["metrics"];
  ASSERT_EQ(run("eval r --data other.csv --json"), 0) << err;
  EXPECT_EQ(json()["metrics"], metrics);
  ASSERT_EQ(run("train c.toml --out r --resume --quiet"), 0)
      << err;  // the key is open there, and no other configuration
  write("v.toml",
        "[data]\ntrain = \"t.csv\"\nvalidation = \"other.csv\"\n[model]\nlayers = [\"linear "
        "1\"]\n[train]\nepochs = 1\nthreads = 1\n");
  ASSERT_EQ(run("train v.toml --out v --json"), 0) << err;
  EXPECT_LT(json()["metrics"]["val_loss"], 1e4);  // not against the column of thousands
}

}  // namespace
}  // namespace hebb
