// normalize: a picture f32 [C, H, W] of numbers 0..1 becomes (x - mean) / std, by channel, in f32.
// Mean and std are given, or fitted on the training part.
#include <algorithm>

#include "hebb/data/step_entry.h"
#include "hebb/data/steps/moments.h"

namespace hebb::data {
namespace {

class NormalizePicture : public StepOf<NoOptions, step_word::normalize> {
 public:
  explicit NormalizePicture(StepMoments moments) : moments_(std::move(moments)) {}

  std::string state() const override { return moments_.to_json(); }
  std::vector<std::string> words() const override { return {moments_.words()}; }
  bool needs_fit() const override { return moments_.empty(); }
  std::shared_ptr<const Step> fitted(const Fitting& training) const override {
    return std::make_shared<NormalizePicture>(moments_of(training.statistics(0)));
  }
  bool can_undo() const override { return true; }
  bool by_number() const override { return true; }

 protected:
  Field map(const Field& in) const override {
    check_in(in.kind == FieldKind::picture && in.dtype == f32, ErrorKind::usage, "normalize",
             "takes a picture of numbers 0..1, f32, not {}; scale comes before it", describe(in));
    check_moments_fit(moments_, in);
    return in;
  }

  void change(const Value& in, Value& out, const std::string&, Philox&) const override {
    each(in, out, [](float x, float mean, float std) { return (x - mean) / std; });
  }
  void change_back(const Value& in, Value& out) const override {
    each(in, out, [](float x, float mean, float std) { return x * std + mean; });
  }

 private:
  template <class F>
  void each(const Value& in, Value& out, F f) const {
    promise(!moments_.empty(), "normalize is run before it was fitted");
    const int64_t channels = in.shape().empty() ? 1 : in.shape()[0],
                  plane = in.count() / std::max<int64_t>(1, channels);
    const auto* __restrict from = in.data<float>();
    auto* __restrict to = static_cast<float*>(out.make(f32, in.shape()));
    for (int64_t c = 0; c < channels; ++c, from += plane, to += plane) {
      const auto mean = float(moments_.mean[moments_.of(size_t(c))]),
                 std = float(moments_.std[moments_.of(size_t(c))]);
      for (int64_t i = 0; i < plane; ++i)
        to[i] = f(from[i], mean, std);
    }
  }

  StepMoments moments_;
};

std::shared_ptr<const Step> make_normalize(const void*, const Json& state) {
  return std::make_shared<NormalizePicture>(moments_from(state, "normalize"));
}

}  // namespace

constinit const StepEntry step_word::normalize = {
    .name = "normalize",
    .what = "subtracts each channel's mean from a picture and divides by its deviation",
    .make = make_normalize,
};

}  // namespace hebb::data
