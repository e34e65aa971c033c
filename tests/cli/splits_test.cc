// Ways to split in a configuration, folds, and what is warned of; from outside.

#include <set>

#include "support/program.h"

namespace hebb {
namespace {

class Splits : public ProgramTest {
 protected:
  // 120 rows of 30 people, four each, two classes; day: four a month; part and fold: columns of the
  // user's.
  void SetUp() override {
    ProgramTest::SetUp();
    std::string table = "a,b,person,day,part,fold,kind\n";
    for (int i = 0; i < 120; ++i) {
      const int a = i * 37 % 101, b = i * 53 % 97;
      const char* part = i % 10 == 3 ? "Test" : i % 10 == 7 ? "val" : "train";
      table += std::to_string(a) + "," + std::to_string(b) + ",p" + std::to_string(i / 4) + "," +
               std::to_string(2000 + i / 48) + "-" + std::to_string(i / 4 % 12 + 1) + "-0" +
               std::to_string(i % 4 + 1) + "," + part + "," + std::to_string(i % 5) +
               (a + b > 95 ? ",high\n" : ",low\n");
    }
    write("t.csv", table);
  }
  void config(const std::string& data, const std::string& train = "") const {
    write("c.toml", "[data]\ndataset = \"t.csv\"\ntarget = \"kind\"\ncolumns = [\"a\", \"b\"]\n" +
                        data +
                        "\n[model]\nlayers = [\"linear 2\"]\n[train]\nepochs = 1\nthreads "
                        "= 1\n" +
                        train);
  }
  // Samples of train, validation and test.
  std::vector<int> sizes(const std::string& data) {
    config(data);
    EXPECT_EQ(run("train c.toml --check --json"), 0) << err;
    const auto samples = json()["samples"];
    return {samples["train"], samples["validation"], samples["test"]};
  }
  void refused(int status, const std::string& data, const std::string& words) {
    config(data);
    expect_refusal(status, "train c.toml --check", words);
  }
};

using Sizes = std::vector<int>;

TEST_F(Splits, EachWayGivesItsParts) {
  EXPECT_EQ(sizes(""), (Sizes{84, 18, 18}));
  EXPECT_EQ(sizes("group = \"person\"\nsplit = { train = 0.8, validation = 0.1, test = 0.1 }"),
            (Sizes{96, 12, 12}));
  EXPECT_EQ(sizes("time = \"day\"\nsplit = { train = 0.8, validation = 0.1, test = 0.1 }"),
            (Sizes{96, 12, 12}));
  EXPECT_EQ(sizes("split = { column = \"part\" }"), (Sizes{96, 12, 12}));
  EXPECT_EQ(sizes("split = { column = \"fold\", folds = 5, fold = 2 }"), (Sizes{96, 0, 24}));
  EXPECT_EQ(sizes("split = { folds = 5, fold = 1 }"), (Sizes{96, 0, 24}));
  EXPECT_EQ(sizes("split = { folds = 5, fold = 1, validation = 0.25 }"), (Sizes{72, 24, 24}));
  EXPECT_EQ(sizes("group = \"person\"\nsplit = { folds = 5, fold = 4, validation = 0.25 }"),
            (Sizes{72, 24, 24}));
  EXPECT_EQ(sizes("time = \"day\"\nsplit = { folds = 5, fold = 0 }"), (Sizes{20, 0, 20}));
  EXPECT_EQ(sizes("time = \"day\"\nsplit = { folds = 5, fold = 4 }"), (Sizes{100, 0, 20}));
  EXPECT_EQ(sizes("group = \"person\"\nstratify = true"), (Sizes{84, 16, 20}));
}

TEST_F(Splits, ColumnsThatSplitAreNotLearnedFrom) {
  std::string table = "a,b,who,kind\n";
  for (int i = 0; i < 40; ++i)
    table += std::to_string(i * 7 % 13) + "," + std::to_string(i * 5 % 11) + "," +
             std::to_string(i / 4) + (i % 2 ? ",x\n" : ",y\n");
  write("n.csv", table);
  write("c.toml",
        "[data]\ndataset = \"n.csv\"\ntarget = \"kind\"\ngroup = \"who\"\n[model]\nlayers = "
        "[\"linear 2\"]\n[train]\nepochs = 1\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  EXPECT_EQ(nlohmann::json::parse(read("r/model.json"))["input"]["features"],
            nlohmann::json({"a", "b"}));
  ASSERT_EQ(run("eval r --json"), 0) << err;
  EXPECT_EQ(err.find("the test data are not those"), std::string::npos) << err;
  write("fresh.csv", "a,b\n1,2\n");  // no such column at prediction
  ASSERT_EQ(run("predict r fresh.csv --json"), 0) << err;
}

TEST_F(Splits, AFileOfPartsGoesRound) {
  ASSERT_EQ(run("data split t.csv --target kind --fractions 0.5,0.25,0.25 --group person -o "
                "p.json --json"),
            0)
      << err;
  EXPECT_NE(err.find("split = { file = \"p.json\" } in [data] trains on these parts"),
            std::string::npos)
      << err;
  const auto parts = json()["parts"];
  EXPECT_EQ(sizes("split = { file = \"p.json\" }"),
            (Sizes{parts[0]["samples"], parts[1]["samples"], parts[2]["samples"]}));
  ASSERT_EQ(run("data split t.csv --target kind --folds 4 -o f.npz"), 0) << err;
  EXPECT_EQ(sizes("split = { file = \"f.npz\", fold = 3 }"), (Sizes{90, 0, 30}));
  EXPECT_EQ(sizes("split = { file = \"f.npz\", fold = 3, validation = 0.1 }"), (Sizes{81, 9, 30}));
  refused(2, "split = { file = \"f.npz\", fold = 4 }",
          "fold is 4, but f.npz holds the folds 0 to 3");
  write("some.json", "{\"train\": [0, 1, 2, 3, 4, 5, 6, 7], \"test\": [9, 8]}");
  EXPECT_EQ(sizes("split = { file = \"some.json\" }"), (Sizes{8, 0, 2}));
  ASSERT_EQ(run("train c.toml --check"), 0) << err;
  EXPECT_NE(err.find("t.csv: 110 of 120 samples are in no part: some.json does not name them"),
            std::string::npos)
      << err;
  write("far.json", "{\"train\": [0, 120]}");
  refused(1, "split = { file = \"far.json\" }", "train holds sample 120, but t.csv has 120");
  write("odd.json", "{\"train\": [0], \"rest\": [1]}");
  refused(1, "split = { file = \"odd.json\" }", "holds a part 'rest'");
  refused(2, "split = { file = \"none.json\" }", "none.json: there is no such file");
  expect_refusal(2, "data split t.csv --target kind --folds 4 --time day -o f.npz",
                 "trained on what lies before them");
}

TEST_F(Splits, WhatCannotBeIsRefused) {
  const auto split = [](const std::string& text) { return "split = { " + text + " }"; };
  refused(2, split("folds = 1"), "'data.split.folds' is 1, should be at least 2");
  refused(2, split("folds = 5, fold = 5"), "'data.split.fold' is 5, should be from 0 to 4");
  refused(2, split("folds = 5, train = 0.5"), "has shares and folds");
  refused(2, split("folds = 121"), "121 folds of 120 samples");
  refused(2, split("column = \"part\", file = \"p.json\""), "has a column and a file");
  refused(2, split("column = \"part\", validation = 1"), "at least 0 and below 1");
  refused(2, split("column = \"part\", validation = 0.1"), "names a validation part");
  refused(2, split("column = \"parts\""), "unknown column 'parts'");
  refused(1, split("column = \"fold\""), "line 5: column 'fold' is '3', should be train");
  refused(1, split("column = \"fold\", folds = 3"),
          "line 5: column 'fold' is '3', should be the number of a fold, 0 to 2");
  refused(2, "stratify = true\n" + split("column = \"part\""), "'data.stratify' has nothing");
  refused(2, "group = \"nobody\"", "unknown column 'nobody'");
  refused(2, "group = \"person\"\ntime = \"day\"", "it should be one of them");
  refused(2, "stratify = true\ntime = \"day\"", "it should be one of them");
  refused(
      1, "time = \"kind\"",
      "data.time: column 'kind': line 2 is 'low', should be a time: a number, or a date such as "
      "2026-11-29");
  write("p.toml",
        "[data]\ndataset = \"glyphs\"\ngroup = \"person\"\n[model]\nlayers = "
        "[\"flatten\", \"linear 10\"]\n");
  expect_refusal(2, "train p.toml --check", "'person' names a column of a table");
  write("p.toml",
        "[data]\ntrain = \"t.csv\"\ntarget = \"kind\"\ngroup = \"person\"\n[model]\n"
        "layers = [\"linear 2\"]\n");
  expect_refusal(2, "train p.toml --check", "there is no split");
}

TEST_F(Splits, PicturesHaveFoldsToo) {
  write("g.toml",
        "[data]\ndataset = \"glyphs:train\"\nlimit = 200\nstratify = true\nsplit = { folds = 4 }\n"
        "[model]\nlayers = [\"flatten\", \"linear 10\"]\n");
  ASSERT_EQ(run("train g.toml --check --json"), 0) << err;
  EXPECT_EQ(json()["samples"], nlohmann::json({{"train", 150}, {"validation", 0}, {"test", 50}}));
}

TEST_F(Splits, FoldsAreTrainedAndSummedUp) {
  config("split = { train = 0.75, validation = 0.25 }");
  ASSERT_EQ(run("train c.toml --folds 3 --out f --json"), 0) << err;
  EXPECT_EQ(json()["run"], "f");
  const auto accuracy = json()["metrics"]["test_accuracy"];
  ASSERT_EQ(accuracy["values"].size(), 3u);
  double mean = 0;
  for (double value : accuracy["values"])
    mean += value / 3;
  EXPECT_NEAR(accuracy["mean"], mean, 1e-12);
  std::set<std::string> hashes;
  for (int fold = 0; fold < 3; ++fold) {
    const std::string folder = "f/fold-" + std::to_string(fold);
    const auto model = nlohmann::json::parse(read(folder + "/model.json"));
    EXPECT_EQ(model["name"], folder);
    EXPECT_NE(read(folder + "/report.html").find("<h1>" + folder + "</h1>"), std::string::npos);
    const auto data = model["data"];
    EXPECT_EQ(data[0]["samples"], 60);
    EXPECT_EQ(data[1]["samples"], 20);
    EXPECT_EQ(data[2]["samples"], 40);
    hashes.insert(data[2]["hash"]);
    ASSERT_EQ(run("eval " + folder + " --json"), 0) << err;
    EXPECT_EQ(json()["metrics"]["accuracy"], accuracy["values"][size_t(fold)]);
  }
  EXPECT_EQ(hashes.size(), 3u);
  ASSERT_EQ(run("runs list f"), 0) << err;
  EXPECT_NE(out.find("folds"), std::string::npos) << out;
  EXPECT_NE(out.find("f/fold-2"), std::string::npos) << out;
  ASSERT_EQ(run("runs show f"), 0) << err;
  EXPECT_NE(out.find("3 of 3 folds are finished"), std::string::npos) << out;
  expect_refusal(2, "train c.toml --folds 3 --out f", "there are folds in this folder already");
  write("rows.csv", "a,b\n1,2\n");
  for (const char* command : {"eval f", "predict f rows.csv", "summary f"})
    expect_refusal(2, command,
                   "f: holds the runs of several folds, each with a model of its own; name one of "
                   "them, such as f/fold-0");
  expect_refusal(2, "train f", "f: holds the runs of several folds, should be a configuration");
  const std::string before = read("f/folds.json");
  fs::remove(at("f/folds.json"));
  fs::remove_all(at("f/fold-2"));
  ASSERT_EQ(run("train c.toml --folds 3 --out f --resume --quiet"), 0) << err;
  auto again = nlohmann::json::parse(read("f/folds.json"));
  EXPECT_EQ(again["metrics"]["test_accuracy"],
            nlohmann::json::parse(before)["metrics"]["test_accuracy"]);
  ASSERT_EQ(run("train c.toml --folds 2 --check --json"), 0) << err;
  EXPECT_EQ(json()["samples"]["test"], 60);
  ASSERT_EQ(run("train c.toml --folds 2 --quiet"), 0) << err;
  EXPECT_TRUE(path_exists(at("runs/c-1/folds.json")));
  ASSERT_EQ(run("train c.toml --folds 2 --resume --json"), 0) << err;
  EXPECT_EQ(json()["run"], "runs/c-1");
  expect_refusal(2, "train c.toml --folds 1", "from 2 to");
}

TEST_F(Splits, AWrongNumberOfFoldsIsFoundBeforeTraining) {
  ASSERT_EQ(run("data split t.csv --target kind --folds 4 -o four.json"), 0) << err;
  config("split = { file = \"four.json\" }");
  for (const char* command : {"train c.toml --folds 7 --out f", "train c.toml --folds 7 --check"})
    expect_refusal(2, command, "folds: 7 is asked for, but four.json holds 4; it should be 4");
  expect_refusal(2, "train c.toml --folds 3 --out f", "3 is asked for, but four.json holds 4");
  write("three.json", "{\"fold0\": [0, 1], \"fold1\": [2, 3], \"fold3\": [4]}");
  config("split = { file = \"three.json\" }");
  expect_refusal(2, "train c.toml --folds 3 --out f", "holds 3 folds up to fold3");
  write("parts.json", "{\"train\": [0, 1, 2, 3, 4, 5], \"test\": [6, 7]}");
  config("split = { file = \"parts.json\" }");
  expect_refusal(2, "train c.toml --folds 2 --out f", "parts.json holds no folds");
  config("split = { column = \"fold\" }");
  expect_refusal(2, "train c.toml --folds 7 --out f --quiet",
                 "folds is 7, but no row of column 'fold' is of fold 5; its folds go up to 4");
  EXPECT_FALSE(path_exists(at("f")));
  config("split = { file = \"four.json\" }");
  ASSERT_EQ(run("train c.toml --folds 4 --check --json"), 0) << err;
  EXPECT_EQ(json()["samples"], nlohmann::json({{"train", 90}, {"validation", 0}, {"test", 30}}));
}

TEST_F(Splits, AShareForValidationStandsBesideFolds) {
  const std::string best = "threshold = \"best f1\"\n",
                    stopping = "early_stopping = { patience = 2 }\n";
  for (const std::string& needs : {best, stopping}) {
    config("", needs);
    expect_refusal(2, "train c.toml --folds 3 --quiet --out f",
                   "set validation = 0.1 beside folds in data.split");
  }
  config("split = { train = 1 }", best);
  expect_refusal(2, "train c.toml --check",
                 "set split = { train = 0.9, validation = 0.1 } in [data]");
  for (const char* split : {"", "split = { train = 0.6, validation = 0.2, test = 0.2 }",
                            "split = { folds = 5 }", "split = { folds = 5, validation = 0.5 }"}) {
    config(split, best);
    ASSERT_EQ(run("train c.toml --folds 3 --check --json --set data.split.validation=0.1"), 0)
        << split << "\n"
        << err;
    EXPECT_EQ(json()["samples"], nlohmann::json({{"train", 72}, {"validation", 8}, {"test", 40}}))
        << split;
  }
  config("");
  EXPECT_EQ(run("train c.toml --folds 3 --check --set data.split.validation=1"), 2);
  EXPECT_EQ(sizes("split = { validation = 0.1 }"), (Sizes{108, 12, 0}));
  EXPECT_EQ(sizes("split = { validation = 0.1, test = 0.2 }"), (Sizes{84, 12, 24}));
}

TEST_F(Splits, LeaksAreSaid) {
  std::string table = "a,b,code,kind\n";
  for (int i = 0; i < 200; ++i) {
    const int a = i % 20 == 19 ? 7 : i * 37 % 1009;
    const int b = i % 20 == 19 ? 7 : i * 53 % 997;
    table += std::to_string(a) + "," + std::to_string(b) + "," +
             (i % 20 == 19 ? "4" : std::to_string(i % 2 ? 4 : 9)) + (i % 2 ? ",x\n" : ",y\n");
  }
  write("l.csv", table);
  write("c.toml",
        "[data]\ndataset = \"l.csv\"\ntarget = \"kind\"\nsplit = { train = 0.5, test = 0.5 }\n"
        "[model]\nlayers = [\"linear 2\"]\n[train]\nepochs = 1\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --check"), 0) << err;
  EXPECT_NE(err.find("column 'code' alone tells the class of 100.0 % of the samples"),
            std::string::npos)
      << err;
  EXPECT_NE(err.find("samples of the test part are in the training part, too"), std::string::npos)
      << err;
}

}  // namespace
}  // namespace hebb
