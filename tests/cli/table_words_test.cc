// What tables say in words of their own, from file to answer: names that stand twice, words for
// what is missing, months by name and times of day; and messages that name a line, a row or a key.

#include <fmt/format.h>

#include <cmath>

#include "support/program.h"

namespace hebb {
namespace {

class TableWords : public ProgramTest {
 protected:
  // HEADER and ROW(i) for so many i, whose target y is the last column.
  template <class Row>
  void write_table(const std::string& header, const Row& row, int rows = 90) const {
    std::string text = header + "\n";
    for (int i = 0; i < rows; ++i)
      text += row(i) + "\n";
    write("t.csv", text);
  }
  void write_config(const std::string& data = "", const std::string& loss = "mse") const {
    write(
        "c.toml",
        "[data]\ndataset = \"t.csv\"\ntarget = \"y\"\nnormalize = \"auto\"\n" + data +
            fmt::format("\n[model]\nlayers = [\"linear {}\"]\n[train]\nloss = \"{}\"\nepochs = 2\n"
                        "threads = 1\n",
                        loss == "mse" ? 1 : 2, loss));
  }
  void train() {
    fs::remove_all(at("r"));
    ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  }
  nlohmann::json reasons(const std::string& file) {
    EXPECT_EQ(run("predict r " + file + " --json"), 0) << err;
    const nlohmann::json all = json();
    nlohmann::json out = nlohmann::json::array();
    for (const auto& prediction : all["predictions"])
      out.push_back(prediction.value("reason", nlohmann::json()));
    return out;
  }
};

TEST_F(TableWords, NamesThatStandTwice) {
  write_table("a,b,a,,y", [](int i) {
    return fmt::format("{}.5,{},{},{},{}.25", i % 7, i % 3 ? "u" : "v", i % 11, 100 - i % 9, i % 5);
  });
  write_config("categorical = [\"a.1\"]");
  ASSERT_EQ(run("train c.toml --out r"), 0) << err;
  EXPECT_NE(err.find("t.csv: line 1 repeats the name of a column: column 3 is called 'a.1'"),
            std::string::npos)
      << err;
  const auto info = nlohmann::json::parse(read("r/model.json"));
  EXPECT_EQ(info["input"]["features"], nlohmann::json({"a", "b", "a.1", "4"}));
  EXPECT_EQ(reasons("t.csv"), nlohmann::json(std::vector<nlohmann::json>(90, nullptr)));
  ASSERT_EQ(run("eval r --data t.csv --json"), 0) << err;
  // The first of a name is the column of that name; the empty one is the fourth.
  write("new.csv", "b,a,other,,a\nu,1.5,x,99,3\n");
  EXPECT_EQ(reasons("new.csv"), nlohmann::json({nullptr}));
  write("new.csv", "b,a,other,\nu,1.5,x,99\n");
  expect_refusal(2, "predict r new.csv", "has no column 'a.1', which the model was trained on");
}

// What is said of the training's file holds for others, too.
TEST_F(TableWords, EvaluationReadsAsTheTrainingDid) {
  write_table("a b y", [](int i) { return fmt::format("{} {} {}.5", i % 7, i % 5, i % 9); });
  write_config("separator = \"blank\"\nimpute = \"drop\"");
  train();
  write("new.csv", "a b y\n1 2 3\n4 NA 6\n");
  EXPECT_EQ(reasons("new.csv")[0], nullptr);
  ASSERT_EQ(run("eval r --data new.csv --json"), 0) << err;
  EXPECT_EQ(json()["samples"], 1);
}

TEST_F(TableWords, WordsForWhatIsMissing) {
  write_table("a,b,c,y", [](int i) {
    return fmt::format("{},{},{},{:.2f}", i % 9 == 4 ? "n/s" : std::to_string(i * 37 % 101),
                       i % 10 == 3 ? -999 : i % 6, i % 3 ? "u" : "\"NA\"", std::sin(i) * 5);
  });
  ASSERT_EQ(run("data stats t.csv --target y"), 0) << err;
  EXPECT_NE(out.find("if that stands for what is missing: data.missing = [\"n/s\"]"),
            std::string::npos)
      << out;
  EXPECT_EQ(out.find("  missing: empty cells"), std::string::npos);
  ASSERT_EQ(run("data stats t.csv --target y --missing n/s,-999"), 0) << err;
  EXPECT_NE(out.find("  missing: empty cells, NA, null, ?, ..., and 'n/s', '-999'"),
            std::string::npos)
      << out;
  // init writes the key as a comment; without the comment's sign it is taken.
  ASSERT_EQ(run("init my.toml --data t.csv --target y"), 0) << err;
  std::string config = read("my.toml");
  EXPECT_NE(config.find("# Among numbers: 'n/s' in 'a', '-999' in 'b'. If that stands for what is "
                        "missing:\n# missing = [\"n/s\", \"-999\"]\n"),
            std::string::npos)
      << config;
  ASSERT_EQ(run("train my.toml --check"), 0) << err;
  config.replace(config.find("# missing"), 2, "");
  write("my.toml", config);
  ASSERT_EQ(run("train my.toml --out r --quiet --set train.epochs=2"), 0) << err;
  const auto recipe = nlohmann::json::parse(read("r/recipe.json"));
  EXPECT_EQ(recipe["missing"], nlohmann::json({"n/s", "-999"}));
  EXPECT_EQ(recipe["input"][0]["kind"], "number");
  EXPECT_NE(read("r/config.toml").find("missing = [\"n/s\", \"-999\"]"), std::string::npos);
  EXPECT_NE(read("r/report.html").find("&#39;n/s&#39;, &#39;-999&#39; are missing cells, too"),
            std::string::npos);
  EXPECT_EQ(reasons("t.csv"), nlohmann::json(std::vector<nlohmann::json>(90, nullptr)));
  write("new.csv", "a,b,c,y\nn/s,1,u,1\n\"n/s\",-999.0,n/s,2\n,NA,u,3\nlots,1,u,4\n");
  EXPECT_EQ(reasons("new.csv"), nlohmann::json({nullptr, nullptr, nullptr,
                                                "column 'a' is 'lots', should be a number"}));
  write("new.jsonl", "{\"a\": \"n/s\", \"b\": -999, \"c\": \"NA\"}\n");
  EXPECT_EQ(reasons("new.jsonl"), nlohmann::json({nullptr}));
  write("some.csv", "a,b,c,y\nn/s,1,u,1\n2,-999,v,2\n3,4,u,n/s\n");
  ASSERT_EQ(run("eval r --data some.csv --json"), 0) << err;
  EXPECT_EQ(json()["samples"], 2);
  EXPECT_NE(err.find("1 of 3 rows has no target ('y', first in line 4)"), std::string::npos) << err;
  ASSERT_EQ(run("train my.toml --out r --resume --quiet --set train.epochs=3"), 0) << err;
  // A file without such words has no comment.
  write_table("a,y", [](int i) { return fmt::format("{},{}.5", i * 37 % 101, i % 9); });
  ASSERT_EQ(run("init other.toml --data t.csv --target y"), 0) << err;
  EXPECT_EQ(read("other.toml").find("missing"), std::string::npos) << read("other.toml");
}

TEST_F(TableWords, MissingWordsAreChecked) {
  write_table("a,y", [](int i) { return fmt::format("{},{}.5", i, i % 9); });
  write_config("missing = [\"\"]");
  expect_refusal(2, "train c.toml --check", "data.missing: holds \"\", should hold words such as");
  write_config();
  expect_refusal(2, "train c.toml --check --set 'data.missing=[7]'",
                 "'data.missing[0]' is a whole number, should be a text");
  write("g.toml",
        "[data]\ndataset = \"glyphs\"\nlimit = 100\nmissing = [\"x\"]\n[model]\nlayers = "
        "[\"flatten\", \"linear 10\"]\n");
  expect_refusal(2, "train g.toml --check",
                 "data.missing: names words of a table's cells, and glyphs:train is no table");
}

TEST_F(TableWords, MonthsByNameDaysInDigitsAndTimesOfDay) {
  write_table("since,sold,at,y", [](int i) {
    const char* months[] = {"Jan", "Feb", "Mar"};
    return fmt::format("{}-{}-24,2024{:02}{:02},{}:{:02},{}.5", 1 + i % 28, months[i % 3],
                       1 + i % 12, 1 + i % 28, i % 24, i % 60, i % 9);
  });
  write_config();
  train();
  const auto input = nlohmann::json::parse(read("r/recipe.json"))["input"];
  for (const auto& [column, form] :
       {std::pair(0, "%d-%b-%y"), std::pair(1, "%Y%m%d"), std::pair(2, "%H:%M")}) {
    EXPECT_EQ(input[column]["kind"], "time");
    EXPECT_EQ(input[column]["labels"], nlohmann::json({form}));
  }
  write("new.csv",
        "since,sold,at\n3-JAN-24,20240103,14:05\n3 Jan 24,20240103,14:05\n3-Jan-24,20240231,14:05\n"
        "3-Jan-24,20240103,25:00\n");
  const auto why = reasons("new.csv");
  EXPECT_EQ(why[0], nullptr);
  EXPECT_EQ(why[1], "column 'since' is '3 Jan 24', should be a date %d-%b-%y");
  EXPECT_EQ(why[2], "column 'sold' is '20240231', should be a date %Y%m%d");
  EXPECT_EQ(why[3], "column 'at' is '25:00', should be a time of day %H:%M");
  // init offers a date to split by, but no time of day.
  ASSERT_EQ(run("init my.toml --data t.csv --target y"), 0) << err;
  EXPECT_NE(read("my.toml").find("# time = \"since\""), std::string::npos);
  EXPECT_NE(read("my.toml").find("all cells are times of day %H:%M"), std::string::npos);
  EXPECT_NE(read("my.toml").find("kinds = { at = \"category\" }"), std::string::npos)
      << read("my.toml");
  ASSERT_EQ(run("train c.toml --check --json --set data.time=since"), 0) << err;
}

// As pandas writes whole numbers where a cell is missing, and JSON writes them.
TEST_F(TableWords, DaysInDigitsThatAreWrittenAsFloats) {
  const auto day = [](int i) { return fmt::format("2024{:02}{:02}", 1 + i % 12, 1 + i % 28); };
  write_table("sold,a,y", [&](int i) {
    return fmt::format("{},{},{}.5", i % 20 == 7 ? "" : day(i) + ".0", i % 7, i % 9);
  });
  write_config();
  train();
  const auto input = nlohmann::json::parse(read("r/recipe.json"))["input"];
  EXPECT_EQ(input[0]["kind"], "time");
  EXPECT_EQ(input[0]["labels"], nlohmann::json({"%Y%m%d"}));
  write("new.csv",
        "sold,a\n20240103.0,1\n20240103,1\n2.0240103e7,1\n,1\n20240103.5,1\n20240230.0,1\n");
  ASSERT_EQ(run("predict r new.csv --json"), 0) << err;
  const nlohmann::json shown = json()["predictions"];
  for (const int other : {1, 2})
    EXPECT_EQ(shown[0]["prediction"], shown[other]["prediction"]);
  EXPECT_EQ(reasons("new.csv"),
            nlohmann::json({nullptr, nullptr, nullptr, nullptr,
                            "column 'sold' is '20240103.5', should be a date %Y%m%d",
                            "column 'sold' is '20240230.0', should be a date %Y%m%d"}));
  write("new.jsonl", "{\"sold\": 20240103.0, \"a\": 1}\n{\"sold\": 20240103, \"a\": 1}\n");
  EXPECT_EQ(reasons("new.jsonl"), nlohmann::json({nullptr, nullptr}));
}

// Where init offers a column to split by, it can be split by.
TEST_F(TableWords, TimesToSplitByAreThoseOfTheTable) {
  for (const char* form : {"{1:02}/{2:02}/{0:02}", "{2:02}/{1:02}/{0:02}", "{2:02}.{1:02}.{0:02}",
                           "{2:02}.{1:02}.{0:02} 14:30", "9{0:01}-{1:02}-{2:02}",
                           "{1:02}/{2:02}/{0:02} 12:00:00 AM"}) {
    write_table("at,a,y", [&](int i) {
      return fmt::format(fmt::runtime(form), i % 5, 1 + i % 12, 1 + i % 28) +
             fmt::format(",{},{}.5", i % 7, i % 9);
    });
    ASSERT_EQ(run("init my.toml --data t.csv --target y"), 0) << err;
    EXPECT_NE(read("my.toml").find("# time = \"at\""), std::string::npos) << read("my.toml");
    EXPECT_EQ(run("train my.toml --check --set data.time=at"), 0) << form << "\n" << err;
    fs::remove(at("my.toml"));
  }
  // Nobody can tell the day from the month: it is not offered.
  write_table("at,a,y", [&](int i) {
    return fmt::format("{:02}/{:02}/24,{},{}.5", 1 + i % 12, 1 + i % 11, i % 7, i % 9);
  });
  ASSERT_EQ(run("init my.toml --data t.csv --target y"), 0) << err;
  EXPECT_EQ(read("my.toml").find("time = \"at\""), std::string::npos) << read("my.toml");
  expect_refusal(1, "train my.toml --check --set data.time=at",
                 "data.time: column 'at': holds dates such as '12/01/24' in line 13");
}

TEST_F(TableWords, SplitsNameTheLineOfTheFile) {
  const auto row = [](int i) {
    return fmt::format("{},{},{},{}.5", i, i % 30 == 7 ? "" : "p" + std::to_string(i / 3),
                       i == 40 ? "soon" : fmt::format("2024-{:02}-{:02}", 1 + i % 12, 1 + i % 28),
                       i % 9);
  };
  write_table("a,who,when,y", [&](int i) { return (i == 0 ? "\n" : "") + row(i); });
  write_config("columns = [\"a\"]\ngroup = \"who\"");
  ASSERT_EQ(run("train c.toml --check"), 0) << err;
  EXPECT_NE(
      err.find("t.csv: 3 rows have no 'who' (the first: line 10); each is a group of its own"),
      std::string::npos)
      << err;
  write_config("columns = [\"a\"]\ntime = \"when\"");
  expect_refusal(1, "train c.toml --check", "data.time: column 'when': line 43 is 'soon'");
  // So do rows that are in two parts.
  write_table("a,part,y", [](int i) {
    return fmt::format("{},{},{}.5", i % 80, i == 85 ? "" : i >= 80 ? "test" : "train", i % 9);
  });
  write_config("columns = [\"a\"]\nsplit = { column = \"part\", validation = 0.1 }");
  ASSERT_EQ(run("train c.toml --check"), 0) << err;
  EXPECT_NE(err.find("1 of 90 samples are in no part: 'part' is empty there (line 87)"),
            std::string::npos)
      << err;
  EXPECT_NE(err.find("in the training part, too (line 8"), std::string::npos) << err;
}

TEST_F(TableWords, TheWorstMistakesNameTheirRows) {
  write_table("code,a,y", [](int i) {
    return fmt::format("K<{:03}>,{},{}", i, i * 37 % 101, i % 2 ? "yes" : "no");
  });
  write_config("id = \"code\"", "cross_entropy");
  train();
  for (const std::string& file : {std::string("r/report.html"), std::string("e.html")}) {
    if (file == "e.html") {
      ASSERT_EQ(run("eval r --data t.csv --report e.html --quiet"), 0) << err;
    }
    const std::string page = read(file);
    const size_t place = page.find("<span class=\"which\">t.csv, line ");
    ASSERT_NE(place, std::string::npos) << file;
    const std::string shown = page.substr(place, 80);
    const int line = std::stoi(shown.substr(shown.find("line ") + 5));
    EXPECT_NE(shown.find(fmt::format("line {} (code K&lt;{:03}&gt;)", line, line - 2)),
              std::string::npos)
        << shown;
  }
  // So does what eval prints.
  ASSERT_EQ(run("eval r --data t.csv"), 0) << err;
  const size_t worst = out.find("\n  the worst mistakes\n  t.csv, line ");
  ASSERT_NE(worst, std::string::npos) << out;
  EXPECT_NE(out.find(", taken for ", worst), std::string::npos) << out;
  EXPECT_NE(out.find("(code K<", worst), std::string::npos) << out;
  // Predictions of samples still have their numbers.
  ASSERT_EQ(run("eval r --data t.csv --predictions p.csv --quiet"), 0) << err;
  EXPECT_EQ(read("p.csv").find("sample,code,target,prediction,score_no,score_yes\n0,K<000>,no,"),
            0u)
      << read("p.csv").substr(0, 200);
}

TEST_F(TableWords, AHandEditedRecipeIsRefusedByItsKey) {
  write_table("a,b,y", [](int i) {
    return fmt::format("{},{},{}.5", i * 37 % 101, i % 3 ? "u" : "v", i % 9);
  });
  write_config();
  train();
  auto recipe = nlohmann::ordered_json::parse(read("r/recipe.json"));
  recipe.erase("sha256");
  ASSERT_EQ(recipe["steps"][2]["step"], "standard") << recipe.dump(1);
  const auto refused = [&](const auto& change, const std::string& words) {
    auto changed = recipe;
    change(changed);
    write("r/recipe.json", changed.dump(1));
    expect_refusal(1, "predict r t.csv", "r/recipe.json: is no recipe: " + words);
  };
  refused([](auto& r) { r["steps"][2]["state"]["columns"][0]["numbers"][0]["std"] = "x"; },
          "steps[2].state.columns[0].numbers[0].std: should be a number, is \"x\"");
  refused([](auto& r) { r["steps"][2]["state"]["columns"][0]["name"] = "c"; },
          "steps[2]: standard: there is no field 'c' behind those before it");
  refused([](auto& r) { r["steps"][2].erase("state"); },
          "steps[2].state: is missing, and standard is fitted on data");
  refused([](auto& r) { r["steps"][2]["step"] = "standart"; },
          "steps[2]: unknown step 'standart'; did you mean 'standard'?");
  refused([](auto& r) { r["input"][1]["kind"] = "word"; },
          "input[1].kind: there is no kind of field 'word'; there are number, category");
  refused([](auto& r) { r["target"]["field"].erase("shape"); },
          "target.field.shape: is missing, should be a list of sizes");
  refused([](auto& r) { r["target"]["steps"][0]["state"]["mean"][0] = nullptr; },
          "target.steps[0]: ");
  write("r/recipe.json", recipe.dump(1));
  ASSERT_EQ(run("predict r t.csv"), 0) << err;  // without the checksum it is taken as it is
}

}  // namespace
}  // namespace hebb
