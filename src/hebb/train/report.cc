#include "hebb/train/report.h"

#include <fmt/format.h>

#include <cmath>

#include "hebb/train/report_parts.h"

namespace hebb {

namespace report {

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// RFC 4648.
std::string base64(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t three = 0;
    for (size_t j = 0; j < 3; ++j)
      three = three << 8 | (i + j < bytes.size() ? uint8_t(bytes[i + j]) : 0u);
    for (size_t j = 0; j < 4; ++j)
      out += i + j <= bytes.size() ? letters[three >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

std::string number(double value) {
  if (!std::isfinite(value))
    return "–";
  const double size = std::abs(value);
  if (size >= 1e5 || (size < 1e-3 && size > 0))
    return fmt::format("{:.3g}", value);
  const int decimals = size < 10 ? 4 : size < 100 ? 2 : size < 1000 ? 1 : 0;
  return fmt::format("{:.{}f}", value, decimals);
}

std::string percent(double part) {
  return fmt::format("{:.1f} %", 100 * part);
}

namespace {

std::string section(std::string_view title, std::string_view lead, std::string_view body) {
  return fmt::format("<section><h2>{}</h2>{}{}</section>\n", title,
                     lead.empty() ? "" : fmt::format("<p class=\"lead\">{}</p>", lead), body);
}

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
          escape(item.name), number(item.value), escape(item.note));
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
    out += fmt::format("<figure class=\"card\"><figcaption>{}</figcaption>{}</figure>",
                       escape(curve.name), curve_chart(curve, r.best_epoch));
  return out + "</div>";
}

std::string regression(const Report& r) {
  const size_t n = std::min(r.actual.size(), r.predicted.size());
  const auto actual = std::span(r.actual).first(n), predicted = std::span(r.predicted).first(n);
  std::vector<double> residual(n);
  for (size_t i = 0; i < n; ++i)
    residual[i] = actual[i] - predicted[i];
  std::string out = "<div class=\"charts\">";
  const auto card = [&](std::string_view title, const std::string& chart) {
    out +=
        fmt::format("<figure class=\"card\"><figcaption>{}</figcaption>{}</figure>", title, chart);
  };
  card("Predicted against actual", scatter_chart(actual, predicted));
  card("Residuals", residual_chart(actual, predicted));
  card("Distribution of residuals", histogram_chart(residual));
  return out + "</div>";
}

}  // namespace
}  // namespace report

std::string report_html(const Report& r) {
  using namespace report;
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, "
      "initial-scale=1\"><meta name=\"color-scheme\" content=\"light "
      "dark\"><title>{}</title>\n<style>{}</style></head>\n<body><main>\n",
      escape(r.title), style);
  out += header(r);
  if (!r.curves.empty())
    out += section("Learning", "", curves(r));
  if (!r.actual.empty() && !r.predicted.empty())
    out +=
        section("Predictions", r.quantity.empty() ? "" : escape(r.quantity) + ".", regression(r));
  if (r.confusion.classes() > 0 && r.confusion.total() > 0) {
    out += section("Confusion matrix",
                   "A row for what samples are, a column for what they were taken for. Right is "
                   "blue, wrong is orange, the deeper the "
                   "larger its part of the row.",
                   fmt::format("<div class=\"confusions\">{}<div>{}</div></div>",
                               confusion_table(r), confused_pairs(r)));
    out += section("Classes", "", class_table(r));
  }
  if (!r.mistakes.empty())
    out += section("The worst mistakes",
                   "The right class seemed least likely in these. First what it is, then what the "
                   "model took it for, and how surely.",
                   mistakes(r));
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
