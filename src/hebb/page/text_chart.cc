#include "hebb/page/text_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hebb/page/axis.h"
#include "hebb/page/html.h"
#include "hebb/page/text_table.h"

namespace hebb::page {
namespace {

constexpr int terminal_colours[] = {34, 33, 32, 35, 36, 31};  // blue, yellow, green, ...

// Dots in cells of across x down of them. A cell belongs to the line that was drawn in it last.
class Canvas {
 public:
  Canvas(int columns, int rows, int across, int down)
      : columns_(columns), rows_(rows), across_(across), down_(down), dots_(size_t(columns * rows)),
        line_(size_t(columns * rows), -1) {}

  int width() const { return columns_ * across_; }
  int height() const { return rows_ * down_; }

  void set(int x, int y, int line) {
    if (x < 0 || y < 0 || x >= width() || y >= height())
      return;
    const size_t cell = size_t(y / down_ * columns_ + x / across_);
    dots_[cell] |= 1u << (y % down_ * across_ + x % across_);
    const bool shared = across_ == 1 && line_[cell] >= 0 && line_[cell] != line;
    line_[cell] = shared ? shared_line : line;
  }

  static constexpr int shared_line = 1 << 20;  // several lines in one plain cell

  unsigned dots(int column, int row) const { return dots_[size_t(row * columns_ + column)]; }
  int line(int column, int row) const { return line_[size_t(row * columns_ + column)]; }

 private:
  int columns_, rows_, across_, down_;
  std::vector<unsigned> dots_;
  std::vector<int> line_;  // -1: nothing
};

// U+2800 and a bit for each dot, which are numbered down the columns, the last row apart.
std::string braille(unsigned dots) {
  constexpr unsigned bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  unsigned pattern = 0;
  for (unsigned y = 0; y < 4; ++y)
    for (unsigned x = 0; x < 2; ++x)
      if (dots >> (y * 2 + x) & 1)
        pattern |= bit[y][x];
  return {char(0xE2), char(0xA0 | pattern >> 6), char(0x80 | (pattern & 0x3F))};
}

char letter(int line) {
  return line == Canvas::shared_line ? '*' : char('a' + line % 26);
}

std::string coloured(const std::string& text, int line, bool colours) {
  if (!colours)
    return text;
  return fmt::format("\033[{}m{}\033[0m", terminal_colours[size_t(line) % 6], text);
}

// One line over the canvas: between neighbouring epochs it is straight.
void draw(Canvas& canvas, const std::vector<double>& values, int line, size_t epochs,
          const Axis& y) {
  const auto dot_of = [&](double value) { return int(std::lround(y.at(value))); };
  int before = -1;  // the dot of the column before, where there was one
  for (int x = 0; x < canvas.width(); ++x) {
    const double at = canvas.width() == 1 || epochs == 1
                          ? 0
                          : double(x) * double(epochs - 1) / double(canvas.width() - 1);
    const size_t left = size_t(at), right = std::min(left + 1, epochs - 1);
    const double part = at - double(left);
    const double a = left < values.size() ? values[left] : std::numeric_limits<double>::quiet_NaN();
    const double b = right < values.size() ? values[right] : a;
    if (!drawable(a) || (part > 0 && !drawable(b))) {
      before = -1;
      continue;
    }
    const int dot = dot_of(part > 0 ? a + part * (b - a) : a);
    const int from = before < 0 ? dot : before < dot ? before + 1 : before > dot ? before - 1 : dot;
    for (int step = std::min(from, dot); step <= std::max(from, dot); ++step)
      canvas.set(x, step, line);
    before = dot;
    if (epochs == 1)
      break;
  }
}

double last_value(const std::vector<double>& values) {
  for (size_t i = values.size(); i-- > 0;)
    if (drawable(values[i]))
      return values[i];
  return std::numeric_limits<double>::quiet_NaN();
}

std::string legend(std::span<const TextLine> lines, const TextChartOptions& options) {
  std::string out;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string mark = options.braille ? "⣀⣀" : std::string(1, letter(int(i)));
    out += fmt::format("  {} {} {}\n", coloured(mark, int(i), options.colours),
                       cut_to(lines[i].name, size_t(std::max(options.columns - 20, 10))),
                       number(last_value(lines[i].values)));
  }
  return out;
}

}  // namespace

std::string text_chart(std::span<const TextLine> lines, const TextChartOptions& options) {
  std::vector<double> all;
  size_t epochs = 0;
  for (const TextLine& line : lines) {
    all.insert(all.end(), line.values.begin(), line.values.end());
    epochs = std::max(epochs, line.values.size());
  }
  if (std::none_of(all.begin(), all.end(), drawable))
    return {};
  const int across = options.braille ? 2 : 1, down = options.braille ? 4 : 1,
            rows = std::max(options.rows, 3);
  const Axis y = make_axis(all, rows * down - 1, 0,
                           {.ticks = std::max(rows / 3, 2),
                            .may_be_logarithmic = true,
                            .rate = true,
                            .least_part = 0.02});
  std::vector<std::string> labels(static_cast<size_t>(rows));
  size_t margin = 0;
  for (double tick : y.ticks) {
    const auto row = int(std::lround(y.at(tick))) / down;
    if (row >= 0 && row < rows) {
      labels[size_t(row)] = y.label(tick);
      margin = std::max(margin, labels[size_t(row)].size());
    }
  }
  const int columns = std::max(options.columns - int(margin) - 3, 10);
  Canvas canvas(columns, rows, across, down);
  for (size_t i = 0; i < lines.size(); ++i)
    draw(canvas, lines[i].values, int(i), epochs, y);

  std::string out;
  const char *tick = options.braille ? "┤" : "+", *wall = options.braille ? "│" : "|";
  for (int row = 0; row < rows; ++row) {
    const std::string& label = labels[size_t(row)];
    std::string text = fmt::format("{:>{}} {}", label, margin, label.empty() ? wall : tick);
    int blanks = 0;  // kept back: no line ends with blanks
    for (int column = 0; column < columns; ++column) {
      const int line = canvas.line(column, row);
      if (line < 0) {
        ++blanks;
        continue;
      }
      text += std::string(size_t(blanks), ' ');
      blanks = 0;
      text += options.braille ? coloured(braille(canvas.dots(column, row)), line, options.colours)
                              : std::string(1, letter(line));
    }
    out += text + "\n";
  }
  std::string floor;
  for (int column = 0; column < columns; ++column)
    floor += options.braille ? "─" : "-";
  out += fmt::format("{:>{}} {}{}\n", "", margin, options.braille ? "└" : "+", floor);
  const std::string last = epochs > 1 ? fmt::format("epoch {}", epochs) : "";
  out += fmt::format("{:>{}}   1{:>{}}\n", "", margin, last, columns - 1);
  return out + legend(lines, options);
}

}  // namespace hebb::page
