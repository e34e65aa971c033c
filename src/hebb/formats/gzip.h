// gzip files in memory (zlib underneath), and the CRC that many formats use.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hebb {

bool is_gzip(std::string_view bytes);

// The unpacked content, of all members when several follow each other. Errors name `where`:
// truncated, damaged, wrong checksum, other bytes behind the end, more than max_bytes.
std::string gunzip(std::string_view bytes, std::string_view where,
                   uint64_t max_bytes = uint64_t(1) << 32);

uint32_t crc32(std::string_view bytes, uint32_t before = 0);  // IEEE 802.3, as in gzip, PNG and zip

}  // namespace hebb
