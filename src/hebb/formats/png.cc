// libpng reports errors by longjmp, so what it may jump out of has no objects with destructors:
// they are members of the reader.
#include "hebb/formats/png.h"

#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>

#include "hebb/base/check.h"
#include "hebb/formats/exif.h"
#include "hebb/formats/picture_size.h"

namespace hebb {
namespace {

struct Trouble {
  char message[160] = "";
};

[[noreturn]] void jump_on_error(png_structp png, png_const_charp message) {
  auto* trouble = static_cast<Trouble*>(png_get_error_ptr(png));
  std::snprintf(trouble->message, sizeof trouble->message, "%s", message);
  png_longjmp(png, 1);
}

void ignore_warning(png_structp, png_const_charp) {}

class PngReader {
 public:
  explicit PngReader(std::string_view bytes) : bytes_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &trouble_, jump_on_error, ignore_warning);
    info_ = png_ ? png_create_info_struct(png_) : nullptr;
    if (info_)
      return;
    png_destroy_read_struct(&png_, nullptr, nullptr);
    throw std::bad_alloc();
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  Image decode(std::string_view where, Alpha alpha, int64_t max_pixels) {
    if (!read_header())
      damaged(where);
    const int64_t width = png_get_image_width(png_, info_),
                  height = png_get_image_height(png_, info_);
    // Deflate shrinks by at most 1032 to 1, and a pixel has at least one bit.
    check_picture_size(width, height, max_pixels, bytes_.size(), 1032 * 8, where);
    if (!prepare(alpha))
      damaged(where);
    image_.width = int(width);
    image_.height = int(height);
    image_.channels = png_get_channels(png_, info_);
    promise(png_get_rowbytes(png_, info_) == size_t(width) * image_.channels,
            "PNG rows have another size than announced");
    image_.pixels.resize(size_t(width) * height * image_.channels);
    if (!read_pixels())
      damaged(where);
    return upright(std::move(image_), orientation_);
  }

 private:
  static void read(png_structp png, png_bytep to, size_t n) {
    auto* self = static_cast<PngReader*>(png_get_io_ptr(png));
    if (n > self->bytes_.size() - self->offset_)
      png_error(png, "it ends too early");
    std::memcpy(to, self->bytes_.data() + self->offset_, n);
    self->offset_ += n;
  }

  bool read_header() {
    if (setjmp(png_jmpbuf(png_)))
      return false;
    png_set_read_fn(png_, this, read);
    png_set_user_limits(png_, 0x7fffffff, 0x7fffffff);  // decode() says it better
    png_set_chunk_malloc_max(png_, 64 << 20);
    // Texts and colour profiles are not needed; unpacking them would cost time that a hostile file
    // decides.
    static constexpr png_byte ignored[] = "tEXt\0zTXt\0iTXt\0iCCP\0sPLT\0hIST";
    png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, ignored, 6);
    png_read_info(png_, info_);
    return true;
  }

  bool prepare(Alpha alpha) {
    if (setjmp(png_jmpbuf(png_)))
      return false;
    png_set_strip_16(png_);
    png_set_packing(png_);
    const int type = png_get_color_type(png_, info_);
    if (type == PNG_COLOR_TYPE_PALETTE)
      png_set_palette_to_rgb(png_);
    if (type == PNG_COLOR_TYPE_GRAY)
      png_set_expand_gray_1_2_4_to_8(png_);
    if (png_get_valid(png_, info_, PNG_INFO_tRNS))
      png_set_tRNS_to_alpha(png_);
    if (alpha == Alpha::drop)
      png_set_strip_alpha(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    return true;
  }

  bool read_pixels() {
    if (setjmp(png_jmpbuf(png_)))
      return false;
    const int passes = png_set_interlace_handling(png_);
    for (int pass = 0; pass < passes; ++pass)
      for (int y = 0; y < image_.height; ++y)
        png_read_row(png_, image_.at(0, y), nullptr);
    png_read_end(png_, info_);
    png_bytep exif = nullptr;
    png_uint_32 size = 0;
    if (png_get_eXIf_1(png_, info_, &size, &exif))
      orientation_ = exif_orientation({reinterpret_cast<const char*>(exif), size});
    return true;
  }

  [[noreturn]] void damaged(std::string_view where) const {
    fail(ErrorKind::data, where, "is a damaged or truncated PNG picture: {}", trouble_.message);
  }

  std::string_view bytes_;
  size_t offset_ = 0;
  Trouble trouble_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  Image image_;
  int orientation_ = 1;
};

class PngWriter {
 public:
  PngWriter() {
    png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, &trouble_, jump_on_error, ignore_warning);
    info_ = png_ ? png_create_info_struct(png_) : nullptr;
    if (info_)
      return;
    png_destroy_write_struct(&png_, nullptr);
    throw std::bad_alloc();
  }
  ~PngWriter() { png_destroy_write_struct(&png_, &info_); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  std::string encode(const Image& image) {
    if (!write(image))
      fail(ErrorKind::io, "", "a PNG picture of {} x {} cannot be written: {}", image.width,
           image.height, trouble_.message);
    return std::move(bytes_);
  }

 private:
  static void append(png_structp png, png_bytep from, size_t n) {
    auto* self = static_cast<PngWriter*>(png_get_io_ptr(png));
    bool stored = true;
    try {
      self->bytes_.append(reinterpret_cast<const char*>(from), n);
    } catch (...) {  // no exception may pass through C
      stored = false;
    }
    if (!stored)
      png_error(png, "out of memory");
  }

  bool write(const Image& image) {
    static constexpr int types[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA,
                                    PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA};
    if (setjmp(png_jmpbuf(png_)))
      return false;
    png_set_write_fn(png_, this, append, nullptr);
    png_set_IHDR(png_, info_, png_uint_32(image.width), png_uint_32(image.height), 8,
                 types[image.channels - 1], PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png_, info_);
    for (int y = 0; y < image.height; ++y)
      png_write_row(png_, image.at(0, y));
    png_write_end(png_, info_);
    return true;
  }

  Trouble trouble_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::string bytes_;
};

}  // namespace

bool is_png(std::string_view bytes) {
  return bytes.substr(0, 4) == "\x89PNG";
}

Image decode_png(std::string_view bytes, std::string_view where, Alpha alpha, int64_t max_pixels) {
  return PngReader(bytes).decode(where, alpha, max_pixels);
}

std::string encode_png(const Image& image) {
  check(image.width > 0 && image.height > 0 && image.channels >= 1 && image.channels <= 4,
        "a picture of {} x {} x {} cannot be a PNG", image.height, image.width, image.channels);
  check(image.pixels.size() == size_t(image.width) * image.height * image.channels,
        "a picture of {} x {} x {} has {} bytes of pixels", image.height, image.width,
        image.channels, image.pixels.size());
  return PngWriter().encode(image);
}

}  // namespace hebb
