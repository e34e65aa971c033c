// .xz files in memory (liblzma underneath).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hebb {

inline constexpr uint64_t most_xz_memory = uint64_t(300) << 20;  // of the unpacker, bytes

bool is_xz(std::string_view bytes);

// The unpacked content, of all streams when several follow each other. Errors name `where`:
// truncated, damaged, wrong checksum, other bytes behind the end, more than max_bytes, a dictionary
// of more than 256 MB.
std::string unxz(std::string_view bytes, std::string_view where,
                 uint64_t max_bytes = uint64_t(1) << 32);

}  // namespace hebb
