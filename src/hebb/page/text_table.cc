#include "hebb/page/text_table.h"

#include <algorithm>

namespace hebb::page {
namespace {

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

}  // namespace

size_t shown_width(std::string_view text) {
  return size_t(std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::string cut_to(std::string_view text, size_t widest) {
  if (shown_width(text) <= widest || widest < 4)
    return std::string(text);
  size_t bytes = 0;
  for (size_t characters = 0; bytes < text.size(); ++bytes)
    if (!continues(text[bytes]) && characters++ == widest - 3)
      break;
  return std::string(text.substr(0, bytes)) + "...";
}

std::string text_table(const std::vector<TextColumn>& columns, size_t widest) {
  const size_t rows = columns.empty() ? 0 : columns.front().cells.size();
  std::vector<std::string> lines(rows + 1);
  for (size_t c = 0; c < columns.size(); ++c) {
    const TextColumn& column = columns[c];
    std::vector<std::string> cells = {column.name};
    for (const std::string& cell : column.cells)
      cells.push_back(cut_to(cell, widest));
    size_t width = 0;
    for (const std::string& cell : cells)
      width = std::max(width, shown_width(cell));
    for (size_t r = 0; r < lines.size(); ++r) {
      const std::string padding(width - shown_width(cells[r]), ' ');
      lines[r] += c > 0 ? "  " : "";
      lines[r] += column.right ? padding + cells[r] : cells[r] + padding;
    }
  }
  std::string out;
  for (std::string& line : lines) {
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

}  // namespace hebb::page
