#include "hebb/formats/exif.h"

#include <cstring>
#include <utility>

namespace hebb {
namespace {

// Of TIFF's types of whole numbers. The standard asks for SHORT; some programs write another one,
// and other readers take what is there.
size_t whole_number_bytes(uint32_t type) {
  switch (type) {
    case 1:  // BYTE
    case 6:  // SBYTE
      return 1;
    case 3:  // SHORT
    case 8:  // SSHORT
      return 2;
    case 4:  // LONG
    case 9:  // SLONG
      return 4;
    default:
      return 0;
  }
}

}  // namespace

int exif_orientation(std::string_view tiff) {
  using namespace std::string_view_literals;
  if (tiff.substr(0, 6) == "Exif\0\0"sv)
    tiff.remove_prefix(6);
  const bool little = tiff.substr(0, 4) == "II*\0"sv, big = tiff.substr(0, 4) == "MM\0*"sv;
  if ((!little && !big) || tiff.size() < 8)
    return 1;
  const auto number = [&](size_t at, size_t bytes) {  // the caller has checked the bounds
    uint32_t value = 0;
    for (size_t i = 0; i < bytes; ++i)
      value |= uint32_t(uint8_t(tiff[at + i])) << 8 * (little ? i : bytes - 1 - i);
    return value;
  };
  const size_t directory = number(4, 4);
  if (directory > tiff.size() - 2)
    return 1;
  const size_t entries = number(directory, 2);
  for (size_t i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + 12 * i;
    if (entry + 12 > tiff.size())
      return 1;
    if (number(entry, 2) != 0x0112)
      continue;
    const size_t bytes = whole_number_bytes(number(entry + 2, 2));
    if (bytes == 0 || number(entry + 4, 4) != 1)
      return 1;
    const uint32_t value = number(entry + 8, bytes);
    return value >= 1 && value <= 8 ? int(value) : 1;
  }
  return 1;
}

Image upright(Image image, int orientation) {
  if (orientation <= 1 || orientation > 8)
    return image;
  const bool swapped = orientation >= 5;
  const int w = image.width, h = image.height;
  Image out{swapped ? h : w, swapped ? w : h, image.channels,
            std::vector<uint8_t>(image.pixels.size())};
  for (int y = 0; y < out.height; ++y)
    for (int x = 0; x < out.width; ++x) {
      int sx = x, sy = y;
      switch (orientation) {
        case 2:
          sx = w - 1 - x;
          break;
        case 3:
          sx = w - 1 - x;
          sy = h - 1 - y;
          break;
        case 4:
          sy = h - 1 - y;
          break;
        case 5:
          sx = y;
          sy = x;
          break;
        case 6:
          sx = y;
          sy = h - 1 - x;
          break;
        case 7:
          sx = w - 1 - y;
          sy = h - 1 - x;
          break;
        case 8:
          sx = w - 1 - y;
          sy = x;
          break;
      }
      std::memcpy(out.at(x, y), image.at(sx, sy), size_t(image.channels));
    }
  return out;
}

}  // namespace hebb
