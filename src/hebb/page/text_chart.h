// Curves in a terminal: Braille dots with colours, or plain letters where a line of text is all
// there is.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace hebb::page {

// A value per epoch, the first one epoch 1; NaN leaves a gap.
struct TextLine {
  std::string name;
  std::vector<double> values;
};

struct TextChartOptions {
  int columns = 80, rows = 12;  // of the whole chart; rows without axis and names
  bool braille = false;         // else a letter for each line: a, b, c, ...
  bool colours = false;
};

// The chart, an axis of epochs below it, and the names with the last values. Empty without a value.
std::string text_chart(std::span<const TextLine> lines, const TextChartOptions& options);

}  // namespace hebb::page
