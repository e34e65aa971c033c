// A step that a program adds while it runs: it is fitted, saved, read and run like the built-in
// ones.

#include <gtest/gtest.h>

#include <algorithm>

#include "hebb/base/fields_json.h"
#include "hebb/data/loader.h"
#include "hebb/data/recipe.h"
#include "hebb/data/step_entry.h"
#include "hebb/data/tensors.h"

namespace hebb::data {
namespace {

struct ClipOptions {
  double factor = 1;
  HEBB_FIELDS(factor)
  static constexpr Note notes[] = {{.field = "factor", .place = 1, .at_least = 0, .what = "x"}};
};

struct Largest {
  double value = 0;
  HEBB_FIELDS(value)
};

extern const StepEntry clip_entry;

// Divides by the largest number of the training part, times a factor.
class DivideByLargest : public StepOf<ClipOptions, clip_entry> {
 public:
  DivideByLargest(ClipOptions options, double largest) : StepOf(options), largest_(largest) {}
  bool needs_fit() const override { return largest_ == 0; }
  std::shared_ptr<const Step> fitted(const Fitting& training) const override {
    double largest = 0;
    training.each([&](const Record& record) {
      const Value& x = record.at(input_field);
      for (int64_t i = 0; i < x.count(); ++i)
        largest = std::max(largest, double(x.data<float>()[i]));
    });
    return std::make_shared<DivideByLargest>(options_, largest);
  }
  std::string state() const override {
    return largest_ == 0 ? "" : to_text(fields::to_json(Largest{largest_}));
  }
  std::vector<std::string> words() const override { return {"divide by the largest"}; }

 protected:
  Field map(const Field& in) const override { return in; }
  void change(const Value& in, Value& out, const std::string&, Philox&) const override {
    auto* to = static_cast<float*>(out.make(f32, in.shape()));
    for (int64_t i = 0; i < in.count(); ++i)
      to[i] = float(in.data<float>()[i] / (largest_ * options_.factor));
  }

 private:
  double largest_;
};

std::shared_ptr<const Step> make_divide(const void* options, const Json& state) {
  Largest largest;
  if (!state.is_null())
    fields::from_json(state, largest);
  return std::make_shared<DivideByLargest>(as<ClipOptions>(options), largest.value);
}

constinit const StepEntry clip_entry = {.name = "divide_by_largest",
                                        .what = "divides by the largest of the training part",
                                        .options = &options_type<ClipOptions>,
                                        .make = make_divide};

TEST(AddedStep, IsFittedSavedAndRun) {
  add_step(clip_entry);
  EXPECT_THROW(add_step(clip_entry), Error);
  StepEntry taken = clip_entry;
  taken.name = "noise";
  EXPECT_THROW(add_step(taken), Error);
  const Dataset data = from_tensors(Tensor::from(std::vector<float>{1, 8, 3, 4}, {2, 2}),
                                    Tensor::from(std::vector<int64_t>{0, 1}, {2}));
  Recipe::Steps steps = data.recipe().steps();
  steps.push_back(make_step("divide_by_largest 2"));
  const Recipe recipe = Recipe(data.recipe().input(), steps).fitted(data);
  const Recipe again = parse_recipe(recipe.to_json(), "recipe.json");
  EXPECT_EQ(again.to_json(), recipe.to_json());
  EXPECT_EQ(again.words(), std::vector<std::string>{"divide by the largest"});
  for (const auto& [x, y] : Loader(data.with_recipe(again)))
    EXPECT_EQ(x.to_vector<float>(), (std::vector<float>{1.0f / 16, 0.5f, 3.0f / 16, 0.25f}));
}

}  // namespace
}  // namespace hebb::data
