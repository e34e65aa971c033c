#include "hebb/data/to_image.h"

#include "hebb/base/check.h"

namespace hebb::data {

Image to_image(const ImageBuffer& buffer) {
  const auto [channels, height, width] = buffer.shape;
  check_in((channels == 1 || channels == 3) && height > 0 && width > 0, ErrorKind::usage, "input",
           "a picture has 1 channel (grey) or 3 (RGB) and at least one pixel, not [{}, {}, {}]",
           channels, height, width);
  Image image{width, height, channels, std::vector<uint8_t>(buffer.pixels.size())};
  const size_t n = size_t(width) * height;
  for (int c = 0; c < channels; ++c)
    for (size_t i = 0; i < n; ++i)
      image.pixels[i * channels + c] = buffer.plane(c)[i];
  return image;
}

}  // namespace hebb::data
