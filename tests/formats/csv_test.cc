#include "hebb/formats/csv.h"

#include <gtest/gtest.h>

#include "formats/csv_cells.h"
#include "hebb/base/error.h"

namespace hebb {
namespace {

std::vector<int64_t> lines(const CsvTable& table) {
  std::vector<int64_t> out;
  for (int64_t r = 0; r < table.rows(); ++r)
    out.push_back(table.line(r));
  return out;
}

Strings cells(std::string_view text) {
  return cells(decode_csv(text, "test"));
}

TEST(Csv, TheFirstLineIsAHeaderWhenItHoldsNamesOnly) {
  EXPECT_EQ(decode_csv("a,b\n1,2\n", "test").columns, (Strings{"a", "b"}));
  EXPECT_EQ(decode_csv("\xEF\xBB\xBF"
                       "a,b\n1,2\n",
                       "test")
                .columns,
            (Strings{"a", "b"}));
  EXPECT_EQ(decode_csv(",a,b\n0,1,2\n", "test").columns,
            (Strings{"1", "a", "b"}));  // as pandas writes it, with its index
  EXPECT_EQ(decode_csv("a,\"\"\nb,2\n", "test").columns, (Strings{"a", "2"}));
  for (const char* text : {"a,1\nb,2\n", ",\nb,2\n"}) {
    const CsvTable table = decode_csv(text, "test");
    EXPECT_FALSE(table.dialect.header);
    EXPECT_EQ(table.columns, (Strings{"1", "2"}));
    EXPECT_EQ(table.rows(), 2);
  }
}

TEST(Csv, QuotesLinesAndBlanks) {
  EXPECT_EQ(cells("1,2"), (Strings{"1", "2"}));
  EXPECT_EQ(cells("1,2\r\n\r\n3,4\r\n"), (Strings{"1", "2", "3", "4"}));
  EXPECT_EQ(cells(" 1 ,\t2\n"), (Strings{"1", "2"}));
  EXPECT_EQ(cells("1,\" a \"\n"), (Strings{"1", " a "}));
  EXPECT_EQ(cells("1,\"a,\"\"b\"\"\nc\" \n"), (Strings{"1", "a,\"b\"\nc"}));
  EXPECT_EQ(cells("1,a\"b\n"), (Strings{"1", "a\"b"}));
  EXPECT_EQ(cells("1,\n,2\n"), (Strings{"1", "", "", "2"}));
  EXPECT_EQ(cells("1\n\"\"\n"),
            (Strings{"1", ""}));  // a quoted nothing is a cell; a blank line is no row
}

TEST(Csv, LinesMayEndInCarriageReturns) {
  const CsvTable table = decode_csv("x,y\r1,2\r\r3,\"4\r5\"\r6,7", "test");
  EXPECT_EQ(table.columns, (Strings{"x", "y"}));
  EXPECT_EQ(cells(table), (Strings{"1", "2", "3", "4\r5", "6", "7"}));
  EXPECT_EQ(lines(table), (std::vector<int64_t>{2, 4, 6}));
  EXPECT_EQ(cells("1,2\r3,4\n5,6\r\n7,\"\r\n\"\r"),
            (Strings{"1", "2", "3", "4", "5", "6", "7", "\r\n"}));
  EXPECT_EQ(lines(decode_csv("1,\"a\r\nb\"\r\n2,3\r\n", "test")), (std::vector<int64_t>{1, 3}));
}

TEST(Csv, LinesAreCountedInTheFile) {
  const CsvTable table = decode_csv("a,b\n\n1,\"x\ny\"\n2,3\n", "test");
  EXPECT_EQ(lines(table), (std::vector<int64_t>{3, 5}));
  EXPECT_EQ(table.at(1, 0), "2");
}

TEST(Csv, Numbers) {
  double value = 0;
  for (const char* good : {"1", "-2.5", "+3", "1e-3", " 7 ", ".5"})
    EXPECT_TRUE(parse_number(good, value)) << good;
  for (const char* bad : {"", " ", "1x", "0x10", "+-1", "--1", "1,5", "one"})
    EXPECT_FALSE(parse_number(bad, value)) << bad;
  EXPECT_TRUE(parse_number("2.5e2", value));
  EXPECT_EQ(value, 250);
}

std::string refused_csv(std::string_view text) {
  try {
    decode_csv(text, "x.csv");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Csv, CellsOfSeveralColumnsComeInTheOrderOfTheirRows) {
  std::string text = "a,b,c\n";
  constexpr int rows = 600;
  for (int i = 0; i < rows; ++i)
    text += std::to_string(i) + ",x," + std::to_string(10000 + i) + "\n";
  const CsvTable table = decode_csv(text, "t.csv");
  const std::vector<size_t> columns = {2, 0};
  std::vector<std::vector<double>> seen(2);
  each_cell(table, columns, [&](size_t i, int64_t row, const RowCell& cell) {
    EXPECT_EQ(row, int64_t(seen[i].size()));
    seen[i].push_back(cell.number);
  });
  ASSERT_EQ(seen[0].size(), size_t(rows));
  ASSERT_EQ(seen[1].size(), size_t(rows));
  for (int i = 0; i < rows; ++i) {
    EXPECT_EQ(seen[0][size_t(i)], 10000 + i);
    EXPECT_EQ(seen[1][size_t(i)], i);
  }
}

TEST(Csv, RefusalsSayWhatWouldBeRight) {
  EXPECT_EQ(refused_csv("1,2,3,a;b\n"), "no error");
  EXPECT_NE(refused_csv("1,2\r3\r").find("line 2 has 1 cell, should have 2 as line 1"),
            std::string::npos);
  EXPECT_NE(refused_csv("\xEF\xBB\xBF"
                        "1,2\r3,4\r\n5,\xE9\r")
                .find("line 3 holds the byte e9"),
            std::string::npos);
  EXPECT_NE(refused_csv("1,\"2\n").find("x.csv: line 1, column 2: a quote does not end"),
            std::string::npos)
      << refused_csv("1,\"2\n");
  EXPECT_NE(refused_csv("1,\"2\"3\n").find("line 1, column 2: text behind a quoted cell"),
            std::string::npos);
  EXPECT_NE(refused_csv(std::string_view("1,2\n3,\0\n", 8)).find("line 2, column 2: holds a zero"),
            std::string::npos);
}

TEST(Csv, RefusesWhatIsNoTable) {
  for (const char* bad : {"", "\n\n", "a,b\n", "1,2\n3\n", "1,\"2\n", "1,\"2\"3\n"})
    EXPECT_THROW(decode_csv(bad, "test"), Error) << bad;
  EXPECT_THROW(decode_csv(std::string_view("1,\0", 3), "test"), Error);
  EXPECT_THROW(read_csv("/no/such/file.csv"), Error);
}

}  // namespace
}  // namespace hebb
