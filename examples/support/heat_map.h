// A map of attention as a picture: rows are queries, columns what they look at.
#pragma once

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

// weights [rows.size()][columns.size()], from 0 to 1, row by row. Writes an SVG; darker is more.
inline void draw_heat_map(const std::string& file, const std::string& title,
                          const std::vector<std::string>& rows,
                          const std::vector<std::string>& columns,
                          const std::vector<double>& weights, double low = 0, double high = 1) {
  constexpr int side = 44, left = 110, top = 110;
  const int width = left + side * int(columns.size()) + 20,
            height = top + side * int(rows.size()) + 20;
  std::ofstream out(file);
  out << "<svg xmlns='http://www.w3.org/2000/svg' width='" << width << "' height='" << height
      << "' font-family='sans-serif' font-size='13'>\n<rect width='100%' height='100%' "
         "fill='white'/>\n<text x='10' y='20' font-weight='bold'>"
      << title << "</text>\n";
  const auto text = [&](double x, double y, const std::string& more, const std::string& words) {
    out << "<text x='" << x << "' y='" << y << "' " << more << ">" << words << "</text>\n";
  };
  for (size_t j = 0; j < columns.size(); ++j) {
    const double x = left + side * (double(j) + 0.5);
    text(x, top - 8,
         "transform='rotate(-45 " + std::to_string(x) + " " + std::to_string(top - 8) + ")'",
         columns[j]);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const double y = top + side * double(i);
    text(left - 8, y + side * 0.6, "text-anchor='end'", rows[i]);
    for (size_t j = 0; j < columns.size(); ++j) {
      const double weight = weights[i * columns.size() + j];
      const double share = std::clamp((weight - low) / (high - low), 0.0, 1.0);
      const auto mixed = [&](int full) { return int(255 + share * (full - 255)); };
      const double x = left + side * double(j);
      out << "<rect x='" << x << "' y='" << y << "' width='" << side << "' height='" << side
          << "' fill='rgb(" << mixed(20) << "," << mixed(70) << "," << mixed(140) << ")'/>\n";
      char number[16];
      std::snprintf(number, sizeof number, "%.2f", weight);
      text(x + side / 2.0, y + side * 0.6,
           std::string("text-anchor='middle' fill='") + (share > 0.5 ? "white" : "black") + "'",
           number);
    }
  }
  out << "</svg>\n";
}
