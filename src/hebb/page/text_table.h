// Tables and curves as text, for terminals and for other programs that read lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hebb::page {

struct TextColumn {
  std::string name;
  std::vector<std::string> cells;
  bool right = false;  // numbers stand at the right
};

// A line of names and a line for each row, columns two blanks apart, each as wide as its widest
// cell; a cell longer than `widest` characters is cut. All columns have as many cells.
std::string text_table(const std::vector<TextColumn>& columns, size_t widest = 60);

size_t shown_width(std::string_view text);                 // characters of UTF-8
std::string cut_to(std::string_view text, size_t widest);  // "a long na..."

}  // namespace hebb::page
