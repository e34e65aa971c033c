// Text, numbers and parts of a page of HTML.
#pragma once

#include <string>
#include <string_view>

namespace hebb::page {

std::string escape(std::string_view text);  // for HTML text and quoted attributes
std::string base64(std::string_view bytes);
std::string number(double value);  // 4 significant digits: "0.9231", "12.31", "1.2e-05"
std::string percent(double part);  // 0.1234 -> "12.3 %"

// A framed chart under its title, which is plain text.
std::string card(std::string_view title, std::string_view body);
// A part of the page: title and lead (a sentence, may be empty) are HTML already.
std::string section(std::string_view title, std::string_view lead, std::string_view body);
// A whole page that needs nothing else. title and footer (may be empty) are plain text, body is
// HTML.
std::string document(std::string_view title, std::string_view body, std::string_view footer);

}  // namespace hebb::page
