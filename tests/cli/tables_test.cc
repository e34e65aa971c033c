// Raw tables from outside: the examples read them as they are, train, and predict fresh rows.

#include <cstdlib>

#include "support/program.h"

namespace hebb {
namespace {

class Tables : public ProgramTest {
 protected:
  static fs::path examples() {
    return fs::weakly_canonical(reference_folder() / ".." / ".." / "examples" / "tables");
  }
  static bool are_here(const std::string& set) {
    const char* folder = std::getenv("HEBB_DATA");
    return folder && fs::exists(fs::path(folder) / set);
  }
};

TEST_F(Tables, EveryExampleReadsItsRawFile) {
  int tried = 0;
  for (const auto& [name, set] : {std::pair("titanic", "titanic"),
                                  {"adult", "adult"},
                                  {"california", "california-housing"},
                                  {"credit_default", "credit-default"},
                                  {"iris", "small-tables"},
                                  {"banknote", "small-tables"}}) {
    if (!are_here(set))
      continue;
    ++tried;
    EXPECT_EQ(run(std::string("train '") + (examples() / name).string() + ".toml' --check"), 0)
        << name << ": " << err;
  }
  if (tried == 0)
    GTEST_SKIP() << "the data sets are not here";
}

TEST_F(Tables, FromTheRawFileToPredictions) {
  if (!are_here("titanic"))
    GTEST_SKIP() << "Titanic is not here";
  ASSERT_EQ(run("train '" + (examples() / "titanic.toml").string() +
                "' --set train.epochs=15 --out r --json"),
            0)
      << err;
  EXPECT_GT(json()["metrics"]["test_accuracy"], 0.7);
  EXPECT_NE(read("r/config.toml").find("Sex = \"category\""), std::string::npos);
  ASSERT_EQ(run("eval r --json"), 0) << err;
  // Another order of columns, others beside them, missing cells, a word never seen.
  const std::string fresh = (examples() / "titanic_new.csv").string();
  ASSERT_EQ(run("predict r '" + fresh + "' --json"), 0) << err;
  const auto all = json();
  ASSERT_EQ(all["predictions"].size(), 3u);
  EXPECT_EQ(all["errors"].size(), 0u);
  for (const auto& prediction : all["predictions"])
    EXPECT_FALSE(prediction["label"].is_null()) << prediction;
  // A row alone, from another kind of file.
  write("one.jsonl",
        "{\"Pclass\": 3, \"Sex\": \"male\", \"Age\": null, \"SibSp\": 0, \"Parch\": 0, \"Fare\": "
        "7.25, \"Embarked\": null}\n");
  ASSERT_EQ(run("predict r one.jsonl --json"), 0) << err;
  EXPECT_EQ(json()["predictions"][0]["label"], all["predictions"][1]["label"]);
  EXPECT_NEAR(json()["predictions"][0]["confidence"], all["predictions"][1]["confidence"], 1e-6);
}

TEST_F(Tables, HabitsFromTheWild) {
  std::string german =
                  "Gr\xF6\xDF"
                  "e;Stadt;Datum;Preis\r\n",
              plain = german;
  for (int i = 0; i < 80; ++i)
    german += std::to_string(40 + i % 50) + ",5;" + (i % 3 ? "K\xF6ln" : "Bonn") + ";" +
              std::to_string(1 + i % 28) + ".0" + std::to_string(1 + i % 9) + ".2024;" +
              std::to_string(i % 50) + ",25\r\n";
  write("de.csv", german);
  ASSERT_EQ(run("data stats de.csv --target Preis --json"), 0) << err;
  const auto part = json()["parts"][0];
  EXPECT_EQ(part["written"],
            "separated by semicolons, decimal commas, windows-1252, names in the first line");
  EXPECT_EQ(part["columns"][0]["name"],
            "Gr\xC3\xB6\xC3\x9F"
            "e");
  EXPECT_EQ(part["columns"][1]["kind"], "category");
  EXPECT_EQ(part["columns"][2]["kind"], "date");
  EXPECT_EQ(part["task"], "regression");
  write(
      "c.toml",
      "[data]\ndataset = \"de.csv\"\ntarget = \"Preis\"\nnormalize = \"quantile\"\n[model]\nlayers "
      "= [\"linear 8\", \"relu\", \"linear 1\"]\n[train]\nepochs = 2\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  ASSERT_EQ(run("predict r de.csv --json"), 0) << err;
  EXPECT_EQ(json()["predictions"].size(), 80u);
  write("bad.toml",
        "[data]\ndataset = \"de.csv\"\nkinds = [\"x\"]\n[model]\nlayers = [\"linear 1\"]\n");
  expect_refusal(2, "train bad.toml --check", "'data.kinds' is a list, should be a table");
  expect_refusal(2, "train c.toml --check --set data.normalize=quantil",
                 "'data.normalize' is \"quantil\", should be \"none\", \"auto\"");
  expect_refusal(2, "train c.toml --check --set data.impute=mean", "\"auto\" or \"drop\" or");
  expect_refusal(2, "train c.toml --check --set data.separator=ab", "should be one character");
}

}  // namespace
}  // namespace hebb
