// Whether text is UTF-8, as everything that becomes JSON must be. Source: RFC 3629, section 4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hebb {

size_t valid_utf8(std::string_view text);  // bytes before the first that is no UTF-8; all of them
                                           // when there is none

void append_utf8(uint32_t code, std::string& out);  // one character, below 0x110000

}  // namespace hebb
