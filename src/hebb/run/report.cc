#include "hebb/run/report.h"

#include <fmt/format.h>

#include "hebb/page/html.h"

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
  std::string out = header(r);
  if (!r.curves.empty())
    out += section("Learning", "", curves(r));
  for (const ReportSection& part : r.sections)
    out += section(escape(part.title), escape(part.text), part.body);
  if (!r.facts.empty())
    out += section("The run", "", facts(r));
  if (!r.config.empty())
    out += section("Configuration", "", fmt::format("<pre>{}</pre>", escape(r.config)));
  return page::document(r.title, out, r.footer);
}

}  // namespace hebb
