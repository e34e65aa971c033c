// scale: the levels 0..255 of a picture, u8, become numbers 0..1, f32: level / 255, correctly
// rounded.
#include "hebb/data/step_entry.h"

namespace hebb::data {
namespace {

// Without a division: 1/255 in two parts, of which the first times a level is exact.
constexpr float inverse_high = 0x1.01p-8f, inverse_low = 0x1.01010102p-24f;
constexpr float unit_level(uint8_t level) {
  return float(level) * inverse_high + float(level) * inverse_low;
}
static_assert([] {
  for (int level = 0; level < 256; ++level)
    if (unit_level(uint8_t(level)) != float(level) / 255.0f)
      return false;
  return true;
}());

void to_unit(const uint8_t* __restrict from, float* __restrict to, int64_t count) {
  for (int64_t i = 0; i < count; ++i)
    to[i] = unit_level(from[i]);
}

class Scale : public StepOf<NoOptions, step_word::scale> {
 public:
  using StepOf::StepOf;
  std::vector<std::string> words() const override { return {"scale to 0..1"}; }
  bool can_undo() const override { return true; }
  bool by_number() const override { return true; }

 protected:
  Field map(const Field& in) const override {
    check_in(in.kind == FieldKind::picture && in.dtype == u8, ErrorKind::usage, "scale",
             "takes the levels of a picture, u8, not {}", describe(in));
    Field out = in;
    out.dtype = f32;
    return out;
  }

  void change(const Value& in, Value& out, const std::string&, Philox&) const override {
    to_unit(in.data<uint8_t>(), static_cast<float*>(out.make(f32, in.shape())), in.count());
  }

  void change_back(const Value& in, Value& out) const override {
    const auto* from = in.data<float>();
    auto* to = static_cast<uint8_t*>(out.make(u8, in.shape()));
    for (int64_t i = 0, n = in.count(); i < n; ++i) {
      const float level = from[i] * 255 + 0.5f;
      to[i] = level >= 255 ? 255 : level > 0 ? uint8_t(level) : 0;  // NaN becomes 0
    }
  }
};

}  // namespace

constinit const StepEntry step_word::scale = {
    .name = "scale",
    .what = "the levels 0..255 of a picture become numbers 0..1",
    .make = step_of<Scale, NoOptions, step_word::scale>,
};

}  // namespace hebb::data
