// JPEG through libjpeg-turbo. image.h is what others use.
#pragma once

#include <string_view>

#include "hebb/formats/image.h"

namespace hebb {

bool is_jpeg(std::string_view bytes);
Image decode_jpeg(std::string_view bytes, std::string_view where, int64_t max_pixels);

}  // namespace hebb
