// What every reader of pictures checks before it takes memory for the pixels.
#pragma once

#include <cstdint>
#include <string_view>

#include "hebb/base/check.h"
#include "hebb/formats/image.h"

namespace hebb {

// file_bytes * pixels_per_byte is the most that a file of this size can hold; a header that claims
// more lies.
inline void check_picture_size(int64_t width, int64_t height, int64_t max_pixels,
                               uint64_t file_bytes, double pixels_per_byte,
                               std::string_view where) {
  check_in(width > 0 && height > 0, ErrorKind::data, where,
           "is a picture of {} x {} pixels, should have at least one", width, height);
  check_in(width <= max_pixels / height, ErrorKind::data, where,
           "is a picture of {} x {} pixels; at most {} megapixels are accepted", width, height,
           double(max_pixels) / 1e6);
  check_in(double(width) * double(height) <= double(file_bytes) * pixels_per_byte, ErrorKind::data,
           where, "claims {} x {} pixels, but {} bytes cannot hold so many: truncated or damaged",
           width, height, file_bytes);
}

}  // namespace hebb
