#include "hebb/data/preprocess.h"

#include "hebb/base/check.h"

namespace hebb::data {
namespace {

void check_shape(PictureShape shape) {
  check_in(shape.channels == 1 || shape.channels == 3, ErrorKind::usage, "input",
           "a picture has 1 channel (grey) or 3 (RGB), not {}", shape.channels);
  check_in(shape.height > 0 && shape.width > 0, ErrorKind::usage, "input",
           "a picture of {} x {} pixels, should have at least one", shape.height, shape.width);
}

}  // namespace

ImageBuffer load_picture(const std::filesystem::path& path, PictureShape shape) {
  check_shape(shape);
  return to_input(read_image(path), shape);
}

ImageBuffer load_picture_bytes(std::string_view bytes, std::string_view where, PictureShape shape) {
  check_shape(shape);
  return to_input(decode_image(bytes, where), shape);
}

ImageBuffer to_input(const Image& image, PictureShape shape) {
  check_shape(shape);
  const Image coloured = shape.channels == 1 ? to_grey(image) : to_rgb(image);
  const Image sized = resize(coloured, shape.width, shape.height);
  ImageBuffer out(shape);
  const size_t n = size_t(shape.height) * shape.width;
  for (int c = 0; c < shape.channels; ++c)
    for (size_t i = 0; i < n; ++i)
      out.plane(c)[i] = sized.pixels[i * shape.channels + c];
  return out;
}

std::vector<std::string> picture_steps(PictureShape shape) {
  check_shape(shape);
  return {"decode", shape.channels == 1 ? "grey" : "rgb",
          fmt::format("resize {}x{} bilinear antialias", shape.height, shape.width),
          "channels first"};
}

Image to_image(const ImageBuffer& buffer) {
  check_shape(buffer.shape);
  Image image{buffer.shape.width, buffer.shape.height, buffer.shape.channels,
              std::vector<uint8_t>(buffer.pixels.size())};
  const size_t n = size_t(image.width) * image.height;
  for (int c = 0; c < image.channels; ++c)
    for (size_t i = 0; i < n; ++i)
      image.pixels[i * image.channels + c] = buffer.plane(c)[i];
  return image;
}

}  // namespace hebb::data
