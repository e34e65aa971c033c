// A picture as data sets hold it and models take it: planes of bytes.
#pragma once

#include <cstdint>
#include <vector>

#include "hebb/base/fields.h"

namespace hebb::data {

struct PictureShape {
  int channels = 0, height = 0, width = 0;
  HEBB_FIELDS(channels, height, width)
  bool operator==(const PictureShape&) const = default;
};

struct ImageBuffer {
  PictureShape shape;
  std::vector<uint8_t> pixels;  // [channels, height, width], 0..255

  explicit ImageBuffer(PictureShape s)
      : shape(s), pixels(size_t(s.channels) * s.height * s.width) {}
  ImageBuffer(PictureShape s, const uint8_t* from)
      : shape(s), pixels(from, from + size_t(s.channels) * s.height * s.width) {}

  uint8_t* plane(int channel) {
    return pixels.data() + size_t(channel) * shape.height * shape.width;
  }
  const uint8_t* plane(int channel) const {
    return pixels.data() + size_t(channel) * shape.height * shape.width;
  }
};

}  // namespace hebb::data
