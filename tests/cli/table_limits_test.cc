// Tables that are too large, too wide, cut off or empty, from outside: one clear line, or it works.

#include <sys/resource.h>
#include <algorithm>

#include "support/program.h"

namespace hebb {
namespace {

class TableLimits : public ProgramTest {
 protected:
  void write_config(const std::string& file, const std::string& target = "y") {
    write("c.toml", "[data]\ndataset = \"" + file + "\"\ntarget = \"" + target +
                        "\"\n[model]\nlayers = [\"linear 1\"]\n[train]\nloss = \"mse\"\nepochs = "
                        "1\nthreads = 1\n");
  }
  // Its text is gone when it is written: a process that is started begins with this one's memory.
  void write_many(int times) const {
    const std::string some = rows(10000);
    std::string text = "a,b,y\n";
    for (int i = 0; i < times; ++i)
      text += some;
    write("many.csv", text);
  }
  // a, b, y and what stands before a row's end.
  static std::string rows(int n, const std::string& more = "") {
    std::string out;
    for (int i = 0; i < n; ++i)
      out += std::to_string(i % 17) + "," + std::to_string(i % 5) + "," +
             std::to_string(i % 17 - 0.5 * (i % 5)) + more + "\n";
    return out;
  }
};

TEST_F(TableLimits, MoreCellsThanMemoryAreRefusedAtOnce) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's own memory is beyond the limit";
#endif
  write("large.csv", "a,b,y\n" + rows(50000));
  fs::resize_file(at("large.csv"), uintmax_t(1) << 30);  // a hole, which takes no place on the disk
  write_config("large.csv");
  const std::string limit = "ulimit -v 2000000;";  // KiB
  expect_refusal(1, "train c.toml --out r", "large.csv: is a table of about", limit);
  EXPECT_NE(err.find("GiB of memory; a table may take half of the 1.9 GiB that there are"),
            std::string::npos)
      << err;
  expect_refusal(1, "data stats large.csv --target y", "million cells", limit);
}

TEST_F(TableLimits, AQuoteThatIsNeverClosed) {
  write("t.csv", "a,b,y\n" + rows(60));
  write_config("t.csv");
  ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  write("open.csv", "a,b,y\n1,2,3\n1,\"2,3\n" + rows(60));
  expect_refusal(1, "data stats open.csv --target y", "line 3, column 2: a quote does not end");
  // Rows behind it would be missing without a word, so there is no answer at all.
  expect_refusal(1, "predict r open.csv -o answers.csv", "line 3, column 2: a quote does not end");
  EXPECT_FALSE(fs::exists(at("answers.csv")));
}

TEST_F(TableLimits, ACellOfTenMegabytes) {
  std::string text = "a,b,y,note\n" + rows(60, ",short");
  text += "1,2,3,\"" + std::string(size_t(10) << 20, 'x') + "\"\n";
  write("t.csv", text);
  write_config("t.csv");
  ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  ASSERT_EQ(run("predict r t.csv -o answers.csv --quiet"), 0) << err;
  const std::string answers = read("answers.csv");
  EXPECT_EQ(std::count(answers.begin(), answers.end(), '\n'), 62);
}

TEST_F(TableLimits, AColumnThatChangesItsKind) {
  write("t.csv", "a,b,y\n" + rows(300) + "oh,1,2\n");
  write_config("t.csv");
  ASSERT_EQ(run("data stats t.csv --target y --json"), 0) << err;
  const auto a = json()["parts"][0]["columns"][0];
  EXPECT_NE(a["reason"].get<std::string>().find("no number, the first is 'oh' in line 302"),
            std::string::npos)
      << a;
  expect_refusal(1, "train c.toml --out r --set data.kinds.a=number",
                 "line 302: column 'a' is 'oh', should be a number");
  write("t.csv", "a,b,y\n" + rows(300) + "1,1,oh\n");
  expect_refusal(1, "train c.toml --out r", "line 302: column 'y' is 'oh', should be a number");
}

TEST_F(TableLimits, RowsOfOtherLengthsAndEmptyFiles) {
  write_config("t.csv");
  write("t.csv", "a,b,y\n1,2,3\n4,5\n");
  expect_refusal(1, "train c.toml", "line 3 has 2 cells, should have 3 as line 1");
  write("t.csv", "a,b,y\n1,2,3\n4,5,6,7\n");
  expect_refusal(1, "train c.toml", "line 3 has 4 cells, should have 3 as line 1");
  for (const char* nothing : {"", "\n\n", "a,b,y\n", "\xEF\xBB\xBF"}) {
    write("t.csv", nothing);
    expect_refusal(1, "train c.toml", "t.csv: holds no rows");
  }
  write("t.csv.gz", "");
  write_config("t.csv.gz");
  expect_refusal(1, "train c.toml", "t.csv.gz: holds no rows");
}

TEST_F(TableLimits, SlowAMillionColumns) {
  constexpr int columns = 1000000, rows_there = 12;
  std::string text;
  for (int row = -1; row < rows_there; ++row) {
    for (int c = 0; c < columns; ++c) {
      text += row < 0 ? "c" + std::to_string(c) : std::to_string((row * 7 + c * 3) % 11);
      text += ',';
    }
    text += row < 0 ? "y\n" : std::to_string(row) + ".5\n";
  }
  write("wide.csv", text);
  write_config("wide.csv");
  expect_refusal(2, "train c.toml --out r",
                 "wide.csv: has 1000000 columns to learn from, should have at most 100000");
  ASSERT_EQ(run("train c.toml --out r --quiet --set 'data.columns=[\"c7\", \"c999999\"]'"), 0)
      << err;
  ASSERT_EQ(run("predict r wide.csv -o answers.csv --quiet"), 0) << err;
  const std::string answers = read("answers.csv");
  EXPECT_EQ(std::count(answers.begin(), answers.end(), '\n'), rows_there + 1);
}

// Predicting takes no more memory for sixty times the rows.
TEST_F(TableLimits, SlowPredictingStreams) {
  write("t.csv", "a,b,y\n" + rows(60));
  write_config("t.csv");
  ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  const auto peak = [&](int times) {  // KiB
    write_many(times);
    EXPECT_EQ(run("version", "gzip -kf many.csv;"), 0);
    const std::string file = times % 2 ? "many.csv" : "many.csv.gz";
    const pid_t pid = start({"predict", "r", file, "-o", "answers.csv", "--quiet"});
    int status = 0;
    rusage used{};
    ::wait4(pid, &status, 0, &used);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << times;
    return double(used.ru_maxrss);
  };
  const double little = peak(5), much = peak(301), packed = peak(300);
  EXPECT_LT(much, little + 16 * 1024);
  EXPECT_LT(packed, little + 16 * 1024);
}

}  // namespace
}  // namespace hebb
