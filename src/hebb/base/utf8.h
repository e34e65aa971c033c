// Whether text is UTF-8, as everything that becomes JSON must be. Source: RFC 3629, section 4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hebb {

// The number of bytes before the first one that is not UTF-8; all of them when all are.
size_t valid_utf8(std::string_view text);

void append_utf8(uint32_t code, std::string& out);  // one character, below 0x110000

}  // namespace hebb
