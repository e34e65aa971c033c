// PNG and JPEG pictures: pixels for every place and a picture that can be written again, or an
// Error.
#include "hebb/formats/image.h"

#include <cstdlib>

#include "hebb/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace hebb;
  try {
    const Image image = decode_image({reinterpret_cast<const char*>(data), size}, "fuzz",
                                     size % 2 ? Alpha::keep : Alpha::drop, 1 << 14);
    if (image.pixels.size() != size_t(image.width) * image.height * image.channels)
      std::abort();
    if (decode_image(encode_png(image), "again", Alpha::keep).pixels != image.pixels)
      std::abort();
    const auto byte = [&](size_t at) { return at < size ? data[at] : 0; };
    const int width = 1 + byte(size / 2) * 3,
              height = 1 + byte(size / 3);  // smaller and larger than the picture
    if (resize(to_grey(image), width, height).pixels.size() != size_t(width) * size_t(height))
      std::abort();
  } catch (const Error&) {}
  return 0;
}
