// Pictures in memory, and reading and writing them. PNG and JPEG are told apart by their first
// bytes, never by their name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

// pixels: [height, width, channels], rows from the top, 0..255. Channels: 1 grey, 2 grey and alpha,
// 3 RGB, 4 RGB and alpha.
struct Image {
  int width = 0, height = 0, channels = 0;
  std::vector<uint8_t> pixels;

  uint8_t* at(int x, int y) { return pixels.data() + (size_t(y) * width + x) * channels; }
  const uint8_t* at(int x, int y) const {
    return pixels.data() + (size_t(y) * width + x) * channels;
  }
};

// More pixels than this are refused before any memory is taken for them.
constexpr int64_t max_image_pixels = 100'000'000;
constexpr uint64_t max_image_bytes = uint64_t(1) << 30;  // of a file

// Alpha is dropped as Pillow's convert("RGB") does it: the colours that stand behind transparent
// pixels show.
enum class Alpha { drop, keep };

// Grey or RGB (with alpha only where asked for). Palettes become RGB, 16-bit samples their upper 8
// bits, CMYK and YCCK RGB; an EXIF orientation is applied. Errors (missing, empty, not a picture,
// damaged, truncated, more than max_pixels) name the file.
Image read_image(const std::filesystem::path& path, Alpha alpha = Alpha::drop);
Image decode_image(std::string_view bytes, std::string_view where, Alpha alpha = Alpha::drop,
                   int64_t max_pixels = max_image_pixels);

// Of what is neither PNG nor JPEG: "it looks like a WebP picture", by its first bytes.
std::string looks_like_file(const std::filesystem::path& path);

bool is_picture_name(
    const std::filesystem::path& path);  // ends in .png, .jpg or .jpeg, in any case

std::string encode_png(const Image& image);
void write_png(const std::filesystem::path& path, const Image& image);

Image to_grey(const Image& image);  // ITU-R 601: 0.299 R + 0.587 G + 0.114 B, rounded as Pillow's
                                    // "L"; alpha is dropped
Image to_rgb(const Image& image);   // grey three times; alpha is dropped

// Bilinear with antialiasing, the same levels as Pillow's Image.resize(..., BILINEAR), also when
// shrinking.
Image resize(const Image& image, int width, int height);

}  // namespace hebb
