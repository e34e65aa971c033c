// libjpeg reports errors by longjmp, so what it may jump out of has no objects with destructors:
// they are members of the reader.
#include "hebb/formats/jpeg.h"

#include <csetjmp>
#include <cstdio>
#include <utility>
// jpeglib.h needs <cstdio> before it.
#include <jerror.h>
#include <jpeglib.h>

#include "hebb/base/check.h"
#include "hebb/formats/exif.h"
#include "hebb/formats/picture_size.h"

namespace hebb {
namespace {

// A progressive picture has about ten scans; a hostile one of a few kilobytes may have thousands
// over many megapixels.
constexpr int max_scans = 500;

class JpegReader {
 public:
  explicit JpegReader(std::string_view bytes) : bytes_(bytes) {
    info_.err = jpeg_std_error(&errors_);
    errors_.error_exit = jump_on_error;
    errors_.emit_message = refuse_lost_pixels;
    errors_.output_message = [](j_common_ptr) {};
    info_.client_data = this;
    progress_.progress_monitor = refuse_many_scans;
  }
  ~JpegReader() { jpeg_destroy_decompress(&info_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  Image decode(std::string_view where, int64_t max_pixels) {
    if (!read_header())
      damaged(where);
    // Every block of 8 x 8 pixels costs at least a bit; four times that, for the sake of arithmetic
    // coding.
    check_picture_size(info_.image_width, info_.image_height, max_pixels, bytes_.size(), 8 * 64 * 4,
                       where);
    if (info_.num_components != 1 && info_.num_components != 3 && info_.num_components != 4)
      fail(ErrorKind::data, where,
           "is a JPEG picture of {} channels, should have 1 (grey), 3 (colour) or 4 (CMYK)",
           info_.num_components);
    const bool cmyk = info_.num_components == 4;
    image_ = {int(info_.image_width), int(info_.image_height), info_.num_components, {}};
    info_.out_color_space = cmyk ? JCS_CMYK : info_.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    image_.pixels.resize(size_t(image_.width) * image_.height * image_.channels);
    if (!read_pixels())
      damaged(where);
    if (cmyk)
      cmyk_to_rgb();
    return upright(std::move(image_), orientation_);
  }

 private:
  static JpegReader& self(j_common_ptr info) {
    return *static_cast<JpegReader*>(info->client_data);
  }

  [[noreturn]] static void jump_on_error(j_common_ptr info) {
    info->err->format_message(info, self(info).message_);
    std::longjmp(self(info).jump_, 1);
  }

  // libjpeg calls these warnings and fills the lost part with grey; other warnings (bytes between
  // markers) lose nothing.
  static void refuse_lost_pixels(j_common_ptr info, int level) {
    const int code = info->err->msg_code;
    if (level < 0 &&
        (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE))
      jump_on_error(info);
  }

  static void refuse_many_scans(j_common_ptr info) {
    if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= max_scans)
      return;
    std::snprintf(self(info).message_, sizeof self(info).message_, "more than %d scans", max_scans);
    std::longjmp(self(info).jump_, 1);
  }

  bool read_header() {
    if (setjmp(jump_))
      return false;
    jpeg_create_decompress(&info_);
    info_.progress = &progress_;
    jpeg_mem_src(&info_, reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size());
    jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(&info_, TRUE);
    for (jpeg_saved_marker_ptr m = info_.marker_list; m; m = m->next) {
      orientation_ = exif_orientation({reinterpret_cast<const char*>(m->data), m->data_length});
      if (orientation_ != 1)
        break;
    }
    return true;
  }

  bool read_pixels() {
    if (setjmp(jump_))
      return false;
    jpeg_start_decompress(&info_);
    while (info_.output_scanline < info_.output_height) {
      JSAMPROW row = image_.at(0, int(info_.output_scanline));
      jpeg_read_scanlines(&info_, &row, 1);
    }
    jpeg_finish_decompress(&info_);
    return true;
  }

  // The samples are inks as Adobe writes them: 255 is none. As Pillow's convert("RGB"): level = K -
  // (255 - ink) * K / 255.
  void cmyk_to_rgb() {
    const size_t n = size_t(image_.width) * image_.height;
    uint8_t* to = image_.pixels.data();
    const uint8_t* from = to;
    for (size_t i = 0; i < n; ++i, from += 4, to += 3) {
      const unsigned black = from[3], inks[] = {from[0], from[1], from[2]};
      for (int c = 0; c < 3; ++c) {
        const unsigned product = (255 - inks[c]) * black + 128;
        to[c] = uint8_t(black - ((product + (product >> 8)) >> 8));
      }
    }
    image_.channels = 3;
    image_.pixels.resize(n * 3);
  }

  [[noreturn]] void damaged(std::string_view where) const {
    fail(ErrorKind::data, where, "is a damaged or truncated JPEG picture: {}", message_);
  }

  std::string_view bytes_;
  jpeg_decompress_struct info_{};
  jpeg_error_mgr errors_{};
  jpeg_progress_mgr progress_{};
  std::jmp_buf jump_{};
  char message_[JMSG_LENGTH_MAX] = "";
  Image image_;
  int orientation_ = 1;
};

}  // namespace

bool is_jpeg(std::string_view bytes) {
  return bytes.substr(0, 3) == "\xff\xd8\xff";
}

Image decode_jpeg(std::string_view bytes, std::string_view where, int64_t max_pixels) {
  return JpegReader(bytes).decode(where, max_pixels);
}

}  // namespace hebb
