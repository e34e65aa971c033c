// resize HEIGHTxWIDTH: a picture u8 [C, -1, -1] becomes [C, HEIGHT, WIDTH]: bilinear, antialiased;
// the sides' ratio is not kept.
#include <cstring>

#include "hebb/data/step_entry.h"
#include "hebb/formats/image.h"

namespace hebb::data {
namespace {

struct PictureSides {  // height, width
  static constexpr int sides = 2;
  PictureSides(int64_t both) : values{both, both} {}
  std::vector<int64_t> values;
};

struct ResizeOptions {
  PictureSides size = 1;
  HEBB_FIELDS(size)
  static constexpr Note notes[] = {{.field = "size",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 1,
                                    .at_most = 1 << 15,
                                    .what = "28 or 24x32 (height x width)"}};
};

class Resize : public StepOf<ResizeOptions, step_word::resize> {
 public:
  using StepOf::StepOf;
  std::vector<std::string> words() const override {
    return {fmt::format("resize {}x{} bilinear antialias", height(), width()), "channels first"};
  }

 protected:
  Field map(const Field& in) const override {
    check_in(in.kind == FieldKind::picture && in.dtype == u8 && in.shape.size() == 3,
             ErrorKind::usage, "resize", "takes a picture u8 [C, H, W], not {}", describe(in));
    Field out = in;
    out.shape = {in.shape[0], height(), width()};
    return out;
  }

  void change(const Value& in, Value& out, const std::string&, Philox&) const override {
    const int64_t channels = in.shape()[0], pixels = in.shape()[1] * in.shape()[2];
    const auto* from = in.data<uint8_t>();
    auto* to = static_cast<uint8_t*>(out.make(u8, {channels, height(), width()}));
    if (in.shape()[1] == height() && in.shape()[2] == width()) {
      std::memcpy(to, from, size_t(in.count()));
      return;
    }
    // Channel by channel, which is the same: each has the same weights.
    for (int64_t c = 0; c < channels; ++c, from += pixels, to += height() * width()) {
      const Image plane{int(in.shape()[2]), int(in.shape()[1]), 1, {from, from + pixels}};
      const Image sized = hebb::resize(plane, int(width()), int(height()));
      std::memcpy(to, sized.pixels.data(), sized.pixels.size());
    }
  }

 private:
  int64_t height() const { return options_.size.values[0]; }
  int64_t width() const { return options_.size.values[1]; }
};

}  // namespace

constinit const StepEntry step_word::resize = {
    .name = "resize",
    .what = "a picture of any size becomes one of this size",
    .options = &options_type<ResizeOptions>,
    .make = step_of<Resize, ResizeOptions, step_word::resize>,
};

}  // namespace hebb::data
