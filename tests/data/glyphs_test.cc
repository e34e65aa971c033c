#include "hebb/data/glyphs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <vector>

#include "hebb/base/error.h"

namespace hebb::data {
namespace {

using Pixels = std::array<uint8_t, size_t(glyph_side) * glyph_side>;

struct Glyph {
  Pixels pixels{};
  uint8_t label = 255;
};

Glyph glyph(uint64_t seed, int64_t index) {
  Glyph g;
  render_glyph(seed, index, g.pixels.data(), &g.label);
  return g;
}

TEST(Glyphs, DependOnSeedAndIndexOnly) {
  const Glyph once = glyph(3, 12345);
  glyph(3, 7);
  EXPECT_EQ(glyph(3, 12345).pixels, once.pixels);
  EXPECT_NE(glyph(4, 12345).pixels, once.pixels);
  EXPECT_NE(glyph(3, 12346).pixels, once.pixels);
  EXPECT_THROW(glyph(3, -1), Error);
}

TEST(Glyphs, EveryTenSamplesHoldEachDigitOnce) {
  std::set<std::array<uint8_t, glyph_classes>> orders;
  for (int64_t ten = 0; ten < 30; ++ten) {
    std::array<uint8_t, glyph_classes> labels;
    for (int64_t i = 0; i < glyph_classes; ++i)
      labels[size_t(i)] = glyph(1, ten * glyph_classes + i).label;
    orders.insert(labels);
    std::sort(labels.begin(), labels.end());
    for (uint8_t i = 0; i < glyph_classes; ++i)
      EXPECT_EQ(labels[i], i);
  }
  EXPECT_GT(orders.size(), 25u);  // in random order
}

TEST(Glyphs, WhiteInkOnBlackInsideThePicture) {
  for (int64_t i = 0; i < 200; ++i) {
    const Glyph g = glyph(9, i);
    const auto ink =
        std::count_if(g.pixels.begin(), g.pixels.end(), [](uint8_t p) { return p > 110; });
    EXPECT_GT(ink, 4) << i;  // a short, thin, pale 1 has few
    EXPECT_LT(ink, 300) << i;
  }
}

// The label belongs to the drawing: the nearest of 1,500 other glyphs carries the same one most of
// the time (chance: one in ten).
TEST(Glyphs, LooksTellTheDigit) {
  std::vector<Glyph> known;
  for (int64_t i = 0; i < 1500; ++i)
    known.push_back(glyph(1, i));
  int right = 0;
  constexpr int tried = 100;
  for (int64_t i = 0; i < tried; ++i) {
    const Glyph g = glyph(2, i);
    int64_t best = std::numeric_limits<int64_t>::max();
    uint8_t label = 255;
    for (const Glyph& k : known) {
      const uint8_t *a = g.pixels.data(),
                    *b = k.pixels.data();  // a test is compiled without optimisation
      int64_t distance = 0;
      for (size_t p = 0; p < g.pixels.size(); ++p)
        distance += (a[p] - b[p]) * (a[p] - b[p]);
      if (distance < best)
        best = distance, label = k.label;
    }
    right += label == g.label;
  }
  EXPECT_GT(right, tried / 2);
}

}  // namespace
}  // namespace hebb::data
