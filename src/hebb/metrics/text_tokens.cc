#include "hebb/metrics/text_tokens.h"

#include <algorithm>

#include "hebb/base/lower_case.h"
#include "hebb/base/utf8.h"

namespace hebb::metrics {
namespace {

// The length of the white space that a text begins with, as Python has it; 0: none.
size_t blank_at(std::string_view text) {
  constexpr std::string_view wide[] = {
      "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
      "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
      "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
      "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};
  const char first = text[0];
  if (first == ' ' || (first >= '\t' && first <= '\r') || (first >= '\x1C' && first <= '\x1F'))
    return 1;
  for (std::string_view blank : wide)
    if (text.starts_with(blank))
      return blank.size();
  return 0;
}

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string out;
  for (size_t at; (at = text.find(what)) != text.npos; text.remove_prefix(at + what.size()))
    out.append(text.substr(0, at)).append(by);
  return out.append(text);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_point(char c) {
  return c == '.' || c == ',';
}

// The characters that always stand alone; the blank is one of them.
bool is_mark(char c) {
  return (c >= '{' && c <= '~') || (c >= '[' && c <= '`') || (c >= ' ' && c <= '&') ||
         (c >= '(' && c <= '+') || (c >= ':' && c <= '@') || c == '/';
}

// mteval's substitutions, each over the result of the one before. Two characters that match are
// taken together, so the second one begins no other match.
template <class Matches>
std::string apart(std::string_view text, Matches matches, std::string_view before,
                  std::string_view between, std::string_view behind) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i + 1 == text.size() || !matches(text[i], text[i + 1])) {
      out += text[i];
      continue;
    }
    out.append(before).append(1, text[i]).append(between).append(1, text[i + 1]).append(behind);
    ++i;
  }
  return out;
}

}  // namespace

Tokens words_in(std::string_view text) {
  Tokens out;
  std::string word;
  while (!text.empty()) {
    const size_t blank = blank_at(text);
    if (blank == 0)
      word += text[0];
    else if (!word.empty())
      out.push_back(std::exchange(word, {}));
    text.remove_prefix(std::max<size_t>(blank, 1));
  }
  if (!word.empty())
    out.push_back(word);
  return out;
}

Tokens characters_in(std::string_view text) {
  Tokens out;
  while (!text.empty()) {
    size_t size = 1;  // of the first character: the shortest beginning that is valid
    while (size <= 4 && size <= text.size() && valid_utf8(text.substr(0, size)) != size)
      ++size;
    if (size > 4 || size > text.size())
      size = 1;
    out.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

Tokens bleu_tokens(std::string_view text) {
  std::string line(text);
  for (const auto& [what, by] :
       {std::pair("<skipped>", ""), std::pair("-\n", ""), std::pair("\n", " "),
        std::pair("&quot;", "\""), std::pair("&amp;", "&"), std::pair("&lt;", "<"),
        std::pair("&gt;", ">")})
    line = replaced(line, what, by);
  std::string marked = " ";
  for (char c : line)
    marked += is_mark(c) ? std::string{' ', c, ' '} : std::string(1, c);
  marked += ' ';
  line = apart(
      marked, [](char a, char b) { return !is_digit(a) && is_point(b); }, "", " ", " ");
  line = apart(
      line, [](char a, char b) { return is_point(a) && !is_digit(b); }, " ", " ", "");
  line = apart(
      line, [](char a, char b) { return is_digit(a) && b == '-'; }, "", " ", " ");
  return words_in(line);
}

Tokens rouge_tokens(std::string_view text) {
  Tokens out;
  std::string word;
  for (char c : text) {
    c = lower_case(c);
    if ((c >= 'a' && c <= 'z') || is_digit(c))
      word += c;
    else if (!word.empty())
      out.push_back(std::exchange(word, {}));
  }
  if (!word.empty())
    out.push_back(word);
  return out;
}

std::string_view trimmed(std::string_view text) {
  size_t begin = 0, end = 0;  // of what is no white space
  bool seen = false;
  for (size_t at = 0; at < text.size();) {
    const size_t blank = blank_at(text.substr(at));
    if (blank == 0) {
      begin = seen ? begin : at;
      seen = true;
      end = at + 1;
    }
    at += std::max<size_t>(blank, 1);
  }
  return text.substr(begin, end - begin);
}

}  // namespace hebb::metrics
