// The one EXIF tag that changes a picture: how the camera was held.
#pragma once

#include <string_view>

#include "hebb/formats/image.h"

namespace hebb {

// The orientation, 1..8, in a TIFF block (with or without "Exif\0\0" before it); 1, upright, when
// there is none or it is damaged.
int exif_orientation(std::string_view tiff);

// The picture turned and mirrored upright. Source: EXIF 2.3, tag 0x0112.
Image upright(Image image, int orientation);

}  // namespace hebb
