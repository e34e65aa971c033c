#include "hebb/formats/image.h"

#include <algorithm>
#include <fstream>

#include "hebb/base/check.h"
#include "hebb/base/file.h"
#include "hebb/base/lower_case.h"
#include "hebb/formats/jpeg.h"
#include "hebb/formats/png.h"

namespace hebb {
namespace {

// What a file that is neither PNG nor JPEG looks like, for the message.
std::string looks_like(std::string_view bytes) {
  struct Magic {
    std::string_view begin, name;
    size_t offset = 0;
  };
  using namespace std::string_view_literals;
  static constexpr Magic magics[] = {
      {"GIF8"sv, "a GIF picture"},        {"BM"sv, "a BMP picture"},
      {"WEBP"sv, "a WebP picture", 8},    {"II*\0"sv, "a TIFF picture"},
      {"MM\0*"sv, "a TIFF picture"},      {"ftypavif"sv, "an AVIF picture", 4},
      {"ftyphei"sv, "a HEIC picture", 4}, {"ftyp"sv, "an ISO media file", 4},
      {"%PDF"sv, "a PDF document"},       {"\x1f\x8b"sv, "a gzip file"},
      {"PK\x03\x04"sv, "a zip archive"},
  };
  for (const Magic& m : magics)
    if (bytes.substr(std::min(m.offset, bytes.size()), m.begin.size()) == m.begin)
      return fmt::format("it looks like {}", m.name);
  const std::string_view first = bytes.substr(0, 8);
  const bool printable =
      std::all_of(first.begin(), first.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (printable)
    return fmt::format("it begins with '{}'", first);
  std::string hex;
  for (char c : first)
    hex += fmt::format(" {:02x}", static_cast<unsigned char>(c));
  return "it begins with the bytes" + hex;
}

}  // namespace

Image decode_image(std::string_view bytes, std::string_view where, Alpha alpha,
                   int64_t max_pixels) {
  check_in(!bytes.empty(), ErrorKind::data, where, "is empty, should be a PNG or JPEG picture");
  if (is_png(bytes))
    return decode_png(bytes, where, alpha, max_pixels);
  if (is_jpeg(bytes))
    return decode_jpeg(bytes, where, max_pixels);
  fail(ErrorKind::data, where, "is not a PNG or JPEG picture; {}", looks_like(bytes));
}

std::string looks_like_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string first(16, '\0');
  file.read(first.data(), std::streamsize(first.size()));
  first.resize(size_t(file.gcount()));
  return first.empty() ? "it is empty" : looks_like(first);
}

bool is_picture_name(const fs::path& path) {
  const std::string ending = lower_case(path.extension().string());
  return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

Image read_image(const fs::path& path, Alpha alpha) {
  return decode_image(read_file(path, max_image_bytes), path.string(), alpha);
}

void write_png(const fs::path& path, const Image& image) {
  write_file_atomic(path, encode_png(image));
}

Image to_grey(const Image& image) {
  Image grey{image.width, image.height, 1, {}};
  const size_t n = size_t(image.width) * image.height;
  grey.pixels.resize(n);
  const uint8_t* p = image.pixels.data();
  for (size_t i = 0; i < n; ++i, p += image.channels)
    grey.pixels[i] = image.channels < 3
                         ? p[0]
                         : uint8_t((p[0] * 19595u + p[1] * 38470u + p[2] * 7471u + 0x8000u) >>
                                   16);  // in 1/65536
  return grey;
}

Image to_rgb(const Image& image) {
  Image rgb{image.width, image.height, 3, {}};
  const size_t n = size_t(image.width) * image.height;
  rgb.pixels.resize(n * 3);
  const uint8_t* p = image.pixels.data();
  for (size_t i = 0; i < n; ++i, p += image.channels)
    for (int c = 0; c < 3; ++c)
      rgb.pixels[i * 3 + c] = image.channels < 3 ? p[0] : p[c];
  return rgb;
}

}  // namespace hebb
