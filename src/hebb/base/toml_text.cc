#include "hebb/base/toml_text.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/utf8.h"

namespace hebb {
namespace {

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

// Counts how deep tables and lists are nested. The parser, and everything that walks its tree,
// calls itself once per level.
class Depth {
 public:
  // c: the next character outside of quotes and comments. False: nested too deep.
  bool pass(char c) {
    if (c == '.') {
      ++dots_;
    } else if (c == '[' || c == '{') {
      open_.push_back(std::exchange(dots_, 0));
      below_ += open_.back() + 1;
    } else if ((c == ']' || c == '}') && !open_.empty()) {
      dots_ = open_.back();
      below_ -= dots_ + 1;
      open_.pop_back();
    } else if (c == ',' || c == '\n') {
      dots_ = 0;
    }
    return below_ + dots_ <= most_toml_levels;
  }

 private:
  std::vector<size_t> open_;  // the dots before each open bracket, as in [a.b] or the key a.b
  size_t dots_ = 0, below_ = 0;
};

class Rewriter {
 public:
  Rewriter(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  std::string run() {
    const size_t valid = valid_utf8(text_);
    check_in(valid == text_.size(), ErrorKind::usage, place(valid),
             "the text holds bytes that are no UTF-8");
    if (text_.starts_with("\xEF\xBB\xBF"))
      at_ = 3;  // a byte order mark
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#')
        comment();
      else if (c == '"')
        basic_string();
      else if (c == '\'')
        literal_string();
      else if (is_ascii(c))
        plain(c);
      else
        fail(ErrorKind::usage, place(at_), "'{}' may stand in quotes and comments only",
             text_.substr(at_, length(at_)));
    }
    return std::move(out_);
  }

 private:
  std::string place(size_t at) const {
    return fmt::format("{}:{}", where_,
                       1 + std::count(text_.begin(), text_.begin() + std::ptrdiff_t(at), '\n'));
  }
  size_t length(size_t at) const {  // bytes of the character there
    const auto first = static_cast<unsigned char>(text_[at]);
    return first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  }
  void copy(size_t bytes) {
    bytes = std::min(bytes, text_.size() - at_);
    out_ += text_.substr(at_, bytes);
    at_ += bytes;
  }
  bool next_is(std::string_view mark) const { return text_.substr(at_).starts_with(mark); }

  size_t run_of(char c) const {
    const size_t end = text_.find_first_not_of(c, at_);
    return std::min(end, text_.size()) - at_;
  }
  // An open string ends with its line or the text; the parser reports it.
  bool in_string(std::string_view mark) const {
    return at_ < text_.size() && !next_is(mark) && (mark.size() == 3 || text_[at_] != '\n');
  }
  // Reads the mark that opens a string and writes it as double quotes.
  std::string_view open(std::string_view three) {
    const std::string_view mark = next_is(three) ? three : three.substr(0, 1);
    at_ += mark.size();
    out_.append(mark.size(), '"');
    return mark;
  }
  // Reads and writes the mark that closes it. One or two quotes of the text may stand before a mark
  // of three.
  void close(std::string_view mark) {
    if (!next_is(mark))
      return;
    const size_t quotes = mark.size() == 3 ? std::min<size_t>(5, run_of(mark[0])) : 1;
    for (size_t i = mark.size(); i < quotes; ++i)
      out_ += mark[0] == '"' ? "\\\"" : "'";
    out_.append(mark.size(), '"');
    at_ += quotes;
  }

  void plain(char c) {
    check_in(depth_.pass(c), ErrorKind::usage, place(at_),
             "tables and lists are nested more than {} levels deep; `hebb help config` shows the "
             "keys that there are",
             most_toml_levels);
    copy(1);
  }
  void comment() {
    for (; at_ < text_.size() && text_[at_] != '\n'; ++at_)
      out_ += is_ascii(text_[at_]) ? text_[at_] : '?';
  }
  void basic_string() {
    const std::string_view mark = open("\"\"\"");
    while (in_string(mark)) {
      if (!is_ascii(text_[at_]))
        escape();
      else if (text_[at_] == '\\' && at_ + 1 < text_.size() && is_ascii(text_[at_ + 1]))
        copy(2);
      else
        copy(1);
    }
    close(mark);
  }
  void literal_string() {
    const std::string_view mark = open("'''");
    while (in_string(mark)) {
      if (!is_ascii(text_[at_])) {
        escape();
        continue;
      }
      if (text_[at_] == '\\' || text_[at_] == '"')
        out_ += '\\';
      copy(1);
    }
    close(mark);
  }
  void escape() {
    const size_t bytes = length(at_);
    uint32_t code = static_cast<unsigned char>(text_[at_]) & (0xFFu >> (bytes + 1));
    for (size_t i = 1; i < bytes; ++i)
      code = code << 6 | (static_cast<unsigned char>(text_[at_ + i]) & 0x3Fu);
    out_ += code > 0xFFFF ? fmt::format("\\U{:08X}", code) : fmt::format("\\u{:04X}", code);
    at_ += bytes;
  }

  std::string_view text_;
  const std::string& where_;
  std::string out_;
  size_t at_ = 0;
  Depth depth_;
};

}  // namespace

std::string ascii_toml(std::string_view text, const std::string& where) {
  return Rewriter(text, where).run();
}

// toml++'s own writing of several lines loses an empty first one.
std::string toml_quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      out += fmt::format("\\u{:04X}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + "\"";
}

std::string toml_key(std::string_view name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  return bare ? std::string(name) : toml_quoted(name);
}

}  // namespace hebb
