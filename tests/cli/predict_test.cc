// hebb predict on rows of tables and arrays, from outside; pictures: train_test.cc.

#include <algorithm>
#include <cmath>

#include "hebb/formats/csv.h"
#include "hebb/formats/image.h"
#include "hebb/formats/npz.h"
#include "hebb/ops/create.h"
#include "support/program.h"

namespace hebb {
namespace {

class PredictRows : public ProgramTest {
 protected:
  void train(const std::string& loss = "") {
    std::string table = "a,b,kind\n";
    for (int i = 0; i < 60; ++i)
      table += std::to_string(i % 7) + ".5," + std::to_string(i % 5) + "," +
               (loss.empty() ? (i % 2 ? "odd, or so" : "even") : std::to_string(i % 3) + ".25") +
               "\n";
    for (size_t at = 0; (at = table.find("odd, or so", at)) != std::string::npos; at += 12)
      table.replace(at, 10, "\"odd, or so\"");
    write("t.csv", table);
    write("c.toml",
          "[data]\ndataset = \"t.csv\"\ntarget = \"kind\"\nnormalize = \"auto\"\nsplit = { train = "
          "0.8, validation = 0.2 }\n[model]\nlayers = [\"linear " +
              std::string(loss.empty() ? "2" : "1") + "\"]\n[train]\nepochs = 2\nthreads = 1\n" +
              loss);
    ASSERT_EQ(run("train c.toml --quiet --out r"), 0) << err;
    EXPECT_TRUE(fs::exists(at("r/recipe.json")));
  }
};

TEST_F(PredictRows, ByNameInAnyOrderWithoutTheTarget) {
  train();
  write("plain.csv", "a,b\n1,2\n3,4\n");
  write("other.csv", "note,b,kind,a\nx,2,even,1\ny,4,?,3\n");
  ASSERT_EQ(run("predict r plain.csv --json"), 0) << err;
  const auto plain = json();
  ASSERT_EQ(plain["predictions"].size(), 2u);
  EXPECT_EQ(plain["predictions"][0]["input"], "plain.csv:2");
  EXPECT_EQ(plain["predictions"][0]["top"].size(), 2u);
  EXPECT_EQ(plain["errors"], nlohmann::json::array());
  std::vector<std::string> keys;
  for (const auto& [key, value] : plain["predictions"][0].items())
    keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"confidence", "input", "label", "prediction_index",
                                            "top", "warnings"}));
  ASSERT_EQ(run("predict r other.csv --json"), 0) << err;
  for (size_t i = 0; i < 2; ++i)
    EXPECT_EQ(json()["predictions"][i]["top"], plain["predictions"][i]["top"]);
  ASSERT_EQ(run("predict r plain.csv other.csv"), 0) << err;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 4);
  EXPECT_EQ(out.substr(0, 13), "plain.csv:2: ");
}

TEST_F(PredictRows, StandardInputIsNotWrittenOver) {
  train();
  write("rows.csv", "a,b\n1,2\n");
  EXPECT_EQ(run("predict r - -o rows.csv <rows.csv 2>.log #"), 2);
  EXPECT_NE(read(".log").find("is read by this command"), std::string::npos) << read(".log");
  EXPECT_EQ(read("rows.csv"), "a,b\n1,2\n");
}

TEST_F(PredictRows, FromStandardInput) {
  train();
  write("plain.csv", "a,b\n1,2\n3,4\n");
  ASSERT_EQ(run("predict r plain.csv"), 0) << err;
  std::string wanted = out;
  for (size_t at = 0; (at = wanted.find("plain.csv", at)) != std::string::npos;)
    wanted.replace(at, 9, "standard input");
  EXPECT_EQ(run("predict r - <plain.csv >.rows 2>.log #"), 0) << read(".log");
  EXPECT_EQ(read(".rows"), wanted);
}

TEST_F(PredictRows, BadCellsHaveNoPredictionAndAReason) {
  train();
  write("bad.csv", "a,b\n1,2\noh,2\n\"NA\",2\n1\n1,1e300\n1,inf\n\"1\"x,2\n3,4\n");
  ASSERT_EQ(run("predict r bad.csv --json"), 0) << err;
  const auto all = json();
  ASSERT_EQ(all["predictions"].size(), 8u);
  const std::vector<std::string> reasons = {"",
                                            "column 'a' is 'oh', should be a number",
                                            "column 'a' is 'NA', should be a number",
                                            "has 1 cells, should have 2",
                                            "column 'b' is '1e300', which f32 does not hold",
                                            "column 'b' is 'inf', should be a number",
                                            "text behind a quoted cell",
                                            ""};
  for (size_t i = 0; i < reasons.size(); ++i) {
    const auto& p = all["predictions"][i];
    EXPECT_EQ(p["input"], "bad.csv:" + std::to_string(i + 2));
    EXPECT_EQ(p["prediction_index"].is_null(), !reasons[i].empty());
    EXPECT_EQ(p["label"].is_null(), !reasons[i].empty());
    if (!reasons[i].empty()) {
      EXPECT_NE(p["reason"].get<std::string>().find(reasons[i]), std::string::npos) << p;
    }
  }
  EXPECT_EQ(all["errors"].size(), 6u);
  EXPECT_NE(err.find("note: 6 of 8 rows could not be used"), std::string::npos) << err;
  EXPECT_NE(err.find("bad.csv:7"), std::string::npos) << err;   // the fifth
  EXPECT_EQ(err.find("bad.csv:8:"), std::string::npos) << err;  // five examples are enough
  write("worse.csv", "a,b\nx,2\n");
  EXPECT_EQ(run("predict r worse.csv"), 1);
  EXPECT_NE(err.find("none of 1 rows could be used; the first: worse.csv:2"), std::string::npos)
      << err;
}

// Nothing was missing in training; the median stands in.
TEST_F(PredictRows, MissingCellsAreFilled) {
  train();
  write("miss.csv", "a,b\nNA,2\n,2\n3.5,2\n3.5,nan\n");
  ASSERT_EQ(run("predict r miss.csv --json"), 0) << err;
  const auto all = json()["predictions"];
  EXPECT_EQ(json()["errors"].size(), 0u);
  for (size_t i : {0, 1, 3})
    EXPECT_EQ(all[i]["top"], all[2]["top"]) << i;
}

// A table of one column cannot write a missing cell in another way; lines at the end are no rows.
TEST_F(PredictRows, BlankLinesOfASingleColumnAreRows) {
  train();
  write("one.toml", read("c.toml"));
  ASSERT_EQ(run("train one.toml --quiet --out one --set 'data.columns=[\"a\"]'"), 0) << err;
  write("one.csv", "a\n1\n\n \n3\n\n\n");
  ASSERT_EQ(run("predict one one.csv -o o.csv --quiet"), 0) << err;
  const CsvTable table = read_csv(at("o.csv"));
  ASSERT_EQ(table.rows(), 4);
  for (int64_t i = 0; i < 4; ++i) {
    EXPECT_EQ(table.at(i, 0), "one.csv:" + std::to_string(i + 2));
    EXPECT_FALSE(table.at(i, 1).empty());
  }
  EXPECT_EQ(table.at(1, 4), table.at(2, 4));
  write("two.csv", "a,b\n1,2\n\n3,4\n");
  ASSERT_EQ(run("predict one two.csv --json"), 0) << err;
  EXPECT_EQ(json()["predictions"].size(), 2u);
}

// On the terminal, too, each row has its line.
TEST_F(PredictRows, RowsThatCannotBeUsedAreShown) {
  train();
  write("bad.csv", "a,b\n1,2\noh,2\n3,4\n");
  ASSERT_EQ(run("predict r bad.csv"), 0) << err;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 3) << out;
  EXPECT_NE(out.find("bad.csv:3: no prediction: column 'a' is 'oh', should be a number\n"),
            std::string::npos)
      << out;
  EXPECT_NE(err.find("note: 1 of 3 rows could not be used, and has no prediction\n"),
            std::string::npos)
      << err;
}

TEST_F(PredictRows, LinesThatAreNoJsonAreRows) {
  train();
  const std::string good = "{\"a\": 1, \"b\": 2}\n";
  write("bad.jsonl", "oh\n" + good + "\n[1]\n" + good + "{\"a\": 1,\n");
  ASSERT_EQ(run("predict r bad.jsonl -o o.csv"), 0) << err;
  const CsvTable table = read_csv(at("o.csv"));
  ASSERT_EQ(table.rows(), 5);
  const std::vector<std::string> lines = {"1", "2", "4", "5", "6"};
  for (int64_t i = 0; i < 5; ++i) {
    EXPECT_EQ(table.at(i, 0), "bad.jsonl:" + lines[size_t(i)]);
    EXPECT_EQ(table.at(i, 1).empty(), i % 2 == 0) << i;
  }
  EXPECT_NE(table.at(0, 6).find("is no JSON"), std::string::npos);
  EXPECT_NE(table.at(2, 6).find("holds no object"), std::string::npos);
}

// Words and gaps that no row of the training had are counted; five are shown.
TEST_F(PredictRows, WhatTheTrainingDidNotSeeIsCounted) {
  std::string table = "n,town,seldom,y\n";
  for (int i = 0; i < 60; ++i)
    table += std::to_string(i % 7) + (i % 2 ? ",Rome," : ",Oslo,") +
             (i % 15 == 1 ? "x" + std::to_string(i)
              : i % 3     ? "u"
                          : "v") +
             (i % 4 ? ",p\n" : ",q\n");
  write("t.csv", table);
  for (const std::string first : {"", "\"embed_columns\", "}) {
    write("c.toml",
          "[data]\ndataset = \"t.csv\"\ntarget = \"y\"\nkinds = { seldom = \"category\" }\n"
          "split = { train = 1.0 }\n[model]\nlayers = [" +
              first + "\"linear 2\"]\n[train]\nepochs = 1\nthreads = 1\n");
    fs::remove_all(at("s"));
    ASSERT_EQ(run("train c.toml --quiet --out s"), 0) << err;
    write("fine.csv", "n,town,seldom\n1,Rome,u\n");
    ASSERT_EQ(run("predict s fine.csv"), 0) << err;
    EXPECT_EQ(err, "");
    write("new.csv",
          "n,town,seldom\n1,Rome,u\n,Bonn,u\n1,,v\n2,Rome,w\n1,Bonn,u\n1,Bonn,u\n1,Bonn,u\n");
    ASSERT_EQ(run("predict s new.csv"), 0) << err;
    EXPECT_NE(
        err.find("note: 6 of 7 rows hold what the training did not see, and have a "
                 "prediction all the same:\n"
                 "  new.csv:3: column 'n' is empty, as in no row of the training; and 1 more\n"
                 "  new.csv:4: column 'town' is empty, as in no row of the training\n"
                 "  new.csv:5: column 'seldom' is 'w', which is in few rows or none of the "
                 "training\n"
                 "  new.csv:6: column 'town' is 'Bonn', which is in no row of the training\n"),
        std::string::npos)
        << err;
    EXPECT_NE(err.find("new.csv:7"), std::string::npos) << err;  // the fifth
    EXPECT_EQ(err.find("new.csv:8"), std::string::npos) << err;
    ASSERT_EQ(run("predict s new.csv --json --quiet"), 0) << err;
    EXPECT_EQ(err, "");
    EXPECT_EQ(json()["predictions"][1]["warnings"].size(), 2u);
  }
}

TEST_F(PredictRows, IntoFiles) {
  train();
  write("some.csv", "a,b\n1,2\noh,2\n3,4\n");
  ASSERT_EQ(run("predict r some.csv --json"), 0) << err;
  const auto shown = json()["predictions"];
  ASSERT_EQ(run("predict r some.csv -o o.csv --json --quiet"), 0) << err;
  EXPECT_EQ(json()["output"], "o.csv");
  EXPECT_EQ(json()["records"], 3);
  EXPECT_EQ(json()["predicted"], 2);
  EXPECT_EQ(json()["errors"].size(), 1u);
  EXPECT_FALSE(json().contains("predictions"));
  const CsvTable table = read_csv(at("o.csv"));
  EXPECT_EQ(table.columns,
            (std::vector<std::string>{"input", "prediction_index", "label", "confidence",
                                      "probability_even", "probability_odd, or so", "reason"}));
  ASSERT_EQ(table.rows(), 3);
  EXPECT_EQ(table.at(0, 2), shown[0]["label"].get<std::string>());
  EXPECT_EQ(table.at(1, 2), "");
  EXPECT_EQ(table.at(1, 4), "");
  EXPECT_EQ(table.at(1, 6), "column 'a' is 'oh', should be a number");
  EXPECT_EQ(table.at(2, 6), "");
  double even = 0, odd = 0;
  ASSERT_TRUE(parse_number(table.at(2, 4), even) && parse_number(table.at(2, 5), odd));
  EXPECT_NEAR(even + odd, 1, 1e-12);

  ASSERT_EQ(run("predict r some.csv -o o.jsonl --quiet"), 0) << err;
  const std::string lines = read("o.jsonl");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 3);
  const auto first = nlohmann::json::parse(lines.substr(0, lines.find('\n')));
  EXPECT_EQ(first["probabilities"]["even"], std::stod(std::string(table.at(0, 4))));
  EXPECT_TRUE(first["reason"].is_null());

  ASSERT_EQ(run("predict r some.csv -o o.npz --quiet"), 0) << err;
  const NamedTensors arrays = read_npz(at("o.npz"));
  EXPECT_EQ(arrays.at("prediction_index").to_vector<int64_t>(),
            (std::vector<int64_t>{shown[0]["prediction_index"], -1, shown[2]["prediction_index"]}));
  EXPECT_EQ(arrays.at("probabilities").shape(), (Dims{3, 2}));
  EXPECT_EQ(arrays.at("probabilities").to_vector<double>()[4], even);
  EXPECT_TRUE(std::isnan(arrays.at("probabilities").to_vector<double>()[2]));
}

TEST_F(PredictRows, NumbersOfARegression) {
  train("loss = \"mse\"\n");
  write_npz(at("x.npz"), {{"x", ones({2, 2})}});
  write("x.csv", "b,a\n1,1\n1,oh\n");
  ASSERT_EQ(run("predict r x.npz --json"), 0) << err;
  EXPECT_EQ(json()["predictions"][0]["input"], "x.npz:0");
  const double answer = json()["predictions"][0]["prediction"][0];
  ASSERT_EQ(run("predict r x.csv -o o.csv --quiet"), 0) << err;
  EXPECT_EQ(read("o.csv").find("input,prediction,lower,upper,reason\n"), 0u);
  const CsvTable table = read_csv(at("o.csv"));
  double value = 0;
  ASSERT_TRUE(parse_number(table.at(0, 1), value));
  EXPECT_EQ(float(value), float(answer));
  EXPECT_EQ(table.at(1, 1), "");
  ASSERT_EQ(run("predict r x.npz x.csv -o o.npz --quiet"), 0) << err;
  EXPECT_EQ(read_npz(at("o.npz")).at("prediction").shape(), (Dims{4, 1}));
}

TEST_F(PredictRows, OfManyNumbersTheFirstAreShown) {
  write_npz(at("x.npz"), {{"x", ones({40, 20})}, {"y", zeros({40, 1})}});
  write("many.toml",
        "[data]\ndataset = \"x.npz\"\n[model]\nlayers = [\"linear 2\", \"linear 20\"]\n"
        "[train]\ntask = \"reconstruction\"\nepochs = 1\nthreads = 1\n");
  ASSERT_EQ(run("train many.toml --out many --quiet"), 0) << err;
  ASSERT_EQ(run("predict many x.npz"), 0) << err;
  const std::string line = out.substr(0, out.find('\n'));
  EXPECT_EQ(std::count(line.begin(), line.end(), ','), 16) << line;
  EXPECT_TRUE(line.ends_with(", ...")) << line;
  EXPECT_NE(err.find("note: an answer is 20 numbers, of which the first 16 are shown; -o FILE.npz"),
            std::string::npos)
      << err;
  ASSERT_EQ(run("predict many x.npz --json"), 0) << err;
  EXPECT_EQ(json()["predictions"][0]["prediction"].size(), 20u);
}

TEST_F(PredictRows, Refusals) {
  train();
  write("short.csv", "a,c\n1,2\n");
  expect_refusal(
      2, "predict r short.csv",
      "short.csv: has no column 'b', which the model was trained on; there are 'a' and 'c'");
  write("bare.csv", "1,2\n");
  expect_refusal(2, "predict r bare.csv", "its first line names none");
  write("none.csv", "a,b\n");
  expect_refusal(1, "predict r none.csv", "none.csv: holds no rows");
  write("empty.csv", "");
  expect_refusal(1, "predict r empty.csv", "empty.csv: holds no rows");
  expect_refusal(2, "predict r missing.csv", "missing.csv: there is no such file");
  expect_refusal(2, "predict r c.toml", "c.toml: is not what the model takes: rows of a .csv file");
  expect_refusal(2, "predict r - -", "standard input can be read once");
  write("fine.csv", "a,b\n1,2\n");
  expect_refusal(2, "predict r fine.csv -o o.txt", "should end with .csv, .jsonl or .npz");
  expect_refusal(2, "predict r fine.csv -o no/o.csv", "there is no folder no");
  expect_refusal(2, "predict r fine.csv -o fine.csv", "is not written over");
  expect_refusal(2, "predict r short.csv -o left.csv", "has no column 'b'");
  for (const auto& entry : fs::directory_iterator(at("")))
    EXPECT_FALSE(entry.path().filename().string().starts_with("left")) << entry.path();
  write("r/recipe.json", "{");
  expect_refusal(1, "predict r fine.csv", "r/recipe.json: is no recipe: line 1, column 2");
  expect_refusal(1, "eval r", "r/recipe.json: is no recipe");
}

TEST_F(PredictRows, PicturesOfAnArray) {
  write_npz(at("p.npz"), {{"x", full({6, 1, 4, 4}, 9, u8)},
                          {"y", Tensor::from(std::vector<int64_t>{0, 1, 0, 1, 0, 1}, {6})}});
  write("c.toml",
        "[data]\ntrain = \"p.npz\"\n[model]\nlayers = [\"flatten\", \"linear 2\"]\n[train]\nepochs "
        "= 1\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --quiet --out r"), 0) << err;
  write_png(at("a.png"), Image{4, 4, 1, std::vector<uint8_t>(16, 9)});
  ASSERT_EQ(run("predict r a.png --json"), 0) << err;
  const auto picture = json()["predictions"][0];
  ASSERT_EQ(run("predict r p.npz --json"), 0) << err;
  ASSERT_EQ(json()["predictions"].size(), 6u);
  EXPECT_EQ(json()["predictions"][3]["top"], picture["top"]);
  write("t.csv", "a\n1\n");
  expect_refusal(2, "predict r t.csv", "t.csv: is a table, and the model takes pictures");
  expect_refusal(2, "predict r -", "is a table, and the model takes pictures");
  expect_refusal(2, "predict r a.png p.npz", "predict them one after the other");
}

}  // namespace
}  // namespace hebb
