#include "hebb/data/picture_stats.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hebb/base/error.h"
#include "hebb/data/glyphs.h"

namespace hebb::data {
namespace {

TEST(PictureStats, OfOnePicture) {
  ImageBuffer image({2, 3, 3});
  image.pixels = {255, 255, 255, 255, 0, 255, 255, 255, 255, 51, 51, 51, 51, 51, 51, 51, 51, 51};
  const PictureStats s = picture_stats(image);
  EXPECT_NEAR(s.channel_mean[0], 8.0 / 9, 1e-12);
  EXPECT_NEAR(s.channel_mean[1], 0.2, 1e-12);
  EXPECT_NEAR(s.channel_std[0], std::sqrt(8.0) / 9, 1e-12);
  EXPECT_NEAR(s.channel_std[1], 0, 1e-7);
  EXPECT_NEAR(s.mean, (8.0 / 9 + 0.2) / 2, 1e-12);
  EXPECT_NEAR(s.border, (1 + 0.2) / 2, 1e-12);
  for (PictureShape shape :
       {PictureShape{1, 1, 1}, {1, 1, 4}, {1, 4, 1}, {1, 2, 2}}) {  // all border
    ImageBuffer flat(shape);
    std::fill(flat.pixels.begin(), flat.pixels.end(), uint8_t(255));
    EXPECT_NEAR(picture_stats(flat).border, 1, 1e-12);
  }
}

TEST(PictureStats, OfASetEqualsAllItsPixels) {
  TrainingStatsSum sum;
  std::vector<double> all;
  for (int64_t i = 0; i < 40; ++i) {
    ImageBuffer image({1, glyph_side, glyph_side});
    uint8_t label = 0;
    render_glyph(1, i, image.pixels.data(), &label);
    for (uint8_t p : image.pixels)
      all.push_back(p / 255.0);
    sum.add(picture_stats(image));
  }
  double mean = 0, variance = 0;
  for (double v : all)
    mean += v / double(all.size());
  for (double v : all)
    variance += (v - mean) * (v - mean) / double(all.size());
  const TrainingStats stats = sum.done();
  EXPECT_EQ(stats.count, 40);
  EXPECT_NEAR(stats.channel_mean[0], mean, 1e-9);
  EXPECT_NEAR(stats.channel_std[0], std::sqrt(variance), 1e-9);
  EXPECT_NEAR(stats.mean.mean, mean, 1e-9);
  EXPECT_THROW(sum.add(picture_stats(ImageBuffer({3, 2, 2}))), Error);
}

TEST(PictureStats, WarnsOfNegativesAndBlanksButNotOfTheSetsOwn) {
  const auto render = [](uint64_t seed, int64_t i) {
    ImageBuffer image({1, glyph_side, glyph_side});
    uint8_t label = 0;
    render_glyph(seed, i, image.pixels.data(), &label);
    return image;
  };
  TrainingStatsSum sum;
  for (int64_t i = 0; i < 2000; ++i)
    sum.add(picture_stats(render(1, i)));
  const TrainingStats training = sum.done();
  for (int64_t i = 0; i < 300; ++i) {
    ImageBuffer image = render(2, i);
    EXPECT_EQ(unlike_training(picture_stats(image), training), std::nullopt) << i;
    for (uint8_t& p : image.pixels)
      p = uint8_t(255 - p);
    const auto warning = unlike_training(picture_stats(image), training);
    ASSERT_TRUE(warning.has_value()) << i;
    EXPECT_NE(warning->find("its border is bright"), std::string::npos);
    EXPECT_NE(warning->find("it may have to be inverted"), std::string::npos);
  }
  EXPECT_NE(unlike_training(picture_stats(ImageBuffer({1, 28, 28})), training)
                .value()
                .find("nearly of one level"),
            std::string::npos);
  EXPECT_EQ(unlike_training(picture_stats(ImageBuffer({1, 28, 28})), TrainingStats{}),
            std::nullopt);
}

}  // namespace
}  // namespace hebb::data
