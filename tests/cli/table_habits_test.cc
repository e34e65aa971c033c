// Tables as they lie about: what `hebb data stats` says of them is right, they train at once, and
// their own rows can be predicted.

#include <algorithm>

#include "support/program.h"

namespace hebb {
namespace {

class TableHabits : public ProgramTest {
 protected:
  // Trains on the file as it is; what was said of it is in `told`, by column in `kinds`.
  void look(const std::string& file, const std::string& target, int rows) {
    ASSERT_EQ(run("data stats " + file + " --target '" + target + "' --json"), 0) << err;
    told = json()["parts"][0];
    EXPECT_EQ(told["samples"], rows);
    EXPECT_EQ(told["task"], "regression");
    kinds.clear();
    for (const auto& column : told["columns"])
      kinds[column["name"].get<std::string>()] = column["kind"];
    write("c.toml", "[data]\ndataset = \"" + file + "\"\ntarget = \"" + target +
                        "\"\nnormalize = \"auto\"\n[model]\nlayers = [\"linear 1\"]\n[train]\n"
                        "loss = \"mse\"\nepochs = 1\nthreads = 1\n");
    ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
    ASSERT_EQ(run("predict r " + file + " --json"), 0) << err;
    EXPECT_EQ(json()["predictions"].size(), size_t(rows));
    EXPECT_EQ(json()["errors"].size(), 0u) << json()["errors"];
    fs::remove_all(at("r"));
  }

  // LINE(i) for i from 0.
  template <class Line>
  static std::string lines(int n, const Line& line) {
    std::string out;
    for (int i = 0; i < n; ++i)
      out += line(i) + "\n";
    return out;
  }

  nlohmann::json told;
  std::map<std::string, std::string> kinds;
};

std::string s(int i) {
  return std::to_string(i);
}

TEST_F(TableHabits, AReportFromASpreadsheet) {
  write("t.csv", "Sales of 2024;;;\n;;;\nRegion;Umsatz;Anteil;Preis\n" + lines(60, [](int i) {
                   return (i % 2 ? "Nord"
                                 : "S\xFC"
                                   "d") +
                          (";" + s(1 + i % 9) + "." + s(100 + i) + ",50 \x80;" + s(i % 40) +
                           ",5 %;" + s(i % 30) + ",25");
                 }));
  look("t.csv", "Preis", 60);
  EXPECT_EQ(told["written"],
            "separated by semicolons, decimal commas, windows-1252, names in the first line, 2 "
            "lines before the table");
  EXPECT_EQ(kinds["Umsatz"], "number");
  EXPECT_EQ(kinds["Anteil"], "number");
  EXPECT_EQ(kinds["Region"], "category");
}

TEST_F(TableHabits, AnAmericanExport) {
  write("t.csv",
        "# exported by us, 2024\n# all of it\nid,price,change,sold,y,\n" + lines(60, [](int i) {
          return s(1000 + i) + ",\"$1," + s(100 + i) + ".50\"," +
                 (i % 3 ? s(i % 9) + "%" : "(" + s(i % 9 + 1) + "%)") + "," + s(1 + i % 12) + "/" +
                 s(13 + i % 9) + "/2024," + s(i % 13) + ".5,";
        }));
  look("t.csv", "y", 60);
  EXPECT_EQ(kinds["id"], "identifier");
  EXPECT_EQ(kinds["price"], "number");
  EXPECT_EQ(kinds["change"], "number");
  EXPECT_EQ(kinds["sold"], "date");
}

TEST_F(TableHabits, QuotedNumbersWithDecimalCommas) {
  write("t.csv", "a,b,y\n" + lines(50, [](int i) {
                   return "\"" + s(i % 7) + ",5\",\"" + s(i % 5) + "\",\"" + s(i % 11) + ",25\"";
                 }));
  look("t.csv", "y", 50);
  EXPECT_EQ(kinds["a"], "number");
  EXPECT_EQ(kinds["b"], "number");
}

TEST_F(TableHabits, OtherLineEndsAndMarks) {
  std::string text = "a\tb\ty\n" + lines(50, [](int i) {
                       return s(1 + i % 7) + " 000\t" + s(1 + i % 5) + "'500\t" + s(i % 11) + ".5";
                     });
  std::replace(text.begin(), text.end(), '\n', '\r');
  write("t.csv", "\xEF\xBB\xBF" + text);
  look("t.csv", "y", 50);
  EXPECT_EQ(kinds["a"], "number");
  EXPECT_EQ(kinds["b"], "number");
  std::string wide = "\xFF\xFE";
  for (const char c : text)
    wide += std::string{c, '\0'};
  write("t.csv", wide);
  look("t.csv", "y", 50);
  EXPECT_EQ(kinds["a"], "number");
}

TEST_F(TableHabits, YearsForNames) {
  write("t.csv", "country,code,2019,2020,2021\n" + lines(60, [](int i) {
                   return "land" + s(i % 6) + "," + s(i % 9 + 1) + "," + s(i % 9) + ".5," +
                          s(i % 5) + ".25," + s(i % 7) + ".75";
                 }));
  look("t.csv", "2021", 60);
  EXPECT_EQ(kinds["country"], "category");
  EXPECT_EQ(kinds["2019"], "number");
}

TEST_F(TableHabits, WordsWithoutNames) {
  write("t.csv", lines(80, [](int i) {
          return std::string(i % 3 ? "red" : "blue") + "," + (i % 2 ? "x" : "y") + "," +
                 (i % 5 ? "small" : "large");
        }));
  ASSERT_EQ(run("data stats t.csv --target 3 --json"), 0) << err;
  EXPECT_EQ(json()["parts"][0]["samples"], 80);
}

// What cannot be one column of numbers or dates is left out, and the reason is the true one.
TEST_F(TableHabits, MixedUnitsAndMixedDates) {
  write("t.csv",
        "a,when,share,y\n" + lines(60, [](int i) {
          return s(i % 7) + ".5," +
                 (i == 40 ? "07.03.2024" : "2024-0" + s(1 + i % 9) + "-" + s(10 + i % 17)) + "," +
                 (i % 2 ? s(i) + " %" : "0." + s(100 + i)) + "," + s(i % 11) + ".5";
        }));
  ASSERT_EQ(run("data stats t.csv --target y --json"), 0) << err;
  const auto columns = json()["parts"][0]["columns"];
  EXPECT_NE(columns[1]["reason"].get<std::string>().find(
                "'07.03.2024' in line 42 is written in another way"),
            std::string::npos)
      << columns[1];
  EXPECT_NE(columns[2]["reason"].get<std::string>().find("numbers have a sign such as %"),
            std::string::npos)
      << columns[2];
  write("c.toml",
        "[data]\ndataset = \"t.csv\"\ntarget = \"y\"\ncolumns = [\"a\"]\n[model]\nlayers = "
        "[\"linear 1\"]\n[train]\nepochs = 1\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  write("new.csv", "a\n5 %\n6.5\n");  // another unit than in training
  ASSERT_EQ(run("predict r new.csv --json"), 0) << err;
  EXPECT_NE(
      json()["predictions"][0]["reason"].get<std::string>().find("should be a number without a"),
      std::string::npos);
  EXPECT_TRUE(json()["predictions"][1]["reason"].is_null());
}

}  // namespace
}  // namespace hebb
