// A picture of a data set back as an image that can be written.
#pragma once

#include "hebb/data/image_buffer.h"
#include "hebb/formats/image.h"

namespace hebb::data {

Image to_image(const ImageBuffer& buffer);  // 1 or 3 channels

}  // namespace hebb::data
