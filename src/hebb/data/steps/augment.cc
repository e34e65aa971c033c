#include "hebb/data/steps/augment.h"

#include <algorithm>
#include <cstring>

#include "hebb/base/check.h"
#include "hebb/data/augment.h"

namespace hebb::data {
namespace {

class AugmentStep : public FieldStep {
 public:
  explicit AugmentStep(std::string_view line) : transform_(make_transform(line)) {}

  bool keyed() const override { return true; }
  std::string line() const override { return transform_->to_string(); }
  std::vector<std::string> words() const override { return {}; }

 protected:
  Field map(const Field& in) const override {
    check_in(in.kind == FieldKind::picture && in.dtype == u8 && in.shape.size() == 3,
             ErrorKind::usage, line(), "changes pictures u8 [C, H, W], and gets {}", describe(in));
    const PictureShape given{int(in.shape[0]), int(in.shape[1]), int(in.shape[2])},
        made = transform_->output_shape(given);
    Field out = in;
    out.shape = {made.channels, made.height, made.width};
    return out;
  }

  void change(const Value& in, Value& out, const std::string&, Philox& random) const override {
    const Dims& shape = in.shape();
    ImageBuffer picture({int(shape[0]), int(shape[1]), int(shape[2])}, in.data<uint8_t>());
    transform_->apply(picture, random);
    const Dims made{picture.shape.channels, picture.shape.height, picture.shape.width};
    promise(int64_t(picture.pixels.size()) == product(made),
            "a transform made a picture of another size than it said");
    std::memcpy(out.make(u8, made), picture.pixels.data(), picture.pixels.size());
  }

 private:
  std::unique_ptr<Transform> transform_;
};

}  // namespace

bool is_transform(std::string_view word) {
  const std::vector<SpecHelp> known = transform_help();
  return std::any_of(known.begin(), known.end(),
                     [&](const SpecHelp& help) { return help.name == word; });
}

std::shared_ptr<const Step> augment_step(std::string_view line) {
  return std::make_shared<AugmentStep>(line);
}

Philox augment_stream(uint64_t seed, uint64_t epoch, uint64_t sample) {
  return Philox(philox_key(seed, 0x6175676D656E74u, epoch, sample));  // "augment"
}

}  // namespace hebb::data
