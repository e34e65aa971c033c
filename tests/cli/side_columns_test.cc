// Columns that are no inputs: data.id stands beside predictions, data.weight weighs rows.

#include <fmt/format.h>

#include <sstream>

#include "hebb/formats/npz.h"
#include "hebb/ops/create.h"
#include "support/program.h"

namespace hebb {
namespace {

class SideColumns : public ProgramTest {
 protected:
  // Every second row is wrong, and weighs nothing.
  void write_table(const std::string& weight_of_wrong = "0", int rows = 120) const {
    std::string table = "code,a,b,w,y\n";
    for (int i = 0; i < rows; ++i) {
      const bool wrong = i % 2 == 1, yes = (i / 2) % 2 == 1;
      table += fmt::format("K{:03},{},{},{},{}\n", i, (i / 2) % 2 ? 2 : -2, i % 5,
                           wrong ? weight_of_wrong : "1.5", yes != wrong ? "yes" : "no");
    }
    write("t.csv", table);
    write("c.toml",
          "[data]\ndataset = \"t.csv\"\ntarget = \"y\"\nid = \"code\"\nweight = \"w\"\n"
          "normalize = \"auto\"\n[model]\nlayers = [\"linear 2\"]\n[train]\nepochs = 40\n"
          "optimizer = \"adam lr=0.05\"\nmetrics = [\"accuracy\", \"roc_auc\"]\nthreads = 1\n");
  }
  static std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
      out.push_back(line);
    return out;
  }
};

TEST_F(SideColumns, RowsOfWeightZeroTeachNothing) {
  write_table();
  ASSERT_EQ(run("train c.toml --out r --json"), 0) << err;
  for (const char* metric : {"accuracy", "val_accuracy", "test_accuracy", "test_roc_auc"})
    EXPECT_GT(json()["metrics"][metric], 0.99) << out;
  EXPECT_LT(json()["metrics"]["test_loss"], 0.3) << out;
  ASSERT_EQ(run("eval r --data t.csv --json --predictions p.csv"), 0) << err;
  EXPECT_GT(json()["metrics"]["accuracy"], 0.99) << out;
  EXPECT_EQ(json()["samples"], 120);
  ASSERT_EQ(run("train c.toml --out r --resume --json --set train.epochs=41"), 0) << err;
  // Without weights half of the rows are wrong.
  write_table("1.5");
  ASSERT_EQ(run("eval r --data t.csv --json"), 0) << err;
  EXPECT_NEAR(json()["metrics"]["accuracy"], 0.5, 0.01) << out;
  // Neither the identifier nor the weight is an input.
  const auto info = nlohmann::json::parse(read("r/model.json"));
  EXPECT_EQ(info["input"]["features"], nlohmann::json({"a", "b"}));
}

TEST_F(SideColumns, IdentifiersStandBesidePredictions) {
  write_table();
  ASSERT_EQ(run("train c.toml --out r --quiet --set train.epochs=1"), 0) << err;
  ASSERT_EQ(run("eval r --predictions p.csv --quiet"), 0) << err;
  EXPECT_EQ(lines_of(read("p.csv"))[0], "sample,code,target,prediction,score_no,score_yes");
  EXPECT_NE(read("p.csv").find(",K0"), std::string::npos);
  // Where it is missing its cell is empty; the weight may be missing, too.
  write("new.csv", "b,code,a,label\n1,\"Z,1\",2,x\n1,Z2,oops,y\n");
  ASSERT_EQ(run("predict r new.csv -o q.csv --quiet --keep label"), 0) << err;
  const std::vector<std::string> rows = lines_of(read("q.csv"));
  EXPECT_EQ(rows[0],
            "input,code,input_label,prediction_index,label,confidence,probability_no,"
            "probability_yes,reason");
  EXPECT_EQ(rows[1].find("new.csv:2,\"Z,1\",x,"), 0u) << rows[1];
  EXPECT_EQ(rows[2].find("new.csv:3,Z2,y,,,,,,"), 0u) << rows[2];  // also of a row without one
  ASSERT_EQ(run("predict r new.csv --json"), 0) << err;
  EXPECT_EQ(json()["predictions"][0]["columns"]["code"], "Z,1");
  write("bare.csv", "b,a\n1,2\n");
  ASSERT_EQ(run("predict r bare.csv -o q.jsonl --quiet"), 0) << err;
  EXPECT_EQ(nlohmann::json::parse(read("q.jsonl"))["columns"]["code"], "");
  ASSERT_EQ(run("predict r new.csv"), 0) << err;
  EXPECT_NE(out.find("new.csv:2 (code Z,1): "), std::string::npos) << out;
  expect_refusal(2, "predict r new.csv --keep labl", "unknown column 'labl'");
  ASSERT_EQ(run("eval r --data t.csv --predictions p.jsonl --quiet"), 0) << err;
  EXPECT_EQ(nlohmann::json::parse(lines_of(read("p.jsonl"))[7])["columns"]["code"], "K007");
}

TEST_F(SideColumns, DataWithoutWeightsAreSaid) {
  write_table();
  ASSERT_EQ(run("train c.toml --out r --quiet --set train.epochs=1"), 0) << err;
  write("bare.csv", "a,b,y\n2,1,yes\n-2,1,no\n");
  ASSERT_EQ(run("eval r --data bare.csv"), 0) << err;
  EXPECT_NE(err.find("there is no column 'w' (data.weight), so each row counts the same"),
            std::string::npos)
      << err;
}

TEST_F(SideColumns, AreChecked) {
  for (const auto& [cell, words] :
       {std::pair("-1", "line 3: column 'w' is '-1', should be a weight: a number of at least 0"),
        std::pair("", "line 3: column 'w' is empty, should be a weight"),
        std::pair("heavy", "line 3: column 'w' is 'heavy', should be a weight")}) {
    write_table(cell);
    expect_refusal(1, "train c.toml --check", words);
  }
  write_table();
  expect_refusal(2, "train c.toml --check --set data.weight=weights", "unknown column 'weights'");
  expect_refusal(2, "train c.toml --check --set data.id=y", "is 'y', which is the target");
  expect_refusal(2, "train c.toml --check --set 'data.columns=[\"a\", \"w\"]'",
                 "is 'w', which is among data.columns");
  expect_refusal(2, "train c.toml --check --set 'train.metrics=[\"expected_calibration_error\"]'",
                 "train.metrics: expected_calibration_error: takes no weights of samples");
  write("z.csv", "a,w,y\n1,0,x\n2,0,z\n3,0,x\n4,0,z\n5,0,x\n6,0,z\n7,0,x\n8,0,z\n");
  expect_refusal(1, "train c.toml --check --set data.dataset=z.csv --set data.id=",
                 "every sample has the weight 0");
  expect_refusal(2, "train c.toml --check --set data.dataset=glyphs --set data.target=",
                 "names a column of a table, which this is not");
}

TEST_F(SideColumns, OfArrays) {
  std::vector<float> x;
  std::vector<int64_t> y;
  std::vector<double> w;
  for (int i = 0; i < 80; ++i) {
    x.insert(x.end(), {float((i / 2) % 2 ? 2 : -2), float(i % 3)});
    y.push_back(((i / 2) % 2 == 1) != (i % 2 == 1));
    w.push_back(i % 2 == 1 ? 0 : 1);
  }
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < 80; ++i)
    ids.push_back(1000 + i);
  write_npz(at("t.npz"), {{"x", Tensor::from(x, {80, 2})},
                          {"y", Tensor::from(y, {80})},
                          {"w", Tensor::from(w, {80})},
                          {"n", Tensor::from(ids, {80})}});
  write("c.toml",
        "[data]\ndataset = \"t.npz\"\nid = \"n\"\nweight = \"w\"\n[model]\nlayers = [\"linear "
        "2\"]\n[train]\nepochs = 60\noptimizer = \"adam lr=0.05\"\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --out r --json"), 0) << err;
  EXPECT_GT(json()["metrics"]["test_accuracy"], 0.99);
  ASSERT_EQ(run("predict r t.npz -o p.csv --quiet"), 0) << err;
  EXPECT_EQ(lines_of(read("p.csv"))[1].find("t.npz:0,1000,"), 0u);
}

}  // namespace
}  // namespace hebb
