#include "hebb/page/html.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

#include "hebb/page/style.h"

namespace hebb::page {

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

std::string card(std::string_view title, std::string_view body) {
  return fmt::format("<figure class=\"card\"><figcaption>{}</figcaption>{}</figure>", escape(title),
                     body);
}

std::string section(std::string_view title, std::string_view lead, std::string_view body) {
  return fmt::format("<section><h2>{}</h2>{}{}</section>\n", title,
                     lead.empty() ? "" : fmt::format("<p class=\"lead\">{}</p>", lead), body);
}

std::string document(std::string_view title, std::string_view body, std::string_view footer) {
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width, "
      "initial-scale=1\"><meta name=\"color-scheme\" content=\"light "
      "dark\"><title>{}</title>\n<style>{}</style></head>\n<body><main>\n",
      escape(title), style);
  out += body;
  out += "</main>";
  if (!footer.empty())
    out += fmt::format("<footer>{}</footer>", escape(footer));
  return out + "</body></html>\n";
}

}  // namespace hebb::page
