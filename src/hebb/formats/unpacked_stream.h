// The bytes of a file from its beginning to its end, unpacked on the way if it is a .gz or .xz
// (told by its first bytes). Memory does not grow with the file.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>

namespace hebb {

// Gives up to `most` bytes; 0 at the end.
using ByteReader = std::function<size_t(char* to, size_t most)>;

// Error (io): it cannot be opened or read. What it gives throws an Error (data) where packed data
// are truncated or damaged.
ByteReader read_unpacked_stream(const std::filesystem::path& path);

}  // namespace hebb
