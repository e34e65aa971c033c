#include "hebb/base/printable.h"

#include <fmt/format.h>

namespace hebb {

std::string printable(std::string_view text, bool lines) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool kept = lines && (byte == '\n' || byte == '\t');
    // U+0080 to U+009F, which some terminals obey like ESC, are C2 80 to C2 9F.
    const bool c1 = byte == 0xC2 && i + 1 < text.size() &&
                    (static_cast<unsigned char>(text[i + 1]) & 0xE0) == 0x80;
    if ((byte < 0x20 && !kept) || byte == 0x7F)
      out += fmt::format("\\x{:02X}", byte);
    else if (c1)
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(text[++i]));
    else
      out += text[i];
  }
  return out;
}

}  // namespace hebb
