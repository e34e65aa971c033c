// standardise: numbers f32 or f64 [N, ...] become (x - mean) / std, f32, by entry of the first axis
// (a table's column) or, with axis=-1, of the last one (a sequence's feature). Computed in f64: a
// column far from zero would lose its spread as f32. Mean and std are given, or fitted on the
// training part.
#include <algorithm>

#include "hebb/data/step_entry.h"
#include "hebb/data/steps/moments.h"

namespace hebb::data {
namespace {

struct StandardiseOptions {
  int64_t axis = 0;
  HEBB_FIELDS(axis)
  static constexpr Note notes[] = {
      {.field = "axis",
       .at_least = -1,
       .at_most = 0,
       .what = "whose entries have a mean each: 0 the first axis, -1 the last"}};
};

class Standardise : public StepOf<StandardiseOptions, step_word::standardise> {
 public:
  Standardise(StandardiseOptions options, StepMoments moments)
      : StepOf(options), moments_(std::move(moments)) {}

  std::string state() const override { return moments_.to_json(); }
  std::vector<std::string> words() const override { return {moments_.words()}; }
  bool needs_fit() const override { return moments_.empty(); }
  std::shared_ptr<const Step> fitted(const Fitting& training) const override {
    return std::make_shared<Standardise>(options_, moments_of(training.statistics(options_.axis)));
  }
  bool takes_many() const override { return true; }
  bool can_undo() const override { return true; }

 protected:
  Field map(const Field& in) const override {
    check_in(in.kind == FieldKind::number && (in.dtype == f32 || in.dtype == f64), ErrorKind::usage,
             "normalize", "samples of {} stay as they are", hebb::name(in.dtype));
    check_moments_fit(moments_, in, options_.axis);
    Field out = in;
    out.dtype = f32;
    return out;
  }

  void change(const Value& in, Value& out, const std::string&, Philox&) const override {
    each(in, out, f32, [](double x, double mean, double std) { return (x - mean) / std; });
  }
  // As f64, so that a column far from zero gets its digits back.
  void change_back(const Value& in, Value& out) const override {
    each(in, out, f64, [](double x, double mean, double std) { return x * std + mean; });
  }

 private:
  template <class F>
  void each(const Value& in, Value& out, DType made, F f) const {
    void* to = out.make(made, in.shape(), in.samples());
    const auto typed = [&](const auto* from) {
      made == f32 ? walk(from, static_cast<float*>(to), in, f)
                  : walk(from, static_cast<double*>(to), in, f);
    };
    in.dtype() == f64 ? typed(in.data<double>()) : typed(in.data<float>());
  }

  template <class From, class To, class F>
  void walk(const From* from, To* to, const Value& in, F f) const {
    promise(!moments_.empty(), "standardise is run before it was fitted");
    const Dims& shape = in.shape();
    const bool first = options_.axis == 0;
    const int64_t entries = shape.empty() ? 1
                            : first       ? shape[0]
                                          : shape.back(),
                  others = in.count() / std::max<int64_t>(1, entries),
                  inner = first ? others : 1,  // values of an entry that follow one another
        times = in.samples() * (first ? 1 : others);
    for (int64_t t = 0; t < times; ++t)
      for (int64_t e = 0; e < entries; ++e) {
        const double mean = moments_.mean[moments_.of(size_t(e))],
                     std = moments_.std[moments_.of(size_t(e))];
        for (int64_t i = 0; i < inner; ++i)
          *to++ = To(f(double(*from++), mean, std));
      }
  }

  StepMoments moments_;
};

std::shared_ptr<const Step> make_standardise(const void* options, const Json& state) {
  return std::make_shared<Standardise>(as<StandardiseOptions>(options),
                                       moments_from(state, "standardise"));
}

}  // namespace

constinit const StepEntry step_word::standardise = {
    .name = "standardise",
    .what = "subtracts each column's mean and divides by its deviation, in f64",
    .options = &options_type<StandardiseOptions>,
    .make = make_standardise,
};

}  // namespace hebb::data
