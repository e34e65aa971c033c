#include "hebb/data/augment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hebb/base/error.h"
#include "hebb/data/recipe.h"
#include "hebb/data/steps/augment.h"

namespace hebb::data {
namespace {

// Every pixel differs from its neighbours, and none is 0, which is what fills.
ImageBuffer picture(int channels, int height, int width) {
  ImageBuffer image({channels, height, width});
  for (size_t i = 0; i < image.pixels.size(); ++i)
    image.pixels[i] = uint8_t(1 + i * 37 % 254);
  return image;
}

ImageBuffer applied(std::string_view line, ImageBuffer image, uint64_t key) {
  Philox random(key);
  make_transform(line)->apply(image, random);
  return image;
}

std::string message_of(std::string_view line, PictureShape shape = {1, 28, 28}) {
  try {
    make_transform(line)->output_shape(shape);
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::usage);
    return e.what();
  }
  return "no error";
}

TEST(Augment, LinesAreReadAndWrittenBack) {
  for (const char* line :
       {"random_crop 28 padding=2", "random_crop 24x20 padding=2x3 padding_mode=reflect",
        "random_crop", "horizontal_flip p=0.5", "vertical_flip p=0.25", "rotation 15",
        "translation 0.1", "translation pixels=3", "zoom 0.8,1.25", "noise 0.05", "brightness 0.2",
        "contrast 0.3", "random_erasing p=0.5 scale=0.02,0.33 ratio=0.3,3.3"})
    EXPECT_EQ(make_transform(line)->to_string(), line);
  EXPECT_EQ(make_transform("horizontal_flip")->to_string(), "horizontal_flip p=0.5");
  EXPECT_EQ(make_transform("random_crop 28 2")->to_string(), "random_crop 28 padding=2");
  for (const SpecHelp& help : transform_help())
    EXPECT_EQ(help.usage.substr(0, help.name.size()), help.name);
}

TEST(Augment, RefusesWithOneClearLine) {
  EXPECT_EQ(message_of("random_crp 28"),
            "unknown transform 'random_crp'; did you mean 'random_crop'?");
  EXPECT_EQ(message_of("horizontal_flip prob=1"),
            "horizontal_flip: unknown key 'prob'; known are 'p'");
  EXPECT_EQ(message_of("horizontal_flip 1.5"), "horizontal_flip: p is 1.5, should be from 0 to 1");
  EXPECT_EQ(message_of("rotation"), "rotation: degrees is missing; should be given as degrees=...");
  EXPECT_EQ(message_of("rotation -3"), "rotation: degrees is -3, should be from 0 to 180");
  EXPECT_EQ(message_of("random_crop 0"), "random_crop: size is 0, should be at least 1");
  EXPECT_EQ(message_of("random_crop 1x2x3"),
            "random_crop: size is 1x2x3, should be one number or height x width");
  EXPECT_EQ(message_of("random_crop 99999999"),
            "random_crop: size is 99999999, should be at most 16384");
  EXPECT_EQ(message_of("random_crop 40 padding=4"),
            "random_crop: cannot cut 40 x 40 from pictures of 28 x 28 with padding=4; a larger "
            "padding or a smaller size is needed");
  EXPECT_EQ(message_of("random_crop 28 padding=28 padding_mode=reflect"),
            "random_crop: padding=28 cannot be reflected in pictures of 28 x 28; should be smaller "
            "than they are");
  EXPECT_EQ(message_of("translation pixels=4294967298"),
            "translation: pixels is 4294967298, should be at most 16384");
  EXPECT_EQ(message_of("translation 2"),
            "translation: fraction is 2, should be from 0 to 1; pixels=N moves by pixels");
  EXPECT_EQ(message_of("translation"),
            "translation: should be given either a fraction of the side (translation 0.1) or "
            "pixels (translation pixels=2)");
  EXPECT_EQ(message_of("zoom 1.2,0.8"),
            "zoom: range is 1.2,0.8, should be two numbers LOW,HIGH from 0.01 to 100");
  EXPECT_EQ(message_of("noise 3"), "noise: sigma is 3, should be from 0 to 1");
}

TEST(Augment, WhatChangesNothingChangesNothing) {
  const ImageBuffer image = picture(3, 9, 7);
  for (const char* line :
       {"random_crop", "random_crop 9x7", "horizontal_flip p=0", "vertical_flip p=0", "rotation 0",
        "translation pixels=0", "translation 0", "zoom 1,1", "noise 0", "brightness 0",
        "contrast 0", "random_erasing p=0"})
    EXPECT_EQ(applied(line, image, 5).pixels, image.pixels) << line;
}

TEST(Augment, FlipsMirror) {
  const ImageBuffer image = picture(2, 5, 4), across = applied("horizontal_flip p=1", image, 1),
                    down = applied("vertical_flip p=1", image, 1);
  for (int c = 0; c < 2; ++c)
    for (int y = 0; y < 5; ++y)
      for (int x = 0; x < 4; ++x) {
        EXPECT_EQ(across.plane(c)[y * 4 + x], image.plane(c)[y * 4 + 3 - x]);
        EXPECT_EQ(down.plane(c)[y * 4 + x], image.plane(c)[(4 - y) * 4 + x]);
      }
  int flipped = 0;
  for (uint64_t key = 0; key < 1000; ++key)
    flipped += applied("horizontal_flip p=0.3", image, key).pixels != image.pixels;
  EXPECT_NEAR(flipped, 300, 60);
}

// Where the content of `image` went in `out`, as (dy, dx); zeros are outside.
bool is_shifted(const ImageBuffer& image, const ImageBuffer& out, int dy, int dx) {
  const auto [channels, height, width] = image.shape;
  for (int c = 0; c < channels; ++c)
    for (int y = 0; y < out.shape.height; ++y)
      for (int x = 0; x < out.shape.width; ++x) {
        const int sy = y - dy, sx = x - dx;
        const bool inside = sy >= 0 && sy < height && sx >= 0 && sx < width;
        if (out.plane(c)[y * out.shape.width + x] != (inside ? image.plane(c)[sy * width + sx] : 0))
          return false;
      }
  return true;
}

TEST(Augment, CropAndTranslationReachEveryPlaceAndNoOther) {
  const ImageBuffer image = picture(2, 6, 5);
  std::set<std::pair<int, int>> crops, moves;
  for (uint64_t key = 0; key < 1500; ++key) {
    const ImageBuffer crop = applied("random_crop 4x5 padding=1x2", image, key);
    EXPECT_EQ(crop.shape, (PictureShape{2, 4, 5}));
    const ImageBuffer moved = applied("translation pixels=2", image, key);
    for (int dy = -8; dy <= 8; ++dy)
      for (int dx = -8; dx <= 8; ++dx) {
        if (is_shifted(image, crop, dy, dx))
          crops.insert({dy, dx});
        if (is_shifted(image, moved, dy, dx))
          moves.insert({dy, dx});
      }
  }
  std::set<std::pair<int, int>> all_crops, all_moves;
  for (int dy = -3; dy <= 1; ++dy)
    for (int dx = -2; dx <= 2; ++dx)
      all_crops.insert({dy, dx});
  for (int dy = -2; dy <= 2; ++dy)
    for (int dx = -2; dx <= 2; ++dx)
      all_moves.insert({dy, dx});
  EXPECT_EQ(crops, all_crops);
  EXPECT_EQ(moves, all_moves);
}

TEST(Augment, ReflectedPaddingMirrorsAtTheBorder) {
  ImageBuffer image({1, 1, 4});
  image.pixels = {10, 20, 30, 40};
  std::set<std::vector<int>> seen;
  for (uint64_t key = 0; key < 200; ++key) {
    const ImageBuffer crop =
        applied("random_crop 1x4 padding=0x2 padding_mode=reflect", image, key);
    seen.insert({crop.pixels.begin(), crop.pixels.end()});
  }
  EXPECT_EQ(seen, (std::set<std::vector<int>>{{30, 20, 10, 20},
                                              {20, 10, 20, 30},
                                              {10, 20, 30, 40},
                                              {20, 30, 40, 30},
                                              {30, 40, 30, 20}}));
}

// The centre of the light of a picture.
std::pair<double, double> centroid(const ImageBuffer& image) {
  double sum = 0, sx = 0, sy = 0;
  for (int y = 0; y < image.shape.height; ++y)
    for (int x = 0; x < image.shape.width; ++x) {
      const double p = image.plane(0)[y * image.shape.width + x];
      sum += p, sx += p * x, sy += p * y;
    }
  return {sx / sum, sy / sum};
}

TEST(Augment, RotationAndZoomMoveAPointWhereTheyShould) {
  ImageBuffer dot({1, 41, 41});
  dot.pixels[13 * 41 + 30] = 255;  // 10 right of and 7 above the centre (20, 20)
  for (uint64_t key = 0; key < 20; ++key) {
    Philox random(key);
    const double angle = random.uniform(-60, 60) * std::acos(-1.0) / 180;
    const auto [x, y] = centroid(applied("rotation 60", dot, key));
    EXPECT_NEAR(x, 20 + std::cos(angle) * 10 + std::sin(angle) * -7, 0.25);
    EXPECT_NEAR(y, 20 - std::sin(angle) * 10 + std::cos(angle) * -7, 0.25);
    Philox again(key);
    const double factor = again.uniform(1.0, 1.5);
    const auto [zx, zy] = centroid(applied("zoom 1,1.5", dot, key));
    EXPECT_NEAR(zx, 20 + factor * 10, 0.25);
    EXPECT_NEAR(zy, 20 - factor * 7, 0.25);
  }
}

TEST(Augment, LevelsChangeAsSaid) {
  ImageBuffer grey({1, 100, 100});
  std::fill(grey.pixels.begin(), grey.pixels.end(), uint8_t(128));
  const ImageBuffer noisy = applied("noise 0.1", grey, 3);
  double sum = 0, squares = 0;
  for (uint8_t p : noisy.pixels)
    sum += p, squares += double(p) * p;
  const double mean = sum / 1e4;
  EXPECT_NEAR(mean, 128, 1);
  EXPECT_NEAR(std::sqrt(squares / 1e4 - mean * mean), 25.5, 1);

  Philox random(4);
  const double factor = random.uniform(0.5, 1.5);
  EXPECT_NEAR(applied("brightness 0.5", grey, 4).pixels[0], std::min(255.0, 128 * factor), 0.51);
  EXPECT_EQ(applied("contrast 0.5", grey, 4).pixels, grey.pixels);  // all at the mean
  ImageBuffer two({1, 1, 2});
  two.pixels = {100, 140};
  const ImageBuffer harder = applied("contrast 0.5", two, 4);
  EXPECT_NEAR(harder.pixels[1] - harder.pixels[0], 40 * factor, 1.01);
  EXPECT_NEAR(harder.pixels[1] + harder.pixels[0], 240, 1.01);
}

TEST(Augment, ErasesABoxOfTheRightArea) {
  const ImageBuffer image = picture(2, 40, 40);
  for (uint64_t key = 0; key < 50; ++key) {
    const ImageBuffer out = applied("random_erasing p=1 scale=0.1,0.2 ratio=0.5,2", image, key);
    int top = 40, bottom = -1, left = 40, right = -1, zeros = 0;
    for (int y = 0; y < 40; ++y)
      for (int x = 0; x < 40; ++x)
        if (out.plane(1)[y * 40 + x] == 0) {
          top = std::min(top, y), bottom = std::max(bottom, y), left = std::min(left, x),
          right = std::max(right, x), ++zeros;
          EXPECT_EQ(out.plane(0)[y * 40 + x], 0);
        }
    EXPECT_EQ(zeros, (bottom - top + 1) * (right - left + 1));
    EXPECT_GT(zeros, 0.08 * 1600);
    EXPECT_LT(zeros, 0.22 * 1600);
  }
}

TEST(Augment, KeyedBySeedEpochAndSample) {
  const std::vector<std::string> lines = {"random_crop 28 padding=4", "horizontal_flip",
                                          "rotation 15", "noise 0.05"};
  const Recipe recipe = picture_recipe({1, 28, 28}).with_augment(lines);
  const auto run = [&](uint64_t seed, uint64_t epoch, uint64_t sample) {
    const ImageBuffer image = picture(1, 28, 28);
    Record record;
    record.add(input_field).refer(u8, {1, 28, 28}, image.pixels.data());
    Philox random = augment_stream(seed, epoch, sample);
    recipe.apply(record, recipe.picture_steps(), recipe.picture_steps() + lines.size(), &random);
    const auto* bytes = record.at(input_field).data<uint8_t>();
    return std::vector<uint8_t>(bytes, bytes + record.at(input_field).count());
  };
  EXPECT_EQ(run(1, 2, 3), run(1, 2, 3));
  EXPECT_NE(run(1, 2, 3), run(0, 2, 3));
  EXPECT_NE(run(1, 2, 3), run(1, 3, 2));
  EXPECT_NE(run(1, 2, 3), run(1, 2, 4));
  // The transforms one after the other, drawing from one stream.
  ImageBuffer image = picture(1, 28, 28);
  Philox random = augment_stream(1, 2, 3);
  for (const std::string& line : lines)
    make_transform(line)->apply(image, random);
  EXPECT_EQ(run(1, 2, 3), image.pixels);
}

TEST(Augment, TakesPicturesOfAnySize) {
  for (PictureShape shape : {PictureShape{1, 1, 1}, {3, 1, 5}, {1, 7, 1}, {4, 2, 3}})
    for (const SpecHelp& help : transform_help()) {
      std::string line(help.name);
      for (const char* needs_value : {"rotation", "translation", "brightness", "contrast", "noise"})
        if (line == needs_value)
          line += " 0.5";
      ImageBuffer image = picture(shape.channels, shape.height, shape.width);
      for (uint64_t key = 0; key < 20; ++key)
        EXPECT_EQ(applied(line, image, key).pixels.size(), image.pixels.size()) << line;
    }
}

}  // namespace
}  // namespace hebb::data
