// Tables and curves as text.

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "hebb/page/chart.h"
#include "hebb/page/text_chart.h"
#include "hebb/page/text_table.h"

namespace hebb::page {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);)
    out.push_back(line);
  return out;
}

TEST(TextTable, ColumnsAreAsWideAsTheirCells) {
  EXPECT_EQ(text_table({{.name = "run", .cells = {"a-1", "größer"}},
                        {.name = "loss", .cells = {"0.5", "12.25"}, .right = true},
                        {.name = "data", .cells = {"x.csv", ""}}}),
            "run      loss  data\n"
            "a-1       0.5  x.csv\n"
            "größer  12.25\n");
  EXPECT_EQ(text_table({{.name = "run", .cells = {}}}), "run\n");
}

TEST(TextTable, LongCellsAreCutBetweenCharacters) {
  EXPECT_EQ(cut_to("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(cut_to("abcdefghi", 8), "abcde...");
  EXPECT_EQ(cut_to("ääääää", 5), "ää...");
  EXPECT_EQ(shown_width("äöü"), 3u);
}

TEST(TextChart, PlainLettersWithoutEscapes) {
  const TextLine falls{"first", {1, 0.5, 0}}, rises{"second", {0, 0.5, 1}};
  const std::string chart = text_chart(std::vector{falls, rises}, {.columns = 30, .rows = 5});
  const std::vector<std::string> lines = lines_of(chart);
  ASSERT_EQ(lines.size(), 5u + 2 + 2) << chart;
  for (char c : chart)
    EXPECT_LT(static_cast<unsigned char>(c), 0x80) << chart;
  for (const std::string& line : lines)
    EXPECT_LE(line.size(), 30u) << chart;
  EXPECT_EQ(lines[0].find('a'), lines[4].find('b')) << chart;  // both begin at the first epoch
  EXPECT_GT(lines[0].find('b'), lines[0].find('a')) << chart;
  EXPECT_NE(lines[2].find('*'), std::string::npos) << "where they cross: " << chart;
  EXPECT_NE(lines[6].find("epoch 3"), std::string::npos) << chart;
  EXPECT_EQ(lines[7], "  a first 0.0000");
}

TEST(TextChart, BrailleDotsAndColours) {
  const std::vector<TextLine> line = {{"one", {0, 1}}};
  const std::string plain = text_chart(line, {.columns = 20, .rows = 4, .braille = true});
  EXPECT_EQ(plain.find('\033'), std::string::npos);
  for (const std::string& row : lines_of(plain))
    EXPECT_LE(shown_width(row), 20u) << row;
  EXPECT_NE(plain.find("\xE2\xA1"), std::string::npos) << plain;  // U+2840 to U+287F
  const std::string coloured =
      text_chart(line, {.columns = 20, .rows = 4, .braille = true, .colours = true});
  EXPECT_NE(coloured.find("\033[34m"), std::string::npos);
}

TEST(TextChart, OddValues) {
  const double nan = std::nan(""), inf = INFINITY;
  EXPECT_EQ(text_chart({}, {}), "");
  EXPECT_EQ(text_chart(std::vector<TextLine>{{"none", {}}, {"nan", {nan, inf}}}, {}), "");
  for (const std::vector<double>& values : {std::vector<double>{1},
                                            {nan, 2},
                                            {2, nan},
                                            {1, nan, 3},
                                            {0, 0, 0},
                                            {1e-300, 1e140},
                                            {-1, inf, 4},
                                            {5, 5}})
    for (bool braille : {false, true}) {
      const std::string chart = text_chart(std::vector<TextLine>{{"x", values}},
                                           {.columns = 1, .rows = 1, .braille = braille});
      EXPECT_NE(chart.find("x "), std::string::npos);
    }
}

TEST(LinesChart, DrawsEachLineInItsColour) {
  const std::vector<ChartLine> lines = {
      {.name = "a & b", .values = {1, 0.5}, .colour = 0},
      {.name = "c", .values = {1, NAN, 0.2}, .colour = 9, .dashed = true}};
  const std::string chart = lines_chart("loss", lines);
  EXPECT_NE(chart.find("class=\"line c0\""), std::string::npos);
  EXPECT_NE(chart.find("class=\"line c1 dashed\""), std::string::npos);
  EXPECT_NE(chart.find("a &amp; b, epoch 1"), std::string::npos);
  EXPECT_EQ(chart.find("nan"), std::string::npos);
  EXPECT_NE(chart_legend(std::vector<std::string>{"<x>"}).find("&lt;x&gt;"), std::string::npos);
}

}  // namespace
}  // namespace hebb::page
