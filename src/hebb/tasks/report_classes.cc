#include "hebb/tasks/report_classes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hebb/base/counted.h"
#include "hebb/metrics/classification.h"
#include "hebb/metrics/measure.h"
#include "hebb/page/html.h"
#include "hebb/tasks/class_name.h"

namespace hebb {

using page::base64;
using page::escape;
using page::percent;

namespace {

constexpr int64_t most_numbers = 24;  // classes of a matrix that is legible with its counts
constexpr int64_t most_cells = 120;   // and as colours alone

// How strongly a cell is coloured. Mistakes are few: their square root lets them be seen.
double strength(double part, bool right) {
  return right ? part : std::sqrt(part) * 0.9;
}

}  // namespace

std::string confusion_table(const metrics::ConfusionMatrix& matrix,
                            const std::vector<std::string>& classes) {
  const int64_t n = matrix.classes();
  if (n > most_cells)
    return {};
  const bool numbers = n <= most_numbers;
  size_t letters = 0;  // of all column heads: few stand upright
  for (int64_t k = 0; k < n; ++k)
    letters += class_name(classes, k).size();
  std::string out =
      fmt::format("<div class=\"scroll\"><table class=\"confusion{}\">", !numbers       ? " dense"
                                                                         : letters < 40 ? " upright"
                                                                                        : "");
  if (numbers) {
    out += fmt::format(
        "<thead><tr><td></td><th class=\"axis\" colspan=\"{}\">predicted</th></tr><tr><th "
        "class=\"axis\">actual</th>",
        n);
    for (int64_t k = 0; k < n; ++k)
      out += fmt::format("<th class=\"column\" scope=\"col\"><span>{}</span></th>",
                         escape(class_name(classes, k)));
    out += "</tr></thead>";
  }
  out += "<tbody>";
  for (int64_t i = 0; i < n; ++i) {
    int64_t total = 0;
    for (int64_t value : matrix.row(i))
      total += value;
    out += "<tr>";
    if (numbers)
      out += fmt::format("<th scope=\"row\">{}</th>", escape(class_name(classes, i)));
    for (int64_t j = 0; j < n; ++j) {
      const int64_t value = matrix.at(i, j);
      const double part = total ? double(value) / double(total) : 0, shade = strength(part, i == j);
      const char* kind = value == 0    ? "none"
                         : i != j      ? "wrong"
                         : shade > 0.8 ? "right deep"
                                       : "right";
      out += fmt::format("<td class=\"{}\"", kind);
      if (value != 0)
        out += fmt::format(" style=\"--v:{:.2f}\" title=\"{} as {}: {} of {}, {}\"",
                           std::max(shade, 0.04), escape(class_name(classes, i)),
                           escape(class_name(classes, j)), counted(value), counted(total),
                           percent(part));
      out += numbers ? fmt::format(">{}</td>", value ? counted(value) : "·") : "></td>";
    }
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

std::string confused_pairs(const metrics::ConfusionMatrix& matrix,
                           const std::vector<std::string>& classes) {
  struct Pair {
    int64_t actual, predicted, count, total;
  };
  std::vector<Pair> pairs;
  for (int64_t i = 0; i < matrix.classes(); ++i) {
    int64_t total = 0;
    for (int64_t value : matrix.row(i))
      total += value;
    for (int64_t j = 0; j < matrix.classes(); ++j)
      if (i != j && matrix.at(i, j) > 0)
        pairs.push_back({i, j, matrix.at(i, j), total});
  }
  if (matrix.classes() < 3 || pairs.empty())
    return {};
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.count > b.count; });
  pairs.resize(std::min<size_t>(pairs.size(), matrix.classes() > most_numbers ? 12 : 6));
  std::string out = "<h3>Confused most often</h3><ol class=\"pairs\">";
  for (const Pair& pair : pairs)
    out += fmt::format(
        "<li><span><b>{}</b> taken for <b>{}</b></span><span class=\"part\">{} of {}, "
        "{}</span></li>",
        escape(class_name(classes, pair.actual)), escape(class_name(classes, pair.predicted)),
        counted(pair.count), counted(pair.total), percent(double(pair.count) / double(pair.total)));
  return out + "</ol>";
}

std::string class_table(const metrics::ConfusionMatrix& matrix,
                        const std::vector<std::string>& classes) {
  const metrics::ClassCounts counts = matrix.counts();
  const auto rows = metrics::class_rows(counts);
  const auto cell = [](double value) {
    return fmt::format("<td class=\"rate\" style=\"--v:{:.3f}\"><span>{:.3f}</span></td>", value,
                       value);
  };
  std::string out =
      "<div class=\"scroll\"><table class=\"classes\"><thead><tr><th scope=\"col\">Class</th><th "
      "scope=\"col\">Precision</th>"
      "<th scope=\"col\">Recall</th><th scope=\"col\">F1</th><th scope=\"col\" "
      "class=\"count\">Samples</th></tr></thead><tbody>";
  for (const auto& row : rows)
    out += fmt::format("<tr><th scope=\"row\">{}</th>{}{}{}<td class=\"count\">{}</td></tr>",
                       escape(class_name(classes, row.label)), cell(row.precision),
                       cell(row.recall), cell(row.f1), counted(row.support));
  out += "</tbody><tfoot>";
  for (auto average : {metrics::Average::macro, metrics::Average::weighted})
    out +=
        fmt::format("<tr><th scope=\"row\">{} average</th>{}{}{}<td class=\"count\">{}</td></tr>",
                    average == metrics::Average::macro ? "Macro" : "Weighted",
                    cell(metrics::precision_score(counts, average)),
                    cell(metrics::recall_score(counts, average)),
                    cell(metrics::f1_score(counts, average)), counted(counts.total()));
  return out + "</tfoot></table></div>";
}

std::string mistake_pictures(const std::vector<Mistake>& mistakes) {
  std::string out = "<div class=\"mistakes\">";
  for (const auto& mistake : mistakes) {
    out += "<figure>";
    if (!mistake.png.empty())
      out += fmt::format("<img alt=\"{}\" title=\"{}\" src=\"data:image/png;base64,{}\">",
                         escape(mistake.name), escape(mistake.name), base64(mistake.png));
    out += fmt::format(
        "<figcaption><span class=\"was\">{}</span><span class=\"took\">{} <span "
        "class=\"sure\">{}</span></span>"
        "<span class=\"which\">{}</span></figcaption></figure>",
        escape(mistake.actual), escape(mistake.predicted), percent(mistake.confidence),
        escape(mistake.name));
  }
  return out + "</div>";
}

std::vector<ReportSection> class_sections(const metrics::ConfusionMatrix& matrix,
                                          const std::vector<std::string>& classes,
                                          const std::vector<Mistake>& mistakes) {
  std::vector<ReportSection> out;
  if (matrix.classes() > 0 && matrix.total() > 0) {
    out.push_back({"Confusion matrix",
                   "A row for what samples are, a column for what they were taken for. Right is "
                   "blue, wrong is orange, the deeper the larger its part of the row.",
                   fmt::format("<div class=\"confusions\">{}<div>{}</div></div>",
                               confusion_table(matrix, classes), confused_pairs(matrix, classes))});
    out.push_back({"Classes", "", class_table(matrix, classes)});
  }
  if (!mistakes.empty())
    out.push_back({"The worst mistakes",
                   "The right class seemed least likely in these. First what it is, then what the "
                   "model took it for, and how surely.",
                   mistake_pictures(mistakes)});
  return out;
}

}  // namespace hebb
