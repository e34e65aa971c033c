// What tables from the wild look like: titles and comments above them, separators behind the last
// cell, numbers with groups and signs, years for names, quotes that are never closed.

#include <gtest/gtest.h>

#include "formats/csv_cells.h"
#include "hebb/formats/csv.h"
#include "hebb/formats/csv_rows.h"
#include "support/message_of.h"

namespace hebb {
namespace {

CsvRows rows_of(const std::string& text) {
  return {[text, at = size_t(0)](char* to, size_t most) mutable {
            const size_t n = text.copy(to, most, at);
            at += n;
            return n;
          },
          "t"};
}

TEST(CsvHabits, TitlesAndCommentsAbove) {
  const Strings names = {"a", "b", "c"};
  for (const char* above :
       {"# from the office, by hand\n", "#made,by,a,program\n# in 2020\n", "Report of 2020,,\n",
        "Report,,\n\n# all of it\n", "\xEF\xBB\xBF# x, y\n"}) {
    const CsvTable table = decode_csv(std::string(above) + "a,b,c\n1,2,x\n3,4,y\n", "t");
    EXPECT_EQ(table.columns, names) << above;
    EXPECT_EQ(cells(table), (Strings{"1", "2", "x", "3", "4", "y"})) << above;
  }
  // A row of data with one cell is none.
  EXPECT_EQ(decode_csv("a,b,c\n1,,\n2,3,4\n", "t").rows(), 2);
  EXPECT_EQ(decode_csv("#a\tb\n1\t2\n", "t.tsv").columns, (Strings{"#a", "b"}));
}

TEST(CsvHabits, SeparatorsBehindTheLastCell) {
  const CsvTable table = decode_csv("a,b\n1,2,\n3,4,\n", "t");
  EXPECT_EQ(table.columns, (Strings{"a", "b"}));
  EXPECT_EQ(cells(table), (Strings{"1", "2", "3", "4"}));
  ASSERT_EQ(table.notes.size(), 1u);
  EXPECT_NE(table.notes[0].find("2 of 2 rows end in a separator"), std::string::npos);
  EXPECT_NE(message_of([] { decode_csv("a,b\n1,2,3\n", "t"); }).find("has 3 cells, should have 2"),
            std::string::npos);
  EXPECT_NE(message_of([] { decode_csv("a,b\n1,2,\"\"\n", "t"); }).find("has 3 cells"),
            std::string::npos);
  CsvRows rows = rows_of("a;b\n1;2;\n3;4\n");
  for (int row = 0; row < 2; ++row) {
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.cells().size(), 2u);
  }
}

TEST(CsvHabits, NumbersAsPeopleWriteThem) {
  const auto number = [](std::string_view text, char decimal = '.') {
    double value = 0;
    EXPECT_TRUE(number_in_text(text, decimal, value)) << text;
    return value;
  };
  EXPECT_EQ(number("12 %"), 12);
  EXPECT_EQ(number("12.5%"), 12.5);
  EXPECT_EQ(number("$1,234.50"), 1234.5);
  EXPECT_EQ(number("-$5"), -5);
  EXPECT_EQ(number("$-5"), -5);
  EXPECT_EQ(number("1.234,50 \xE2\x82\xAC", ','), 1234.5);
  EXPECT_EQ(number("\xC2\xA3 3"), 3);
  EXPECT_EQ(number("(1,234)"), -1234);
  EXPECT_EQ(number("1 234 567"), 1234567);
  EXPECT_EQ(number("1\xC2\xA0"
                   "234,5",
                   ','),
            1234.5);
  EXPECT_EQ(number("1\xE2\x80\xAF"
                   "234"),
            1234);
  EXPECT_EQ(number("1'234.5"), 1234.5);
  EXPECT_EQ(number("-1,234"), -1234);
  EXPECT_EQ(number("1e-3"), 1e-3);
  double value = 0;
  for (const char* word : {"0,123", "2024-01-05",     "1-2", "1,234 567", "1 23", "$",     "%",
                           "()",    "(-3)",           "$5%", "5 m",       "1..2", "12:30", "1/2",
                           "--5",   "(555) 123-4567", "e5",  "1'23",      "$-",   "+-3"})
    EXPECT_FALSE(number_in_text(word, '.', value)) << word;
  EXPECT_EQ(unit_sign("12 %"), "%");
  EXPECT_EQ(unit_sign("1,234"), "");
  const CsvTable table = decode_csv("a\n$5\n1.5\n", "t");
  EXPECT_TRUE(table.chunks[0].row_cell(0).marked);
  EXPECT_FALSE(table.chunks[0].row_cell(1).marked);
}

TEST(CsvHabits, DecimalCommasInQuotes) {
  const CsvTable table = decode_csv("a,b\n\"1,5\",2\n\"2,25\",3\n", "t");
  EXPECT_EQ(table.dialect.decimal, ',');
  EXPECT_EQ(table.chunks[0].row_cell(0).number, 1.5);
  EXPECT_EQ(table.chunks[0].row_cell(1).number, 2);
  EXPECT_EQ(decode_csv("a,b\n\"1,500\",2.5\n", "t").dialect.decimal, '.');
}

TEST(CsvHabits, NamesAreTold) {
  const auto header = [](std::string_view text) { return decode_csv(text, "t").dialect.header; };
  EXPECT_TRUE(header("id,2019,2020\n1,5,6\n2,7,8\n"));
  EXPECT_FALSE(header("1,5,x\n2,6,y\n"));
  EXPECT_FALSE(header("x,5,5\ny,6,7\n"));
  // Words only: they are no names where they come again.
  EXPECT_TRUE(header("kind,colour\ncat,black\ndog,white\ncat,white\n"));
  EXPECT_FALSE(header("cat,black\ndog,white\ncat,white\ndog,black\ncat,black\n"));
  // A column of numbers says more than a name that is a value, too.
  EXPECT_TRUE(header("a,b\n1,b\n2,c\n"));
}

TEST(CsvHabits, AQuoteThatIsNeverClosed) {
  std::string text = "a,b\n1,x\n2,\"y\n";
  const auto said = [&] { return message_of([&] { decode_csv(text, "t"); }); };
  EXPECT_NE(said().find("line 3, column 2: a quote does not end"), std::string::npos) << said();
  text += "3,z\n4,\"w\"\n";
  EXPECT_NE(said().find("line 3, column 2: its quote ends 2 lines further down, with text behind"),
            std::string::npos)
      << said();
  text = "a,b\n1,x\n2,\"y\n";
  while (text.size() < (size_t(70) << 20))
    text += "3,zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\n";
  EXPECT_NE(said().find("line 3, column 2: a quote does not end within 67108863 bytes"),
            std::string::npos)
      << said();

  // In a stream, the rows behind it would be missing without a word.
  CsvRows rows = rows_of("a,b\n1,x\n2,\"y\n3,z\n4,w\n");
  ASSERT_TRUE(rows.next());
  EXPECT_NE(message_of([&] { rows.next(); }).find("line 3, column 2: a quote does not end"),
            std::string::npos);
  EXPECT_TRUE(rows.lost());
  CsvRows others = rows_of("a,b\n1,\"x\"y\n3,z\n");
  EXPECT_NE(message_of([&] { others.next(); }).find("text behind a quoted cell"),
            std::string::npos);
  EXPECT_FALSE(others.lost());
  EXPECT_TRUE(others.next());
}

}  // namespace
}  // namespace hebb
