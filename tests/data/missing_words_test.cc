// Further words for what is missing: they are empty cells, in training and wherever the recipe
// goes.

#include "hebb/data/missing_words.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/base/check.h"
#include "hebb/data/recipe.h"
#include "hebb/data/table.h"
#include "hebb/data/table_row.h"
#include "hebb/data/table_source.h"
#include "support/message_of.h"
#include "support/temp_folder.h"

namespace hebb::data {
namespace {

using Strings = std::vector<std::string>;

RowCell cell_of(const CsvTable& table, int64_t row, int64_t column) {
  return table.chunk_of(row).row_cell(size_t(row) * table.columns.size() + size_t(column));
}

TEST(MissingWords, AreWordsAndTheNumbersThatTheyAre) {
  const MissingWords words({"unknown", "-999", "NA", "007"});
  const CsvTable table = decode_csv(
      "a\nunknown\nUnknown\n-999\n-999.0\n\"NA\"\n007\n7\n-9990\n\"-999\"\n$-999\n", "t");
  const bool held[] = {true, false, true, true, true, true, false, false, true, false};
  for (int64_t row = 0; row < table.rows(); ++row)
    EXPECT_EQ(words.hold(cell_of(table, row, 0)), held[row]) << table.at(row, 0);
  EXPECT_TRUE(MissingWords().empty());
  EXPECT_FALSE(MissingWords().hold(cell_of(table, 0, 0)));
  EXPECT_NE(hebb::message_of([] { MissingWords({""}); }).find("empty cells are missing anyway"),
            std::string::npos);
}

TEST(MissingWords, BecomeEmptyCells) {
  CsvTable table = decode_csv("id,a\n-,1\nx,-\n", "t");
  empty_missing(MissingWords({"-"}), 0, table);
  EXPECT_EQ(table.at(0, 0), "-");  // the spared column
  EXPECT_EQ(table.at(1, 1), "");
  EXPECT_EQ(cell_of(table, 1, 1).form, NumberForm::none);
  empty_missing(MissingWords({"-"}), -1, table);
  EXPECT_EQ(table.at(0, 0), "");
}

class MissingTables : public TempFolder {
 protected:
  Dataset open(const std::string& text, const TableOptions& options) const {
    const fs::path path = folder_ / "t.csv";
    write_file_atomic(path, text);
    return csv_table(path.string(), options);
  }
};

TEST_F(MissingTables, AColumnOfNumbersStaysOne) {
  const std::string text =
      "name,a,land,y\n-,1,\"NA\",1.5\nk2,-,FR,2.5\nk3,-999,DE,3.5\nk4,2.5,\"NA\",unknown\n"
      "k5,3,FR,4.5\nk6,4,DE,5.5\n";
  const Dataset read =
      open(text, {.target = "y", .id = "name", .reading = {.missing = {"-", "-999", "unknown"}}});
  EXPECT_EQ(read.size(), 5);  // one row has no target
  EXPECT_EQ(read.ids()[0], "-");
  const TableSource& table = *table_of(read);
  EXPECT_EQ(table.told().columns[1].kind, ColumnKind::number);
  EXPECT_EQ(table.told().columns[1].missing, 2);
  EXPECT_EQ(table.told().columns[2].missing, 0);  // NA in quotes is a word
  EXPECT_TRUE(std::isnan(table.in_f64(1)[0]));
  EXPECT_EQ(read.recipe().missing(), (Strings{"-", "-999", "unknown"}));
  EXPECT_EQ(read.recipe().words()[0], "'-', '-999', 'unknown' are missing cells, too");
  // A quoted NA that is in the list is missing.
  const Dataset land = open(text, {.target = "y", .reading = {.missing = {"NA", "-", "unknown"}}});
  EXPECT_EQ(table_of(land)->told().columns[2].missing, 2);
}

TEST_F(MissingTables, TheRecipeKeepsTheWords) {
  std::string text = "a,b,y\n";
  for (int i = 0; i < 20; ++i)
    text += fmt::format("{},{},{}.5\n", i % 4 ? std::to_string(i) : "?!", i % 3 ? "u" : "v", i);
  const Dataset read = open(text, {.target = "y", .reading = {.missing = {"?!"}}});
  const Recipe recipe = read.recipe(), again = parse_recipe(recipe.to_json(), "recipe.json");
  EXPECT_NE(recipe.to_json().find("\"missing\": [\n  \"?!\"\n ]"), std::string::npos)
      << recipe.to_json();
  EXPECT_EQ(again.missing(), Strings{"?!"});
  EXPECT_EQ(again.to_json(), recipe.to_json());
  for (const Recipe& changed :
       {again.with_augment({}), again.fitted(read), again.without_target(),
        again.with_fitted_target(read.source().schema().back()), again.with_normalize({}, {})})
    EXPECT_EQ(changed.missing(), Strings{"?!"});
  EXPECT_EQ(open(text, {.target = "b"}).recipe().to_json().find("\"missing\": ["),
            std::string::npos);
  // Another file is read by the recipe's words, whatever its reading says; so is a row.
  const Dataset other =
      open("a,b,y\n1,u,2\n?!,v,3\n-,u,4\n", {.target = "y",
                                             .task = Task::regression,
                                             .reading = {.missing = {"-"}},
                                             .recipe = again.with_missing({"-", "?!"})});
  EXPECT_TRUE(std::isnan(table_of(other)->in_f64(1)[0]));
  EXPECT_NE(hebb::message_of([&] {
              open("a,b,y\n1,u,2\n-,u,4\n", {.target = "y",
                                             .task = Task::regression,
                                             .reading = {.missing = {"-"}},
                                             .recipe = again});
            }).find("line 3: column 'a' is '-', should be a number"),
            std::string::npos);
  const CsvTable rows = decode_csv("a,b\n?!,u\n", "t");
  const std::vector<RowCell> cells = {cell_of(rows, 0, 0), cell_of(rows, 0, 1)};
  const std::vector<size_t> places = {0, 1};
  Record record;
  read_row(cells, places, again.input(), MissingWords(again.missing()), true, record);
  EXPECT_TRUE(std::isnan(*record.at("a").data<double>()));
  EXPECT_THROW(read_row(cells, places, again.input(), {}, true, record), Error);
}

}  // namespace
}  // namespace hebb::data
