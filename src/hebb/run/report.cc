#include "hebb/run/report.h"

#include <fmt/format.h>

#include "hebb/page/html.h"
#include "hebb/page/style.h"
#include "hebb/tasks/report_quantities.h"

namespace hebb {

namespace {

using page::card;
using page::escape;
using page::section;

std::string header(const Report& r) {
  std::string out = fmt::format("<header><h1>{}</h1>", escape(r.title));
  if (!r.subtitle.empty())
    out += fmt::format("<p class=\"subtitle\">{}</p>", escape(r.subtitle));
  for (const auto& note : r.notes)
    out += fmt::format("<p class=\"note\">{}</p>", escape(note));
  if (!r.headline.empty()) {
    out += "<div class=\"headline\">";
    for (const auto& item : r.headline)
      out += fmt::format(
          "<div><span class=\"what\">{}</span><span class=\"value\">{}</span><span "
          "class=\"aside\">{}</span></div>",
          escape(item.name), page::number(item.value), escape(item.note));
    out += "</div>";
  }
  return out + "</header>\n";
}

std::string facts(const Report& r) {
  std::string out = "<dl class=\"facts\">";
  for (const auto& [name, value] : r.facts)
    out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(value));
  return out + "</dl>";
}

std::string curves(const Report& r) {
  std::string out = "<div class=\"charts\">";
  for (const auto& curve : r.curves)
    out += card(curve.name, page::curve_chart(curve, r.best_epoch));
  return out + "</div>";
}

}  // namespace

std::string report_html(const Report& r) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, "
      "initial-scale=1\"><meta name=\"color-scheme\" content=\"light "
      "dark\"><title>{}</title>\n<style>{}</style></head>\n<body><main>\n",
      escape(r.title), page::style);
  out += header(r);
  if (!r.curves.empty())
    out += section("Learning", "", curves(r));
  if (!r.actual.empty() && !r.predicted.empty())
    out += section("Predictions", r.quantity.empty() ? "" : escape(r.quantity) + ".",
                   quantity_charts(r.actual, r.predicted));
  if (r.confusion.classes() > 0 && r.confusion.total() > 0) {
    out += section("Confusion matrix",
                   "A row for what samples are, a column for what they were taken for. Right is "
                   "blue, wrong is orange, the deeper the "
                   "larger its part of the row.",
                   fmt::format("<div class=\"confusions\">{}<div>{}</div></div>",
                               confusion_table(r.confusion, r.classes),
                               confused_pairs(r.confusion, r.classes)));
    out += section("Classes", "", class_table(r.confusion, r.classes));
  }
  if (!r.mistakes.empty())
    out += section("The worst mistakes",
                   "The right class seemed least likely in these. First what it is, then what the "
                   "model took it for, and how surely.",
                   mistake_pictures(r.mistakes));
  if (!r.facts.empty())
    out += section("The run", "", facts(r));
  if (!r.config.empty())
    out += section("Configuration", "", fmt::format("<pre>{}</pre>", escape(r.config)));
  out += "</main>";
  if (!r.footer.empty())
    out += fmt::format("<footer>{}</footer>", escape(r.footer));
  return out + "</body></html>\n";
}

}  // namespace hebb
