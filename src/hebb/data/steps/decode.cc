// decode CHANNELS: a PNG or JPEG file's bytes [-1] become a picture [CHANNELS, -1, -1] of levels
// 0..255, channels first: grey or RGB, its orientation applied and alpha dropped.
#include "hebb/data/step_entry.h"
#include "hebb/formats/image.h"

namespace hebb::data {
namespace {

struct DecodeOptions {
  int64_t channels = 3;
  HEBB_FIELDS(channels)
  static constexpr Note notes[] = {{.field = "channels",
                                    .place = 1,
                                    .needed = true,
                                    .at_least = 1,
                                    .at_most = 3,
                                    .what = "1 (grey) or 3 (RGB)"}};
};

class Decode : public StepOf<DecodeOptions, step_word::decode> {
 public:
  explicit Decode(DecodeOptions options) : StepOf(options) {
    check_in(options.channels != 2, ErrorKind::usage, "decode",
             "a picture has 1 channel (grey) or 3 (RGB), not 2");
  }
  std::vector<std::string> words() const override {
    return {"decode", options_.channels == 1 ? "grey" : "rgb"};
  }

 protected:
  Field map(const Field& in) const override {
    check_in(in.kind == FieldKind::picture && in.dtype == u8 && in.shape.size() == 1,
             ErrorKind::usage, "decode", "takes the bytes of a picture's file, u8 [-1], not {}",
             describe(in));
    Field out = in;
    out.shape = {options_.channels, -1, -1};
    return out;
  }

  void change(const Value& in, Value& out, const std::string& where, Philox&) const override {
    const Image image = decode_image({in.data<char>(), size_t(in.count())}, where);
    const Image coloured = options_.channels == 1 ? to_grey(image) : to_rgb(image);
    const size_t pixels = size_t(image.width) * size_t(image.height),
                 channels = size_t(options_.channels);
    auto* to = static_cast<uint8_t*>(
        out.make(u8, {options_.channels, int64_t(image.height), int64_t(image.width)}));
    for (size_t c = 0; c < channels; ++c)
      for (size_t i = 0; i < pixels; ++i)
        *to++ = coloured.pixels[i * channels + c];
  }
};

}  // namespace

constinit const StepEntry step_word::decode = {
    .name = "decode",
    .what = "a PNG or JPEG file becomes a picture of so many channels",
    .options = &options_type<DecodeOptions>,
    .make = step_of<Decode, DecodeOptions, step_word::decode>,
};

}  // namespace hebb::data
