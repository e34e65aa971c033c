#include "hebb/formats/text_encoding.h"

#include <algorithm>
#include <array>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/lower_case.h"
#include "hebb/base/nearest.h"
#include "hebb/base/utf8.h"

namespace hebb {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF", le_mark = "\xFF\xFE", be_mark = "\xFE\xFF";
constexpr uint32_t no_character = 0xFFFD;

// What Windows-1252 has where Latin-1 has control characters, 0x80 to 0x9F; 0: nothing.
constexpr std::array<uint16_t, 32> windows = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

// Whether every other byte is zero, as in UTF-16 of Latin letters: 0 if the even ones are not, else
// which ones are.
enum class Zeros { none, even, odd };
Zeros zeros_in(std::string_view bytes) {
  const std::string_view some = bytes.substr(0, 4096);
  size_t zeros[2] = {0, 0};
  for (size_t i = 0; i < some.size(); ++i)
    zeros[i % 2] += some[i] == '\0';
  const size_t half = some.size() / 2;
  if (half == 0 || bytes.size() % 2 != 0)
    return Zeros::none;
  if (zeros[0] * 2 > half && zeros[1] == 0)
    return Zeros::even;
  return zeros[1] * 2 > half && zeros[0] == 0 ? Zeros::odd : Zeros::none;
}

std::string from_windows_1252(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 16);
  for (const char c : bytes) {
    const auto byte = uint8_t(c);
    const uint32_t code = byte >= 0x80 && byte < 0xA0 ? windows[byte - 0x80] : byte;
    append_utf8(code == 0 && byte != 0 ? no_character : code, out);
  }
  return out;
}

std::string from_utf16(std::string_view bytes, bool big_endian, std::string_view where) {
  check_in(bytes.size() % 2 == 0, ErrorKind::data, where,
           "is UTF-16 and ends in the middle of a character: it has {} bytes", bytes.size());
  const auto unit = [&](size_t i) {
    const auto a = uint8_t(bytes[i]), b = uint8_t(bytes[i + 1]);
    return big_endian ? uint32_t(a) << 8 | b : uint32_t(b) << 8 | a;
  };
  std::string out;
  out.reserve(bytes.size());
  for (size_t i = 0; i < bytes.size(); i += 2) {
    const uint32_t first = unit(i);
    const bool high = first >= 0xD800 && first < 0xDC00, low = first >= 0xDC00 && first < 0xE000;
    const uint32_t second = high && i + 2 < bytes.size() ? unit(i + 2) : 0;
    if (second >= 0xDC00 && second < 0xE000) {
      append_utf8(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00), out);
      i += 2;
    } else {
      append_utf8(high || low ? no_character : first, out);
    }
  }
  return out;
}

}  // namespace

std::span<const std::string_view> words_of(TextEncoding) {
  static constexpr std::array<std::string_view, 4> words = {"utf-8", "utf-16le", "utf-16be",
                                                            "windows-1252"};
  return words;
}

TextEncoding encoding_of(std::string_view bytes) {
  if (bytes.starts_with(utf8_mark))
    return TextEncoding::utf8;
  if (bytes.starts_with(le_mark))
    return TextEncoding::utf16_le;
  if (bytes.starts_with(be_mark))
    return TextEncoding::utf16_be;
  switch (zeros_in(bytes)) {
    case Zeros::even:
      return TextEncoding::utf16_be;
    case Zeros::odd:
      return TextEncoding::utf16_le;
    case Zeros::none:
      break;
  }
  return valid_utf8(bytes) == bytes.size() ? TextEncoding::utf8 : TextEncoding::windows_1252;
}

TextEncoding encoding_named(std::string_view name, std::string_view bytes) {
  std::string word;
  for (const char c : name)
    if (c != '-' && c != '_' && c != ' ')
      word += lower_case(c);
  if (word == "utf8")
    return TextEncoding::utf8;
  if (word == "utf16le" || word == "utf16be")
    return word == "utf16le" ? TextEncoding::utf16_le : TextEncoding::utf16_be;
  if (word == "utf16") {
    const bool big = bytes.starts_with(be_mark) ||
                     (!bytes.starts_with(le_mark) && zeros_in(bytes) == Zeros::even);
    return big ? TextEncoding::utf16_be : TextEncoding::utf16_le;
  }
  for (const char* same : {"windows1252", "cp1252", "latin1", "iso88591", "ascii"})
    if (word == same)
      return TextEncoding::windows_1252;
  const std::vector<std::string> known = {"utf-8", "utf-16", "windows-1252", "latin-1"};
  throw Error(ErrorKind::usage, "encoding", unknown_word("encoding", name, known));
}

size_t byte_order_mark(std::string_view bytes, TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::utf8:
      return bytes.starts_with(utf8_mark) ? utf8_mark.size() : 0;
    case TextEncoding::utf16_le:
      return bytes.starts_with(le_mark) ? le_mark.size() : 0;
    case TextEncoding::utf16_be:
      return bytes.starts_with(be_mark) ? be_mark.size() : 0;
    case TextEncoding::windows_1252:
      break;
  }
  return 0;
}

std::string to_utf8(std::string_view bytes, TextEncoding encoding, std::string_view where) {
  bytes.remove_prefix(byte_order_mark(bytes, encoding));
  switch (encoding) {
    case TextEncoding::utf8:
      break;
    case TextEncoding::utf16_le:
    case TextEncoding::utf16_be:
      return from_utf16(bytes, encoding == TextEncoding::utf16_be, where);
    case TextEncoding::windows_1252:
      return from_windows_1252(bytes);
  }
  return std::string(bytes);
}

}  // namespace hebb
