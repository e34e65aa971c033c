// standardise_target: a target's numbers f32 or f64 become (y - mean) / std, f32, number by number.
// Computed in f64, like its undoing, which gives f32 where that can tell the values apart, else
// f64. Mean and std are given, or fitted on the training part.
#include <algorithm>

#include "hebb/data/dataset_stats.h"
#include "hebb/data/step_entry.h"
#include "hebb/data/steps/moments.h"

namespace hebb::data {
namespace {

class StandardiseTarget : public StepOf<NoOptions, step_word::standardise_target> {
 public:
  explicit StandardiseTarget(StepMoments moments)
      : StepOf({}, target_field), moments_(std::move(moments)) {
    for (size_t i = 0; i < moments_.mean.size(); ++i)
      if (f32_loses_spread(moments_.mean[i], moments_.std[i]))
        restored_ = f64;
  }

  std::string state() const override { return moments_.to_json(); }
  std::vector<std::string> words() const override { return {"target: " + moments_.words()}; }
  bool needs_fit() const override { return moments_.empty(); }
  std::shared_ptr<const Step> fitted(const Fitting& training) const override {
    const DatasetStats& stats = training.statistics(0);
    return std::make_shared<StandardiseTarget>(moments_of(stats.target_mean, stats.target_std));
  }
  bool can_undo() const override { return true; }

 protected:
  Field map(const Field& in) const override {
    check_in(in.kind == FieldKind::number && is_real(in.dtype), ErrorKind::usage,
             "standardise_target", "takes numbers, f32 or f64, not {}", describe(in));
    const int64_t numbers = product(in.shape);
    check_in(moments_.mean.size() <= 1 || int64_t(moments_.mean.size()) == numbers,
             ErrorKind::usage, "standardise_target",
             "has {} means, should have one, or {} for targets {}", moments_.mean.size(), numbers,
             to_string(in.shape));
    Field out = in;
    out.dtype = f32;
    return out;
  }

  void change(const Value& in, Value& out, const std::string&, Philox&) const override {
    each(in, out, f32, [](double y, double mean, double std) { return (y - mean) / std; });
  }
  void change_back(const Value& in, Value& out) const override {
    each(in, out, restored_, [](double y, double mean, double std) { return y * std + mean; });
  }

 private:
  static bool is_real(DType dtype) { return dtype == f32 || dtype == f64; }

  template <class F>
  void each(const Value& in, Value& out, DType made, F f) const {
    promise(!moments_.empty(), "standardise_target is run before it was fitted");
    void* to = out.make(made, in.shape());
    for (int64_t i = 0, n = in.count(); i < n; ++i) {
      const size_t at = moments_.of(size_t(i));
      const double y = in.dtype() == f64 ? in.data<double>()[i] : double(in.data<float>()[i]),
                   number = f(y, moments_.mean[at], moments_.std[at]);
      if (made == f64)
        static_cast<double*>(to)[i] = number;
      else
        static_cast<float*>(to)[i] = float(number);
    }
  }

  StepMoments moments_;
  DType restored_ = f32;
};

std::shared_ptr<const Step> make_standardise_target(const void*, const Json& state) {
  return std::make_shared<StandardiseTarget>(moments_from(state, "standardise_target"));
}

}  // namespace

constinit const StepEntry step_word::standardise_target = {
    .name = "standardise_target",
    .what = "subtracts the mean from each number of a target and divides by its deviation, in f64",
    .make = make_standardise_target,
};

}  // namespace hebb::data
