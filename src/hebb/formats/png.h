// PNG through libpng. image.h is what others use.
#pragma once

#include <string_view>

#include "hebb/formats/image.h"

namespace hebb {

bool is_png(std::string_view bytes);
Image decode_png(std::string_view bytes, std::string_view where, Alpha alpha, int64_t max_pixels);

}  // namespace hebb
