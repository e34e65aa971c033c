// Pictures: what is read equals what Pillow reads (tests/reference/pictures), and every kind of
// damage is one clear line.
#include "hebb/formats/image.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "hebb/base/error.h"
#include "hebb/base/file.h"
#include "hebb/formats/exif.h"
#include "hebb/formats/gzip.h"
#include "support/places.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

fs::path reference(const std::string& name) {
  return reference_folder() / "pictures" / name;
}

// Binary PGM and PPM, the plainest picture files there are.
Image read_pnm(const fs::path& path) {
  const std::string bytes = read_file(path);
  std::istringstream in(bytes);
  std::string magic;
  int width = 0, height = 0, top = 0;
  in >> magic >> width >> height >> top;
  in.get();
  Image image{width, height, magic == "P5" ? 1 : 3, {}};
  const std::string pixels = bytes.substr(size_t(in.tellg()));
  image.pixels.assign(pixels.begin(), pixels.end());
  EXPECT_EQ(image.pixels.size(), size_t(width) * height * image.channels) << path;
  return image;
}

Image expected(const std::string& name) {
  const fs::path grey = reference(name + ".pgm");
  return read_pnm(fs::exists(grey) ? grey : reference(name + ".ppm"));
}

void expect_same(const Image& got, const Image& want, const std::string& name) {
  ASSERT_EQ(got.width, want.width) << name;
  ASSERT_EQ(got.height, want.height) << name;
  ASSERT_EQ(got.channels, want.channels) << name;
  ASSERT_EQ(got.pixels.size(), want.pixels.size()) << name;
  int worst = 0;
  for (size_t i = 0; i < got.pixels.size(); ++i)
    worst = std::max(worst, std::abs(int(got.pixels[i]) - int(want.pixels[i])));
  EXPECT_EQ(worst, 0) << name;
}

template <class F>
std::string refused_by(F f) {
  try {
    f();
  } catch (const Error& e) {
    EXPECT_EQ(e.exit_status(), 1);
    return e.what();
  }
  return "no error";
}

std::string decode_message(std::string_view bytes) {
  return refused_by([&] { decode_image(bytes, "x"); });
}

class ReadsAsPillow : public testing::TestWithParam<const char*> {};
TEST_P(ReadsAsPillow, SameLevels) {
  expect_same(read_image(reference(GetParam())), expected(GetParam()), GetParam());
}
INSTANTIATE_TEST_SUITE_P(Pictures, ReadsAsPillow,
                         testing::Values("rgb.png", "grey.png", "rgba.png", "grey_alpha.png",
                                         "palette.png", "palette4.png", "bits1.png", "rgb16.png",
                                         "grey16.png", "interlaced.png", "rgb.jpg",
                                         "progressive.jpg", "full_chroma.jpg", "grey.jpg",
                                         "cmyk.jpg", "turned1.jpg", "turned2.jpg", "turned3.jpg",
                                         "turned4.jpg", "turned5.jpg", "turned6.jpg", "turned7.jpg",
                                         "turned8.jpg", "turned6.png"));

// A TIFF block with one entry, in both orders of bytes.
TEST(Image, OrientationOfEveryTypeOfWholeNumber) {
  const auto block = [](bool little, uint32_t type, size_t bytes, uint32_t value, uint32_t count) {
    std::string out = little ? std::string("II*\0", 4) : std::string("MM\0*", 4);
    const auto add = [&](uint32_t number, size_t size) {
      for (size_t i = 0; i < size; ++i)
        out += char(number >> 8 * (little ? i : size - 1 - i));
    };
    add(8, 4), add(1, 2), add(0x0112, 2), add(type, 2), add(count, 4), add(value, bytes);
    return out + std::string(4 - bytes, '\0');
  };
  struct Type {
    uint32_t number;
    size_t bytes;
  };
  for (bool little : {true, false}) {
    for (const auto& [number, bytes] : {Type{1, 1}, {3, 2}, {4, 4}, {6, 1}, {8, 2}, {9, 4}}) {
      EXPECT_EQ(exif_orientation(block(little, number, bytes, 6, 1)), 6) << number;
      EXPECT_EQ(exif_orientation(block(little, number, bytes, 9, 1)), 1) << number;
      EXPECT_EQ(exif_orientation(block(little, number, bytes, 6, 2)), 1) << number;
    }
    EXPECT_EQ(exif_orientation(block(little, 4, 4, 0x10006, 1)), 1);
    EXPECT_EQ(exif_orientation(block(little, 2, 1, 6, 1)), 1) << "a text";
  }
}

TEST(Image, AlphaIsKeptWhenAskedFor) {
  const Image rgba = read_image(reference("rgba.png"), Alpha::keep);
  ASSERT_EQ(rgba.channels, 4);
  const Image alpha = expected("rgba_alpha"), rgb = expected("rgba.png");
  for (int y = 0; y < rgba.height; ++y)
    for (int x = 0; x < rgba.width; ++x) {
      EXPECT_EQ(rgba.at(x, y)[3], *alpha.at(x, y));
      EXPECT_EQ(rgba.at(x, y)[1], rgb.at(x, y)[1]);
    }
  EXPECT_EQ(read_image(reference("rgb.png"), Alpha::keep).channels, 3);
  expect_same(to_rgb(rgba), rgb, "to_rgb drops alpha");
}

TEST(Image, GreyAsPillow) {
  expect_same(to_grey(read_image(reference("rgb.jpg"))), expected("rgb.jpg.grey"), "grey");
  const Image grey = read_image(reference("grey.png"));
  expect_same(to_grey(to_rgb(grey)), grey, "grey of grey");
}

TEST(Image, ResizesAsPillow) {
  const Image rgb = read_image(reference("rgb.png")), noise = read_image(reference("noise.png"));
  const auto compare = [](const Image& from, const std::string& name, int w, int h) {
    const std::string file = name + "_to_" + std::to_string(w) + "x" + std::to_string(h);
    expect_same(resize(from, w, h), expected(file), file);
  };
  for (auto [w, h] : {std::pair{28, 28}, {64, 50}, {10, 9}, {1, 1}, {25, 5}, {3, 19}, {200, 1}})
    compare(rgb, "rgb", w, h);
  for (auto [w, h] : {std::pair{28, 28}, {82, 100}, {7, 300}})
    compare(noise, "noise", w, h);
  expect_same(resize(rgb, rgb.width, rgb.height), rgb, "same size");
  // High and narrow, as the first axis would make 4 GB of it; the values are those of a plain mean.
  const Image narrow{1, 2'000'000, 1, std::vector<uint8_t>(2'000'000, 77)};
  expect_same(resize(narrow, 2000, 2), {2000, 2, 1, std::vector<uint8_t>(4000, 77)},
              "high and narrow");
  EXPECT_THROW(resize(rgb, 0, 5), Error);
  EXPECT_THROW(resize(rgb, 1 << 30, 1 << 30), Error);
}

using ImageFiles = TempFolder;

TEST_F(ImageFiles, AreWrittenAsTheyAreRead) {
  for (const char* name : {"rgb.png", "grey.png", "rgba.png", "grey_alpha.png"}) {
    const Image image = read_image(reference(name), Alpha::keep);
    expect_same(decode_image(encode_png(image), name, Alpha::keep), image, name);
  }
  const fs::path path = folder_ / "a.png";
  write_png(path, Image{2, 1, 1, {7, 200}});
  expect_same(read_image(path), Image{2, 1, 1, {7, 200}}, "file");
  EXPECT_THROW(encode_png(Image{2, 2, 1, {1, 2, 3}}), Error);
  EXPECT_THROW(encode_png(Image{0, 2, 1, {}}), Error);
  EXPECT_THROW(encode_png(Image{1, 1, 5, {1, 2, 3, 4, 5}}), Error);
}

TEST(Image, SaysWhatIsNotAPicture) {
  using namespace std::string_literals;
  EXPECT_EQ(decode_message(""), "x: is empty, should be a PNG or JPEG picture");
  EXPECT_EQ(decode_message("hello world"),
            "x: is not a PNG or JPEG picture; it begins with 'hello wo'");
  EXPECT_EQ(decode_message("GIF89a..."),
            "x: is not a PNG or JPEG picture; it looks like a GIF picture");
  EXPECT_EQ(decode_message("RIFF\x10\x20\x30\0WEBPVP8 "s),
            "x: is not a PNG or JPEG picture; it looks like a WebP picture");
  EXPECT_EQ(decode_message("\0\1\2"s),
            "x: is not a PNG or JPEG picture; it begins with the bytes 00 01 02");
  EXPECT_EQ(refused_by([] { read_image("/no/such/picture.png"); }),
            "/no/such/picture.png: cannot be opened: No such file or directory");
}

std::string big_endian(uint32_t v) {
  return {char(v >> 24), char(v >> 16), char(v >> 8), char(v)};
}

std::string png_with_size(uint32_t width, uint32_t height) {
  std::string png = read_file(reference("rgb.png"));
  png.replace(16, 8, big_endian(width) + big_endian(height));
  return png.replace(29, 4, big_endian(crc32(std::string_view(png).substr(12, 17))));
}

std::string jpeg_with_size(uint16_t width, uint16_t height) {
  std::string jpeg = read_file(reference("rgb.jpg"));
  const size_t frame = jpeg.find("\xff\xc0");
  return jpeg.replace(frame + 5, 4,
                      {char(height >> 8), char(height), char(width >> 8), char(width)});
}

TEST(Image, RefusesHugePicturesBeforeTakingMemory) {
  EXPECT_EQ(decode_message(png_with_size(60000, 60000)),
            "x: is a picture of 60000 x 60000 pixels; at most 100 megapixels are accepted");
  EXPECT_EQ(decode_message(jpeg_with_size(60000, 60000)),
            "x: is a picture of 60000 x 60000 pixels; at most 100 megapixels are accepted");
  EXPECT_NE(decode_message(png_with_size(0x7fffffff, 0x7fffffff))
                .find("2147483647 x 2147483647 pixels; at most"),
            std::string::npos);
  EXPECT_NE(decode_message(png_with_size(10000, 9000)).find("claims 10000 x 9000 pixels, but"),
            std::string::npos);
  EXPECT_NE(decode_message(jpeg_with_size(10000, 9000)).find("claims 10000 x 9000 pixels, but"),
            std::string::npos);
  EXPECT_NE(decode_message(png_with_size(0, 5)), "no error");
}

TEST(Image, RefusesEveryTruncation) {
  for (const char* name :
       {"rgb.png", "interlaced.png", "palette4.png", "rgb.jpg", "progressive.jpg", "grey.jpg"}) {
    const std::string bytes = read_file(reference(name));
    const bool jpeg = std::string_view(name).ends_with(".jpg");
    // A JPEG that only lacks its end marker (the last two bytes) has all its pixels; libjpeg may
    // not look for it.
    const size_t end = bytes.size() - (jpeg ? 2 : 0);
    for (size_t n = 0; n < end; ++n) {
      const std::string message = decode_message(std::string_view(bytes).substr(0, n));
      EXPECT_NE(message, "no error") << name << " cut to " << n << " of " << bytes.size();
      EXPECT_EQ(message.find('\n'), std::string::npos);
    }
    EXPECT_EQ(decode_message(bytes), "no error") << name;
  }
}

TEST(Image, DamagedPicturesNeverCrash) {
  for (const char* name : {"rgb.png", "palette4.png", "turned6.png", "rgb.jpg", "progressive.jpg",
                           "turned5.jpg", "cmyk.jpg"}) {
    const std::string bytes = read_file(reference(name));
    uint32_t state = 12345;
    for (int trial = 0; trial < 300; ++trial) {
      std::string damaged = bytes;
      for (int i = 0; i < 3; ++i) {
        state = state * 1664525 + 1013904223;
        damaged[(state >> 8) % damaged.size()] = char(state >> 24);
      }
      try {
        decode_image(damaged, name);
      } catch (const Error& e) {
        EXPECT_EQ(e.kind(), ErrorKind::data);
      }
    }
  }
}

TEST(Image, NamesOfPictures) {
  for (const char* good : {"a.png", "b/c.JPG", "d.e.jpeg"})
    EXPECT_TRUE(is_picture_name(good)) << good;
  for (const char* bad : {"png", ".png", "a.gif", "a.png.txt", ""})
    EXPECT_FALSE(is_picture_name(bad)) << bad;
}

TEST_F(ImageFiles, LargerThanPicturesCanBeAreNotRead) {
  const fs::path path = folder_ / "sparse.png";
  write_file_atomic(path, "\x89PNG");
  fs::resize_file(path, uint64_t(1) << 33);  // a hole that takes no room on the disk
  EXPECT_THROW(read_image(path), Error);
}

}  // namespace
}  // namespace hebb
