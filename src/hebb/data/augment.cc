#include "hebb/data/augment.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "hebb/base/family.h"
#include "hebb/data/transform_entry.h"

namespace hebb::data {
namespace {

constexpr int64_t largest_side = 1 << 14;  // pixels

int draw(Philox& random, int most) {
  return int(random.below(uint64_t{1} + uint64_t(most)));
}  // from 0 to most

uint8_t level(double value) {
  return uint8_t(std::clamp(value + 0.5, 0.0, 255.0));
}

// A transform that its options are all of.
template <class Options, const TransformEntry& entry>
class Of : public Transform {
 public:
  explicit Of(Options options) : options_(std::move(options)) {}
  std::string to_string() const override {
    return options_line(entry.name, *entry.options, &options_);
  }

 protected:
  Options options_;
};

template <class T, class Options>
std::unique_ptr<Transform> made(const void* options) {
  return std::make_unique<T>(as<Options>(options));
}

struct Sides {  // height, width
  static constexpr int sides = 2;
  Sides(int64_t both) : values{both, both} {}
  int height() const { return int(values[0]); }
  int width() const { return int(values[1]); }
  std::vector<int64_t> values;
};

std::string pair_text(const Sides& s) {
  return s.height() == s.width() ? fmt::format("{}", s.height())
                                 : fmt::format("{}x{}", s.height(), s.width());
}

enum class Border : uint8_t { zeros, reflect };
std::span<const std::string_view> words_of(Border) {
  static constexpr std::string_view words[] = {"zeros", "reflect"};
  return words;
}

struct CropOptions {
  std::optional<Sides> size = {};  // none: as large as the picture
  Sides padding = 0;
  Border padding_mode = Border::zeros;
  HEBB_FIELDS(size, padding, padding_mode)
  static constexpr Note notes[] = {
      {.field = "size",
       .aliases = {"out", "output_size"},
       .place = 1,
       .bare = true,
       .at_least = 1,
       .at_most = largest_side,
       .what = "28 or 24x32; as large as the picture unless given"},
      {.field = "padding",
       .aliases = {"pad"},
       .place = 2,
       .at_least = 0,
       .at_most = largest_side,
       .what = "at each side, before the cut"},
      {.field = "padding_mode", .what = "what the padding holds: zeros or the picture, reflected"}};
};

class RandomCrop : public Of<CropOptions, transform_word::random_crop> {
 public:
  using Of::Of;

  PictureShape output_shape(PictureShape in) const override {
    const auto& size = options_.size;
    const PictureShape out{in.channels, size ? size->height() : in.height,
                           size ? size->width() : in.width};
    check_in(out.height <= in.height + 2 * pad_y() && out.width <= in.width + 2 * pad_x(),
             ErrorKind::usage, "random_crop",
             "cannot cut {} x {} from pictures of {} x {} with padding={}; a larger padding or a "
             "smaller size is needed",
             out.height, out.width, in.height, in.width, pair_text(options_.padding));
    check_in(
        !reflect() || (pad_y() < in.height && pad_x() < in.width), ErrorKind::usage, "random_crop",
        "padding={} cannot be reflected in pictures of {} x {}; should be smaller than they are",
        pair_text(options_.padding), in.height, in.width);
    return out;
  }

  void apply(ImageBuffer& image, Philox& random) const override {
    const PictureShape in = image.shape;
    ImageBuffer out(output_shape(in));
    const int top = draw(random, in.height + 2 * pad_y() - out.shape.height) - pad_y();
    const int left = draw(random, in.width + 2 * pad_x() - out.shape.width) - pad_x();
    for (int c = 0; c < in.channels; ++c)
      for (int y = 0; y < out.shape.height; ++y) {
        const int sy = inside(top + y, in.height);
        if (sy < 0)
          continue;
        const uint8_t* from = image.plane(c) + size_t(sy) * in.width;
        uint8_t* to = out.plane(c) + size_t(y) * out.shape.width;
        for (int x = 0; x < out.shape.width; ++x) {
          const int sx = inside(left + x, in.width);
          if (sx >= 0)
            to[x] = from[sx];
        }
      }
    image = std::move(out);
  }

 private:
  // The source index for position i, -1 where zeros fill. Reflection leaves the border itself out,
  // as torch does.
  int inside(int i, int n) const {
    if (i >= 0 && i < n)
      return i;
    if (!reflect())
      return -1;
    return i < 0 ? -i : 2 * (n - 1) - i;
  }

  int pad_y() const { return options_.padding.height(); }
  int pad_x() const { return options_.padding.width(); }
  bool reflect() const { return options_.padding_mode == Border::reflect; }
};

constexpr Note probability_note{.field = "p",
                                .aliases = {"probability"},
                                .place = 1,
                                .always = true,
                                .at_least = 0,
                                .at_most = 1,
                                .what = "how likely it happens"};
struct FlipOptions {
  double p = 0.5;
  HEBB_FIELDS(p)
  static constexpr Note notes[] = {probability_note};
};

class HorizontalFlip : public Of<FlipOptions, transform_word::horizontal_flip> {
 public:
  using Of::Of;
  void apply(ImageBuffer& image, Philox& random) const override {
    if (random.uniform() >= options_.p)
      return;
    const size_t width = size_t(image.shape.width);
    for (size_t row = 0; row < image.pixels.size(); row += width)
      std::reverse(image.pixels.data() + row, image.pixels.data() + row + width);
  }
};

class VerticalFlip : public Of<FlipOptions, transform_word::vertical_flip> {
 public:
  using Of::Of;
  void apply(ImageBuffer& image, Philox& random) const override {
    if (random.uniform() >= options_.p)
      return;
    const int width = image.shape.width, height = image.shape.height;
    for (int c = 0; c < image.shape.channels; ++c)
      for (int y = 0; y < height / 2; ++y)
        std::swap_ranges(image.plane(c) + size_t(y) * width, image.plane(c) + size_t(y + 1) * width,
                         image.plane(c) + size_t(height - 1 - y) * width);
  }
};

// Each output pixel is taken from where the matrix [a b; c d] about the centre, and the shift, put
// it: bilinear, zeros outside.
void warp(ImageBuffer& image, double a, double b, double c, double d, double shift_x,
          double shift_y) {
  const int w = image.shape.width, h = image.shape.height;
  const double cx = (w - 1) * 0.5, cy = (h - 1) * 0.5;
  ImageBuffer out(image.shape);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const double sx = cx + a * (x - cx) + b * (y - cy) - shift_x,
                   sy = cy + c * (x - cx) + d * (y - cy) - shift_y;
      if (!(sx > -1 && sy > -1 && sx < w && sy < h))
        continue;
      const int x0 = int(std::floor(sx)), y0 = int(std::floor(sy));
      const double fx = sx - x0, fy = sy - y0;
      for (int k = 0; k < image.shape.channels; ++k) {
        const uint8_t* plane = image.plane(k);
        const auto at = [&](int px, int py) {
          return px >= 0 && px < w && py >= 0 && py < h ? double(plane[size_t(py) * w + px]) : 0.0;
        };
        const double top = at(x0, y0) * (1 - fx) + at(x0 + 1, y0) * fx,
                     bottom = at(x0, y0 + 1) * (1 - fx) + at(x0 + 1, y0 + 1) * fx;
        out.plane(k)[size_t(y) * w + x] = level(top * (1 - fy) + bottom * fy);
      }
    }
  image = std::move(out);
}

struct RotationOptions {
  double degrees = 0;
  HEBB_FIELDS(degrees)
  static constexpr Note notes[] = {{.field = "degrees",
                                    .aliases = {"degree"},
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 0,
                                    .at_most = 180,
                                    .what = "the largest turn"}};
};

class Rotation : public Of<RotationOptions, transform_word::rotation> {
 public:
  using Of::Of;
  void apply(ImageBuffer& image, Philox& random) const override {
    const double angle = random.uniform(-options_.degrees, options_.degrees) *
                         3.14159265358979323846 / 180,
                 c = std::cos(angle), s = std::sin(angle);
    warp(image, c, -s, s, c, 0, 0);
  }
};

struct ZoomOptions {
  Range range = {0.9, 1.1};
  HEBB_FIELDS(range)
  static constexpr Note notes[] = {{.field = "range",
                                    .place = 1,
                                    .bare = true,
                                    .always = true,
                                    .at_least = 0.01,
                                    .at_most = 100,
                                    .what = "the smallest and the largest factor"}};
};

class Zoom : public Of<ZoomOptions, transform_word::zoom> {
 public:
  using Of::Of;
  void apply(ImageBuffer& image, Philox& random) const override {
    const double inverse = 1 / random.uniform(options_.range.low, options_.range.high);
    warp(image, inverse, 0, 0, inverse, 0, 0);
  }
};

struct TranslationOptions {
  std::optional<double> fraction = {};
  std::optional<int64_t> pixels = {};
  HEBB_FIELDS(fraction, pixels)
  static constexpr Note notes[] = {{.field = "fraction",
                                    .place = 1,
                                    .bare = true,
                                    .at_least = 0,
                                    .at_most = 1,
                                    .hint = "pixels=N moves by pixels",
                                    .what = "the largest move, of each side"},
                                   {.field = "pixels",
                                    .at_least = 0,
                                    .at_most = largest_side,
                                    .what = "instead: the largest move in pixels"}};
};

// Whole pixels, so that nothing is blurred.
class Translation : public Of<TranslationOptions, transform_word::translation> {
 public:
  explicit Translation(TranslationOptions options) : Of(std::move(options)) {
    check_in(options_.pixels.has_value() != options_.fraction.has_value(), ErrorKind::usage,
             "translation",
             "should be given either a fraction of the side (translation 0.1) or pixels "
             "(translation pixels=2)");
  }
  void apply(ImageBuffer& image, Philox& random) const override {
    const int w = image.shape.width, h = image.shape.height;
    const int dx = draw_move(random, w), dy = draw_move(random, h);
    ImageBuffer out(image.shape);
    for (int c = 0; c < image.shape.channels; ++c)
      for (int y = std::max(0, dy); y < std::min(h, h + dy); ++y) {
        const int x0 = std::max(0, dx), x1 = std::min(w, w + dx);
        if (x1 > x0)
          std::memcpy(out.plane(c) + size_t(y) * w + x0,
                      image.plane(c) + size_t(y - dy) * w + (x0 - dx), size_t(x1 - x0));
      }
    image = std::move(out);
  }

 private:
  int draw_move(Philox& random, int side) const {
    const int most = options_.pixels ? int(*options_.pixels) : int(*options_.fraction * side);
    return draw(random, 2 * most) - most;
  }
};

struct NoiseOptions {
  double sigma = 0;  // of levels 0..1
  HEBB_FIELDS(sigma)
  static constexpr Note notes[] = {{.field = "sigma",
                                    .aliases = {"std"},
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 0,
                                    .at_most = 1,
                                    .what = "standard deviation; levels count from 0 to 1"}};
};

class Noise : public Of<NoiseOptions, transform_word::noise> {
 public:
  using Of::Of;
  void apply(ImageBuffer& image, Philox& random) const override {
    for (uint8_t& pixel : image.pixels)
      pixel = level(pixel + 255 * options_.sigma * random.normal());
  }
};

struct ChangeOptions {
  double change = 0;
  HEBB_FIELDS(change)
  static constexpr Note notes[] = {{.field = "change",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 0,
                                    .at_most = 1,
                                    .what = "by how much the factor differs from 1, at most"}};
};

class Brightness : public Of<ChangeOptions, transform_word::brightness> {
 public:
  using Of::Of;
  void apply(ImageBuffer& image, Philox& random) const override {
    const double factor = random.uniform(1 - options_.change, 1 + options_.change);
    for (uint8_t& pixel : image.pixels)
      pixel = level(pixel * factor);
  }
};

class Contrast : public Of<ChangeOptions, transform_word::contrast> {
 public:
  using Of::Of;
  void apply(ImageBuffer& image, Philox& random) const override {
    const double factor = random.uniform(1 - options_.change, 1 + options_.change);
    double sum = 0;
    for (uint8_t pixel : image.pixels)
      sum += pixel;
    const double mean = image.pixels.empty() ? 0 : sum / double(image.pixels.size());
    for (uint8_t& pixel : image.pixels)
      pixel = level(mean + factor * (pixel - mean));
  }
};

struct ErasingOptions {
  double p = 0.5;
  Range scale = {0.02, 0.33}, ratio = {0.3, 3.3};
  HEBB_FIELDS(p, scale, ratio)
  static constexpr Note notes[] = {probability_note,
                                   {.field = "scale",
                                    .always = true,
                                    .at_least = 0,
                                    .at_most = 1,
                                    .what = "the box's share of the area"},
                                   {.field = "ratio",
                                    .always = true,
                                    .at_least = 0.001,
                                    .at_most = 1000,
                                    .what = "height over width of the box"}};
};

// Source: Zhong et al., "Random erasing data augmentation", AAAI 2020; a box that does not fit in
// ten draws is left out.
class RandomErasing : public Of<ErasingOptions, transform_word::random_erasing> {
 public:
  using Of::Of;
  void apply(ImageBuffer& image, Philox& random) const override {
    if (random.uniform() >= options_.p)
      return;
    const int w = image.shape.width, h = image.shape.height;
    for (int attempt = 0; attempt < 10; ++attempt) {
      const double area = random.uniform(options_.scale.low, options_.scale.high) * w * h;
      const double ratio =
          std::exp(random.uniform(std::log(options_.ratio.low), std::log(options_.ratio.high)));
      const double tall = std::round(std::sqrt(area * ratio)),
                   wide = std::round(std::sqrt(area / ratio));
      if (!(tall < h && wide < w))
        continue;
      const int box_h = int(tall), box_w = int(wide);
      const int top = draw(random, h - box_h), left = draw(random, w - box_w);
      for (int c = 0; c < image.shape.channels; ++c)
        for (int y = top; y < top + box_h; ++y)
          std::memset(image.plane(c) + size_t(y) * w + left, 0, size_t(box_w));
      return;
    }
  }
};

Family<TransformEntry>& transforms_known() {
  static Family<TransformEntry> all("transform", {
#define TRANSFORM(name) &transform_word::name,
#include "hebb/data/transforms.def"
#undef TRANSFORM
                                                 });
  return all;
}

}  // namespace

constinit const TransformEntry transform_word::random_crop = {
    .name = "random_crop",
    .what = "cuts SIZE at a random place of the padded picture",
    .options = &options_type<CropOptions>,
    .make = made<RandomCrop, CropOptions>,
};
constinit const TransformEntry transform_word::horizontal_flip = {
    .name = "horizontal_flip",
    .what = "mirrors left and right with probability p",
    .options = &options_type<FlipOptions>,
    .make = made<HorizontalFlip, FlipOptions>,
};
constinit const TransformEntry transform_word::vertical_flip = {
    .name = "vertical_flip",
    .what = "mirrors top and bottom with probability p",
    .options = &options_type<FlipOptions>,
    .make = made<VerticalFlip, FlipOptions>,
};
constinit const TransformEntry transform_word::rotation = {
    .name = "rotation",
    .what = "turns by up to DEGREES either way",
    .options = &options_type<RotationOptions>,
    .make = made<Rotation, RotationOptions>,
};
constinit const TransformEntry transform_word::translation = {
    .name = "translation",
    .what = "moves by up to a FRACTION of each side, or so many pixels",
    .options = &options_type<TranslationOptions>,
    .make = made<Translation, TranslationOptions>,
};
constinit const TransformEntry transform_word::zoom = {
    .name = "zoom",
    .what = "enlarges about the centre by a factor of RANGE",
    .options = &options_type<ZoomOptions>,
    .make = made<Zoom, ZoomOptions>,
};
constinit const TransformEntry transform_word::brightness = {
    .name = "brightness",
    .what = "multiplies all levels by 1 - CHANGE to 1 + CHANGE",
    .options = &options_type<ChangeOptions>,
    .make = made<Brightness, ChangeOptions>,
};
constinit const TransformEntry transform_word::contrast = {
    .name = "contrast",
    .what = "multiplies the distance from the mean level by 1 - CHANGE to 1 + CHANGE",
    .options = &options_type<ChangeOptions>,
    .make = made<Contrast, ChangeOptions>,
};
constinit const TransformEntry transform_word::noise = {
    .name = "noise",
    .what = "adds Gaussian noise; levels count from 0 to 1",
    .options = &options_type<NoiseOptions>,
    .make = made<Noise, NoiseOptions>,
};
constinit const TransformEntry transform_word::random_erasing = {
    .name = "random_erasing",
    .what = "blackens a random box of a share of the area and a ratio of sides",
    .options = &options_type<ErasingOptions>,
    .make = made<RandomErasing, ErasingOptions>,
};

void add_transform(const TransformEntry& entry) {
  transforms_known().add(entry);
}

std::unique_ptr<Transform> make_transform(std::string_view line) {
  return transforms_known().parse(
      line, [](const TransformEntry& entry, const void* options) { return entry.make(options); });
}

std::vector<SpecHelp> transform_help() {
  return transforms_known().help();
}

}  // namespace hebb::data
