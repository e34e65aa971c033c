#include "hebb/data/augment.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "hebb/base/check.h"

namespace hebb::data {
namespace {

constexpr int64_t largest_side = 1 << 14;  // pixels

int draw(Philox& random, int most) {
  return int(random.below(uint64_t{1} + uint64_t(most)));
}  // from 0 to most

uint8_t level(double value) {
  return uint8_t(std::clamp(value + 0.5, 0.0, 255.0));
}

std::string pair_text(int height, int width) {
  return height == width ? fmt::format("{}", height) : fmt::format("{}x{}", height, width);
}

// One number for both sides, or height x width.
void read_sides(SpecReader& read, std::string_view key, int64_t at_least, int& height, int& width) {
  const std::vector<int64_t> sides = read.integers(key, at_least);
  if (sides.size() > 2)
    read.reject(key, "should be one number or height x width");
  for (int64_t side : sides)
    if (side > largest_side)
      read.reject(key, fmt::format("should be at most {}", largest_side));
  height = int(sides.front());
  width = int(sides.back());
}

double read_between(SpecReader& read, std::string_view key, double low, double high) {
  const double value = read.number(key);
  if (value < low || value > high)
    read.reject(key, fmt::format("should be from {} to {}", low, high));
  return value;
}

double read_probability(SpecReader& read) {
  return read.has("p") ? read_between(read, "p", 0, 1) : 0.5;
}

// Low and high end of what is drawn.
std::pair<double, double> read_range(SpecReader& read, std::string_view key,
                                     std::pair<double, double> otherwise, double low, double high) {
  if (!read.has(key))
    return otherwise;
  const std::vector<double> ends = read.numbers(key);
  if (ends.size() != 2 || !(ends[0] <= ends[1]) || ends[0] < low || ends[1] > high)
    read.reject(key, fmt::format("should be two numbers LOW,HIGH from {} to {}", low, high));
  return {ends[0], ends[1]};
}

class RandomCrop : public Transform {
 public:
  explicit RandomCrop(SpecReader& read) {
    if (read.has("size"))
      read_sides(read, "size", 1, height_, width_);
    if (read.has("padding"))
      read_sides(read, "padding", 0, pad_y_, pad_x_);
    reflect_ = read.word_or("padding_mode", "zeros", {"zeros", "reflect"}) == "reflect";
  }

  PictureShape output_shape(PictureShape in) const override {
    const PictureShape out{in.channels, height_ ? height_ : in.height, width_ ? width_ : in.width};
    check_in(out.height <= in.height + 2 * pad_y_ && out.width <= in.width + 2 * pad_x_,
             ErrorKind::usage, "random_crop",
             "cannot cut {} x {} from pictures of {} x {} with padding={}; a larger padding or a "
             "smaller size is needed",
             out.height, out.width, in.height, in.width, pair_text(pad_y_, pad_x_));
    check_in(
        !reflect_ || (pad_y_ < in.height && pad_x_ < in.width), ErrorKind::usage, "random_crop",
        "padding={} cannot be reflected in pictures of {} x {}; should be smaller than they are",
        pair_text(pad_y_, pad_x_), in.height, in.width);
    return out;
  }

  void apply(ImageBuffer& image, Philox& random) const override {
    const PictureShape in = image.shape;
    ImageBuffer out(output_shape(in));
    const int top = draw(random, in.height + 2 * pad_y_ - out.shape.height) - pad_y_;
    const int left = draw(random, in.width + 2 * pad_x_ - out.shape.width) - pad_x_;
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

  std::string to_string() const override {
    return fmt::format(
        "random_crop{}{}{}", height_ ? fmt::format(" {}", pair_text(height_, width_)) : "",
        pad_y_ || pad_x_ ? fmt::format(" padding={}", pair_text(pad_y_, pad_x_)) : "",
        reflect_ ? " padding_mode=reflect" : "");
  }

 private:
  // The source index for position i, -1 where zeros fill. Reflection leaves the border itself out,
  // as torch does.
  int inside(int i, int n) const {
    if (i >= 0 && i < n)
      return i;
    if (!reflect_)
      return -1;
    return i < 0 ? -i : 2 * (n - 1) - i;
  }

  int height_ = 0, width_ = 0, pad_y_ = 0, pad_x_ = 0;  // size 0: as large as the input
  bool reflect_ = false;
};

class HorizontalFlip : public Transform {
 public:
  explicit HorizontalFlip(SpecReader& read) : p_(read_probability(read)) {}
  void apply(ImageBuffer& image, Philox& random) const override {
    if (random.uniform() >= p_)
      return;
    const size_t width = size_t(image.shape.width);
    for (size_t row = 0; row < image.pixels.size(); row += width)
      std::reverse(image.pixels.data() + row, image.pixels.data() + row + width);
  }
  std::string to_string() const override { return fmt::format("horizontal_flip p={}", p_); }

 private:
  double p_;
};

class VerticalFlip : public Transform {
 public:
  explicit VerticalFlip(SpecReader& read) : p_(read_probability(read)) {}
  void apply(ImageBuffer& image, Philox& random) const override {
    if (random.uniform() >= p_)
      return;
    const int width = image.shape.width, height = image.shape.height;
    for (int c = 0; c < image.shape.channels; ++c)
      for (int y = 0; y < height / 2; ++y)
        std::swap_ranges(image.plane(c) + size_t(y) * width, image.plane(c) + size_t(y + 1) * width,
                         image.plane(c) + size_t(height - 1 - y) * width);
  }
  std::string to_string() const override { return fmt::format("vertical_flip p={}", p_); }

 private:
  double p_;
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

class Rotation : public Transform {
 public:
  explicit Rotation(SpecReader& read) : degrees_(read_between(read, "degrees", 0, 180)) {}
  void apply(ImageBuffer& image, Philox& random) const override {
    const double angle = random.uniform(-degrees_, degrees_) * 3.14159265358979323846 / 180,
                 c = std::cos(angle), s = std::sin(angle);
    warp(image, c, -s, s, c, 0, 0);
  }
  std::string to_string() const override { return fmt::format("rotation {}", degrees_); }

 private:
  double degrees_;
};

class Zoom : public Transform {
 public:
  explicit Zoom(SpecReader& read) : range_(read_range(read, "range", {0.9, 1.1}, 0.01, 100)) {}
  void apply(ImageBuffer& image, Philox& random) const override {
    const double inverse = 1 / random.uniform(range_.first, range_.second);
    warp(image, inverse, 0, 0, inverse, 0, 0);
  }
  std::string to_string() const override {
    return fmt::format("zoom {},{}", range_.first, range_.second);
  }

 private:
  std::pair<double, double> range_;
};

// Whole pixels, so that nothing is blurred.
class Translation : public Transform {
 public:
  explicit Translation(SpecReader& read) {
    if (read.has("pixels") == read.has("fraction"))
      fail(ErrorKind::usage, "translation",
           "should be given either a fraction of the side (translation 0.1) or pixels (translation "
           "pixels=2)");
    if (read.has("pixels")) {
      const int64_t pixels = read.integer("pixels", 0);
      if (pixels > largest_side)
        read.reject("pixels", fmt::format("should be at most {}", largest_side));
      pixels_ = int(pixels);
    } else {
      fraction_ = read.number("fraction");
      if (fraction_ < 0 || fraction_ > 1)
        read.reject("fraction", "should be from 0 to 1; pixels=N moves by pixels");
    }
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
  std::string to_string() const override {
    return pixels_ >= 0 ? fmt::format("translation pixels={}", pixels_)
                        : fmt::format("translation {}", fraction_);
  }

 private:
  int draw_move(Philox& random, int side) const {
    const int most = pixels_ >= 0 ? pixels_ : int(fraction_ * side);
    return draw(random, 2 * most) - most;
  }
  int pixels_ = -1;  // -1: by the fraction
  double fraction_ = 0;
};

class Noise : public Transform {
 public:
  explicit Noise(SpecReader& read) : sigma_(read_between(read, "sigma", 0, 1)) {}
  void apply(ImageBuffer& image, Philox& random) const override {
    for (uint8_t& pixel : image.pixels)
      pixel = level(pixel + 255 * sigma_ * random.normal());
  }
  std::string to_string() const override { return fmt::format("noise {}", sigma_); }

 private:
  double sigma_;  // of levels 0..1
};

class Brightness : public Transform {
 public:
  explicit Brightness(SpecReader& read) : change_(read_between(read, "change", 0, 1)) {}
  void apply(ImageBuffer& image, Philox& random) const override {
    const double factor = random.uniform(1 - change_, 1 + change_);
    for (uint8_t& pixel : image.pixels)
      pixel = level(pixel * factor);
  }
  std::string to_string() const override { return fmt::format("brightness {}", change_); }

 private:
  double change_;
};

class Contrast : public Transform {
 public:
  explicit Contrast(SpecReader& read) : change_(read_between(read, "change", 0, 1)) {}
  void apply(ImageBuffer& image, Philox& random) const override {
    const double factor = random.uniform(1 - change_, 1 + change_);
    double sum = 0;
    for (uint8_t pixel : image.pixels)
      sum += pixel;
    const double mean = image.pixels.empty() ? 0 : sum / double(image.pixels.size());
    for (uint8_t& pixel : image.pixels)
      pixel = level(mean + factor * (pixel - mean));
  }
  std::string to_string() const override { return fmt::format("contrast {}", change_); }

 private:
  double change_;
};

// Source: Zhong et al., "Random erasing data augmentation", AAAI 2020; a box that does not fit in
// ten draws is left out.
class RandomErasing : public Transform {
 public:
  explicit RandomErasing(SpecReader& read)
      : p_(read_probability(read)), scale_(read_range(read, "scale", {0.02, 0.33}, 0, 1)),
        ratio_(read_range(read, "ratio", {0.3, 3.3}, 0.001, 1000)) {}
  void apply(ImageBuffer& image, Philox& random) const override {
    if (random.uniform() >= p_)
      return;
    const int w = image.shape.width, h = image.shape.height;
    for (int attempt = 0; attempt < 10; ++attempt) {
      const double area = random.uniform(scale_.first, scale_.second) * w * h;
      const double ratio =
          std::exp(random.uniform(std::log(ratio_.first), std::log(ratio_.second)));
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
  std::string to_string() const override {
    return fmt::format("random_erasing p={} scale={},{} ratio={},{}", p_, scale_.first,
                       scale_.second, ratio_.first, ratio_.second);
  }

 private:
  double p_;
  std::pair<double, double> scale_, ratio_;
};

struct Kind {
  SpecHelp help;
  std::vector<std::string> keys;
  std::unique_ptr<Transform> (*make)(SpecReader&);
};

template <class T>
std::unique_ptr<Transform> make(SpecReader& read) {
  return std::make_unique<T>(read);
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = {
      {{"random_crop", "random_crop [SIZE] [padding=0] [padding_mode=zeros|reflect]",
        "cuts SIZE (28 or 24x32) at a random place of the padded picture"},
       {"size", "padding", "*", "padding_mode"},
       make<RandomCrop>},
      {{"horizontal_flip", "horizontal_flip [p=0.5]", "mirrors left and right with probability p"},
       {"p"},
       make<HorizontalFlip>},
      {{"vertical_flip", "vertical_flip [p=0.5]", "mirrors top and bottom with probability p"},
       {"p"},
       make<VerticalFlip>},
      {{"rotation", "rotation DEGREES", "turns by up to DEGREES either way"},
       {"degrees"},
       make<Rotation>},
      {{"translation", "translation FRACTION | pixels=N",
        "moves by up to a fraction of each side, or N pixels"},
       {"fraction", "*", "pixels"},
       make<Translation>},
      {{"zoom", "zoom [LOW,HIGH]",
        "enlarges about the centre by a factor from LOW to HIGH (0.9,1.1)"},
       {"range"},
       make<Zoom>},
      {{"brightness", "brightness CHANGE", "multiplies all levels by 1 - CHANGE to 1 + CHANGE"},
       {"change"},
       make<Brightness>},
      {{"contrast", "contrast CHANGE",
        "multiplies the distance from the mean level by 1 - CHANGE to 1 + CHANGE"},
       {"change"},
       make<Contrast>},
      {{"noise", "noise SIGMA", "adds Gaussian noise; levels count from 0 to 1"},
       {"sigma"},
       make<Noise>},
      {{"random_erasing", "random_erasing [p=0.5] [scale=0.02,0.33] [ratio=0.3,3.3]",
        "blackens a random box of a share of the area and a ratio of sides"},
       {"p", "*", "scale", "ratio"},
       make<RandomErasing>},
  };
  return all;
}

}  // namespace

std::unique_ptr<Transform> make_transform(std::string_view line) {
  const SpecLine spec = SpecLine::parse(line);
  const Kind& kind = find_entry(kinds(), "transform", spec.name);
  SpecReader read(spec, kind.keys);
  std::unique_ptr<Transform> transform = kind.make(read);
  read.done();
  return transform;
}

std::vector<SpecHelp> transform_help() {
  return help_of(kinds());
}

Augmentation::Augmentation(const std::vector<std::string>& lines) {
  for (const std::string& line : lines)
    transforms_.push_back(make_transform(line));
}

PictureShape Augmentation::output_shape(PictureShape input) const {
  for (const auto& transform : transforms_)
    input = transform->output_shape(input);
  return input;
}

void Augmentation::apply(ImageBuffer& image, uint64_t seed, uint64_t epoch, uint64_t sample) const {
  Philox random(philox_key(seed, 0x6175676D656E74u, epoch, sample));  // "augment"
  for (const auto& transform : transforms_)
    transform->apply(image, random);
}

std::vector<std::string> Augmentation::to_strings() const {
  std::vector<std::string> out;
  for (const auto& transform : transforms_)
    out.push_back(transform->to_string());
  return out;
}

}  // namespace hebb::data
