#include "hebb/base/utf8.h"

#include <cstdint>
#include <cstring>

namespace hebb {
namespace {

// The length of the character that begins there; 0 when there is no valid one. Overlong forms,
// surrogates and numbers above 10FFFF are invalid.
size_t character(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? uint8_t(text[i]) : uint8_t(0); };
  const auto follows = [&](size_t i, uint8_t low = 0x80, uint8_t high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const uint8_t first = byte(0);
  if (first < 0x80)
    return 1;
  if (first >= 0xC2 && first <= 0xDF)
    return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF)
    return follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && follows(2) ? 3
                                                                                              : 0;
  if (first >= 0xF0 && first <= 0xF4)
    return follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && follows(2) &&
                   follows(3)
               ? 4
               : 0;
  return 0;
}

}  // namespace

size_t valid_utf8(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    uint64_t eight = 0;  // bytes, of which most texts have plain ones
    while (at + sizeof eight <= text.size()) {
      std::memcpy(&eight, text.data() + at, sizeof eight);
      if (eight & 0x8080808080808080u)
        break;
      at += sizeof eight;
    }
    if (at == text.size())
      break;
    const size_t length = character(text.substr(at));
    if (length == 0)
      return at;
    at += length;
  }
  return at;
}

void append_utf8(uint32_t code, std::string& out) {
  if (code < 0x80) {
    out += char(code);
    return;
  }
  int more = 3;  // bytes after the first
  if (code < 0x800)
    more = 1;
  else if (code < 0x10000)
    more = 2;
  constexpr uint32_t first[] = {0, 0xC0, 0xE0, 0xF0};
  out += char(first[more] | code >> 6 * more);
  for (int i = more - 1; i >= 0; --i)
    out += char(0x80 | (code >> 6 * i & 0x3F));
}

}  // namespace hebb
