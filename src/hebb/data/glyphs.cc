#include "hebb/data/glyphs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "hebb/base/check.h"
#include "hebb/base/philox.h"

namespace hebb::data {
namespace {

// A point that a stroke passes through, in a unit square with y downwards; the pen turns sharply at
// a corner, else smoothly.
struct Point {
  float x, y;
  bool corner = false;
};
constexpr bool sharp = true;

using Stroke = std::vector<Point>;
using Shape = std::vector<Stroke>;

// How people write each digit. The end points of a stroke are corners by themselves; a stroke whose
// ends meet is closed smoothly.
const std::array<std::vector<Shape>, glyph_classes>& shapes() {
  static const std::array<std::vector<Shape>, glyph_classes> all = {{
      {
          {{{.5f, .05f},
            {.76f, .22f},
            {.82f, .5f},
            {.76f, .78f},
            {.5f, .95f},
            {.24f, .78f},
            {.18f, .5f},
            {.24f, .22f},
            {.5f, .05f}}},
          {{{.5f, .05f},
            {.68f, .25f},
            {.7f, .5f},
            {.66f, .76f},
            {.5f, .95f},
            {.33f, .76f},
            {.3f, .5f},
            {.33f, .25f},
            {.5f, .05f}}},
          {{{.42f, .1f},
            {.24f, .3f},
            {.2f, .62f},
            {.34f, .9f},
            {.62f, .92f},
            {.8f, .66f},
            {.78f, .34f},
            {.6f, .1f},
            {.38f, .06f}}},
          {{{.5f, .05f},
            {.78f, .24f},
            {.82f, .5f},
            {.78f, .76f},
            {.5f, .95f},
            {.22f, .76f},
            {.18f, .5f},
            {.22f, .24f},
            {.5f, .05f}},
           {{.72f, .2f}, {.28f, .8f}}},
      },
      {
          {{{.5f, .05f}, {.5f, .95f}}},
          {{{.33f, .27f}, {.53f, .05f, sharp}, {.53f, .95f}}},
          {{{.33f, .24f}, {.52f, .05f, sharp}, {.52f, .95f}}, {{.3f, .95f}, {.74f, .95f}}},
          {{{.62f, .05f}, {.4f, .95f}}},
      },
      {
          {{{.22f, .26f},
            {.35f, .09f},
            {.6f, .06f},
            {.76f, .25f},
            {.66f, .5f},
            {.42f, .74f},
            {.2f, .94f, sharp},
            {.8f, .94f}}},
          {{{.22f, .22f},
            {.46f, .05f},
            {.72f, .2f},
            {.66f, .5f},
            {.42f, .8f},
            {.24f, .9f},
            {.2f, .79f},
            {.36f, .76f},
            {.56f, .88f},
            {.84f, .9f}}},
          {{{.24f, .14f},
            {.5f, .06f},
            {.74f, .18f},
            {.7f, .38f},
            {.22f, .93f, sharp},
            {.5f, .88f},
            {.82f, .95f}}},
      },
      {
          {{{.22f, .15f},
            {.5f, .05f},
            {.74f, .22f},
            {.62f, .42f},
            {.42f, .48f, sharp},
            {.68f, .54f},
            {.8f, .73f},
            {.56f, .94f},
            {.2f, .86f}}},
          {{{.22f, .08f},
            {.74f, .08f, sharp},
            {.45f, .42f, sharp},
            {.7f, .49f},
            {.8f, .7f},
            {.58f, .94f},
            {.2f, .87f}}},
          {{{.25f, .18f},
            {.48f, .05f},
            {.7f, .2f},
            {.58f, .42f},
            {.4f, .5f},
            {.36f, .45f},
            {.5f, .46f},
            {.76f, .62f},
            {.72f, .85f},
            {.48f, .95f},
            {.2f, .84f}}},
      },
      {
          {{{.32f, .06f}, {.2f, .58f, sharp}, {.84f, .56f}}, {{.64f, .3f}, {.62f, .95f}}},
          {{{.62f, .95f}, {.62f, .05f, sharp}, {.16f, .66f, sharp}, {.86f, .66f}}},
          {{{.26f, .08f}, {.23f, .38f}, {.42f, .52f}, {.72f, .44f}}, {{.76f, .08f}, {.68f, .95f}}},
      },
      {
          {{{.76f, .07f},
            {.32f, .07f, sharp},
            {.28f, .44f, sharp},
            {.52f, .38f},
            {.76f, .52f},
            {.76f, .78f},
            {.5f, .95f},
            {.2f, .86f}}},
          {{{.34f, .1f}, {.3f, .44f, sharp}, {.56f, .41f}, {.78f, .62f}, {.64f, .9f}, {.24f, .9f}},
           {{.34f, .1f}, {.82f, .06f}}},
          {{{.75f, .1f},
            {.45f, .06f},
            {.27f, .25f},
            {.46f, .43f},
            {.72f, .58f},
            {.72f, .83f},
            {.46f, .95f},
            {.2f, .86f}}},
      },
      {
          {{{.7f, .08f},
            {.42f, .25f},
            {.23f, .6f},
            {.3f, .87f},
            {.54f, .95f},
            {.76f, .78f},
            {.66f, .56f},
            {.44f, .54f},
            {.25f, .7f}}},
          {{{.58f, .05f},
            {.34f, .4f},
            {.24f, .68f},
            {.34f, .9f},
            {.58f, .94f},
            {.76f, .74f},
            {.62f, .55f},
            {.4f, .57f},
            {.25f, .74f}}},
          {{{.74f, .16f},
            {.56f, .06f},
            {.3f, .3f},
            {.2f, .64f},
            {.38f, .92f},
            {.66f, .88f},
            {.74f, .66f},
            {.54f, .5f},
            {.3f, .62f},
            {.24f, .74f}}},
      },
      {
          {{{.2f, .08f}, {.8f, .08f, sharp}, {.42f, .95f}}},
          {{{.2f, .08f}, {.8f, .08f, sharp}, {.44f, .95f}}, {{.36f, .5f}, {.76f, .5f}}},
          {{{.2f, .22f}, {.22f, .08f, sharp}, {.8f, .1f, sharp}, {.6f, .44f}, {.5f, .95f}}},
      },
      {
          {{{.5f, .48f},
            {.7f, .32f},
            {.68f, .13f},
            {.5f, .05f},
            {.32f, .13f},
            {.3f, .32f},
            {.5f, .48f},
            {.74f, .64f},
            {.74f, .86f},
            {.5f, .95f},
            {.26f, .86f},
            {.26f, .64f},
            {.5f, .48f}}},
          {{{.5f, .05f},
            {.68f, .16f},
            {.68f, .36f},
            {.5f, .48f},
            {.32f, .36f},
            {.32f, .16f},
            {.5f, .05f}},
           {{.5f, .48f},
            {.76f, .6f},
            {.76f, .83f},
            {.5f, .95f},
            {.24f, .83f},
            {.24f, .6f},
            {.5f, .48f}}},
          {{{.76f, .14f},
            {.5f, .05f},
            {.3f, .22f},
            {.48f, .44f},
            {.72f, .64f},
            {.68f, .88f},
            {.46f, .94f},
            {.26f, .76f},
            {.46f, .5f},
            {.76f, .16f}}},
      },
      {
          {{{.72f, .28f},
            {.6f, .08f},
            {.36f, .08f},
            {.24f, .3f},
            {.38f, .5f},
            {.62f, .46f},
            {.74f, .24f, sharp},
            {.68f, .95f}}},
          {{{.72f, .3f},
            {.52f, .05f},
            {.26f, .28f},
            {.46f, .52f},
            {.72f, .3f, sharp},
            {.75f, .6f},
            {.6f, .9f},
            {.28f, .9f}}},
          {{{.74f, .26f},
            {.52f, .05f},
            {.26f, .26f},
            {.42f, .5f},
            {.74f, .26f, sharp},
            {.46f, .95f}}},
      },
  }};
  return all;
}

struct Vec {
  float x, y;
};

// A Catmull-Rom curve through the points, as a chain of short lines.
void flatten(std::span<const Point> points, std::vector<Vec>& chain) {
  constexpr int pieces = 6;
  const size_t n = points.size();
  const bool closed = n > 3 && points[0].x == points[n - 1].x && points[0].y == points[n - 1].y;
  chain.clear();
  chain.push_back({points[0].x, points[0].y});
  for (size_t i = 0; i + 1 < n; ++i) {
    const Point &b = points[i], &c = points[i + 1];
    const bool first = i == 0, last = i + 2 == n;
    const bool free_begin = b.corner || (first && !closed),
               free_end = c.corner || (last && !closed);
    if (free_begin && free_end) {
      chain.push_back({c.x, c.y});
      continue;
    }
    const Point mirrored_begin{2 * b.x - c.x, 2 * b.y - c.y},
        mirrored_end{2 * c.x - b.x, 2 * c.y - b.y};
    const Point a = free_begin ? mirrored_begin : first ? points[n - 2] : points[i - 1];
    const Point d = free_end ? mirrored_end : last ? points[1] : points[i + 2];
    for (int k = 1; k <= pieces; ++k) {
      const float t = float(k) / pieces;
      const auto along = [t](float p0, float p1, float p2, float p3) {
        return 0.5f * (2 * p1 +
                       t * (p2 - p0 +
                            t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * p1 - p0 - 3 * p2 + p3))));
      };
      chain.push_back({along(a.x, b.x, c.x, d.x), along(a.y, b.y, c.y, d.y)});
    }
  }
}

using Canvas =
    std::array<float, size_t(glyph_side) * glyph_side>;  // how much of each pixel is covered, 0..1

struct Pen {
  float radius, softness;  // pixels; the edge fades over 2 * softness
};

void draw_line(Canvas& canvas, Vec a, Vec b, Pen pen) {
  const float reach = pen.radius + pen.softness;
  const int x0 = std::max(0, int(std::floor(std::min(a.x, b.x) - reach))),
            x1 = std::min(glyph_side - 1, int(std::max(a.x, b.x) + reach));
  const int y0 = std::max(0, int(std::floor(std::min(a.y, b.y) - reach))),
            y1 = std::min(glyph_side - 1, int(std::max(a.y, b.y) + reach));
  const float dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
  const float inverse = length2 > 0 ? 1 / length2 : 0, fade = 0.5f / pen.softness;
  for (int y = y0; y <= y1; ++y)
    for (int x = x0; x <= x1; ++x) {
      const float px = float(x) + 0.5f - a.x, py = float(y) + 0.5f - a.y;
      const float t = std::clamp((px * dx + py * dy) * inverse, 0.f, 1.f);
      const float ex = px - t * dx, ey = py - t * dy, distance = std::sqrt(ex * ex + ey * ey);
      float& pixel = canvas[size_t(y) * glyph_side + size_t(x)];
      pixel = std::max(pixel, std::clamp((pen.radius - distance) * fade + 0.5f, 0.f, 1.f));
    }
}

// How the writer holds the paper: the unit square to pixels, with slow waves for an unsteady hand.
struct Placement {
  float xx, xy, yx, yy, x0, y0, wave, wave_x, wave_y;

  explicit Placement(Philox& random) {
    const auto between = [&](double low, double high) { return float(random.uniform(low, high)); };
    const float turn = between(-0.35, 0.35), shear = between(-0.38, 0.38), size = between(14, 22),
                stretch = between(0.85, 1.15);
    const float c = std::cos(turn), s = std::sin(turn), w = size * stretch, h = size / stretch;
    xx = c * w;
    xy = c * shear * h - s * h;
    yx = s * w;
    yy = s * shear * h + c * h;
    x0 = glyph_side * 0.5f + between(-3.2, 3.2);
    y0 = glyph_side * 0.5f + between(-3.2, 3.2);
    wave = between(0, 0.045);
    wave_x = between(0, 6.28);
    wave_y = between(0, 6.28);
  }

  Vec operator()(Vec p) const {
    const float x = p.x - 0.5f + wave * std::sin(7 * p.y + wave_x),
                y = p.y - 0.5f + wave * std::sin(7 * p.x + wave_y);
    return {x0 + xx * x + xy * y, y0 + yx * x + yy * y};
  }
};

// Ten labels in random order for every ten samples.
uint8_t label_of(uint64_t seed, int64_t index) {
  Philox random(philox_key(seed, 0x6C6162656Cu, uint64_t(index / glyph_classes)));  // "label"
  std::array<uint8_t, glyph_classes> labels;
  for (int i = 0; i < glyph_classes; ++i)
    labels[size_t(i)] = uint8_t(i);
  for (size_t i = glyph_classes - 1; i > 0; --i)
    std::swap(labels[i], labels[random.below(i + 1)]);
  return labels[size_t(index % glyph_classes)];
}

}  // namespace

void render_glyph(uint64_t seed, int64_t index, uint8_t* pixels, uint8_t* label) {
  check(index >= 0, "glyph {} does not exist; samples count from 0", index);
  *label = label_of(seed, index);
  Philox random(philox_key(seed, 0x676C797068u, uint64_t(index)));  // "glyph"

  const std::vector<Shape>& variants = shapes()[*label];
  const Shape& shape = variants[random.below(variants.size())];
  const Placement place(random);
  const Pen pen{float(random.uniform(0.6, 1.9)), float(random.uniform(0.5, 0.9))};
  const double ink = random.uniform(0.5, 1.0), noise = random.uniform(0.0, 0.15),
               jitter = random.uniform(0.01, 0.039);

  Canvas canvas{};
  std::vector<Point> moved;
  std::vector<Vec> chain;
  for (const Stroke& stroke : shape) {
    moved = stroke;
    for (Point& p : moved) {
      p.x += float(jitter * random.normal());
      p.y += float(jitter * random.normal());
    }
    const bool closed = stroke.front().x == stroke.back().x && stroke.front().y == stroke.back().y;
    if (closed)
      moved.back() = moved.front();
    flatten(moved, chain);
    for (Vec& v : chain)
      v = place(v);
    for (size_t i = 0; i + 1 < chain.size(); ++i)
      draw_line(canvas, chain[i], chain[i + 1], pen);
  }

  // The sum of four random bytes is close to normal (Irwin and Hall) and needs no logarithm.
  constexpr double bytes_mean = 4 * 127.5, bytes_sigma = 147.80;
  for (size_t i = 0; i < canvas.size(); ++i) {
    const uint32_t bits = random.bits();
    const double sum = double((bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >> 24));
    const double value = ink * canvas[i] + noise * (sum - bytes_mean) / bytes_sigma;
    pixels[i] = uint8_t(std::clamp(value * 255 + 0.5, 0.0, 255.0));
  }
}

}  // namespace hebb::data
