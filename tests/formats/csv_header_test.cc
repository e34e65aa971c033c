// Names of columns: repeated ones are told apart as pandas does it (reference/csv_header.py), empty
// ones are their places, and a row of a stream has the names that the whole table has.

#include "hebb/formats/csv_header.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "formats/csv_cells.h"
#include "hebb/base/file.h"
#include "hebb/formats/csv_rows.h"
#include "support/places.h"

namespace hebb {
namespace {

TEST(CsvHeader, RepeatedNamesAreThoseOfPandas) {
  const auto cases = nlohmann::json::parse(read_file(reference_folder() / "csv_header.json"));
  ASSERT_GT(cases.size(), 50u);
  for (const auto& c : cases)
    EXPECT_EQ(name_columns(c["header"].get<Strings>()).names, c["names"].get<Strings>())
        << c["header"];
}

TEST(CsvHeader, ColumnsWithoutNamesAreTheirPlaces) {
  EXPECT_EQ(name_columns({"a", "", ""}).names, (Strings{"a", "2", "3"}));
  EXPECT_EQ(name_columns({"", "1", "b"}).names, (Strings{"1.1", "1", "b"}));  // given names stay
  EXPECT_EQ(name_columns({"1", "1", ""}).names, (Strings{"1", "1.1", "3"}));
  EXPECT_FALSE(name_columns({"", "a"}).first_has_name);
  EXPECT_TRUE(name_columns({"1", "a"}).first_has_name);
}

TEST(CsvHeader, NoTwoAreAlike) {
  Strings cells;
  for (int i = 0; i < 3000; ++i)
    cells.push_back(i % 3 == 0 ? "a" : i % 3 == 1 ? "" : "a." + std::to_string(i % 50));
  const CsvHeader header = name_columns(cells);
  EXPECT_EQ(std::set<std::string>(header.names.begin(), header.names.end()).size(), cells.size());
  EXPECT_NE(describe_renamed(header, 1).find(", ..."), std::string::npos);
}

TEST(CsvHeader, IsSaidInOneNoteAndTheSameInAStream) {
  const std::string text = "# of the office\na,b,a,b,,a.1\n1,2,3,4,5,6\n7,8,9,1,2,3\n";
  const CsvTable table = decode_csv(text, "t.csv");
  const Strings names = {"a", "b", "a.2", "b.1", "5", "a.1"};
  EXPECT_EQ(table.columns, names);
  ASSERT_EQ(table.notes.size(), 2u);  // the other one: a line before the table
  EXPECT_EQ(table.notes[1],
            "t.csv: line 2 repeats names of columns: column 3 is called 'a.2', column 4 is called "
            "'b.1'");
  CsvRows rows(
      [&, at = size_t(0)](char* to, size_t most) mutable {
        const size_t n = text.copy(to, most, at);
        at += n;
        return n;
      },
      "t.csv");
  EXPECT_EQ(rows.columns(), names);
  EXPECT_EQ(decode_csv("a,b,a\n1,2,3\n4,5,6\n", "t").notes,
            Strings{"t: line 1 repeats the name of a column: column 3 is called 'a.1'"});
  EXPECT_TRUE(decode_csv("a,b\n1,2\n", "t").notes.empty());
}

}  // namespace
}  // namespace hebb
