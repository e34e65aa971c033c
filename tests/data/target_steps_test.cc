// What a recipe does with targets: fitted in f64, in batches, undone, written and read.

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/base/fields_json.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/loader.h"
#include "hebb/data/recipe.h"
#include "hebb/data/tensors.h"
#include "support/message_of.h"

namespace hebb::data {
namespace {

// Two targets a row: prices, and times far from zero.
double price(int64_t i) {
  return 200000 + 50000 * std::sin(double(i));
}
double time_of(int64_t i) {
  return 1.7e9 + 10 * std::cos(double(i));
}

Dataset quantities(int64_t rows, DType dtype = f64) {
  const Tensor x = Tensor::empty({rows, 1}, f32), y = Tensor::empty({rows, 2}, f64);
  for (int64_t i = 0; i < rows; ++i) {
    x.data<float>()[i] = float(i);
    y.data<double>()[2 * i] = price(i);
    y.data<double>()[2 * i + 1] = time_of(i);
  }
  return from_tensors(x, y.to(dtype));
}

Field target_of(const Dataset& data) {
  return *find_field(data.source().schema(), target_field);
}

Recipe scaled(const Dataset& data) {
  return data.recipe().with_fitted_target(target_of(data)).fitted(data);
}

Tensor targets(const Dataset& data, int64_t batch_size) {
  const Tensor out = Tensor::empty({data.size(), 2}, f32);
  int64_t at = 0;
  for (const auto& [x, y] : Loader(data, {.batch_size = batch_size})) {
    std::copy_n(y.data<float>(), y.numel(), out.data<float>() + at);
    at += y.numel();
  }
  return out;
}

TEST(TargetSteps, AreFittedInF64OnTheTrainingPart) {
  const Dataset all = quantities(60), part = all.subset({3, 1, 4, 9, 20, 33});
  const Recipe recipe = scaled(part);
  EXPECT_FALSE(recipe.needs_fit());
  EXPECT_TRUE(part.recipe().with_fitted_target(target_of(part)).needs_fit());
  const Json state = parse_json(recipe.target()->steps[0]->state());
  for (const int column : {0, 1}) {
    long double sum = 0, squares = 0;
    const auto of = column == 0 ? price : time_of;
    for (int64_t i : {3, 1, 4, 9, 20, 33})
      sum += of(i);
    for (int64_t i : {3, 1, 4, 9, 20, 33})
      squares += (of(i) - sum / 6) * (of(i) - sum / 6);
    EXPECT_NEAR(state["mean"][size_t(column)].get<double>(), double(sum / 6), 1e-6);
    EXPECT_NEAR(state["std"][size_t(column)].get<double>(), double(std::sqrt(squares / 6)), 1e-6);
  }
  // Both have mean 0 and deviation 1 in batches, the times with all their digits.
  const Tensor y = targets(part.with_recipe(recipe), 4);
  for (const int column : {0, 1}) {
    double sum = 0, squares = 0;
    for (int i = 0; i < 6; ++i)
      sum += y.data<float>()[2 * i + column],
          squares += std::pow(y.data<float>()[2 * i + column], 2);
    EXPECT_NEAR(sum, 0, 1e-5);
    EXPECT_NEAR(squares / 6, 1, 1e-5);
  }
}

TEST(TargetSteps, TheSameBitsInAnyBatch) {
  const Dataset plain = quantities(37), data = plain.with_recipe(scaled(plain));
  const auto whole = targets(data, 37).to_vector<float>();
  EXPECT_EQ(targets(data, 5).to_vector<float>(), whole);
  EXPECT_EQ(targets(data, 1).to_vector<float>(), whole);
  EXPECT_NE(targets(plain, 37).to_vector<float>(), whole);
  EXPECT_EQ(data.sample(7).y.to_vector<float>(), plain.sample(7).y.to_vector<float>());
}

TEST(TargetSteps, AreUndone) {
  const Dataset plain = quantities(37);
  const Recipe recipe = scaled(plain);
  const Tensor y = targets(plain.with_recipe(recipe), 10), back = recipe.undo_target(y);
  ASSERT_EQ(back.dtype(), f64);  // f32 does not hold the times
  ASSERT_EQ(back.shape(), y.shape());
  for (int64_t i = 0; i < 37; ++i) {
    EXPECT_NEAR(back.data<double>()[2 * i], price(i), 0.01);
    EXPECT_NEAR(back.data<double>()[2 * i + 1], time_of(i), 1e-5);
  }
  // In any layout and floating dtype, of no sample, and where there is nothing to undo.
  EXPECT_EQ(recipe.undo_target(y.t().clone().t()).to_vector<double>(), back.to_vector<double>());
  EXPECT_EQ(recipe.undo_target(y.to(f64)).to_vector<double>(), back.to_vector<double>());
  EXPECT_EQ(recipe.undo_target(Tensor::empty({0, 2}, f32)).shape(), (Dims{0, 2}));
  EXPECT_TRUE(plain.recipe().undo_target(y).same(y));
  EXPECT_NE(hebb::message_of([&] {
              recipe.undo_target(Tensor::empty({4, 3}, f32));
            }).find("is for targets of 2 numbers, and gets f32[4, 3]"),
            std::string::npos);
  const Dataset prices =
      from_tensors(Tensor::empty({2, 1}, f32), Tensor::from(std::vector<float>{100, 300}, {2}));
  const Tensor flat = scaled(prices).undo_target(Tensor::from(std::vector<float>{-1, 1}, {2}));
  EXPECT_EQ(flat.dtype(), f32);
  EXPECT_EQ(flat.to_vector<float>(), (std::vector<float>{100, 300}));
}

TEST(TargetSteps, AConstantTargetIsOnlyShifted) {
  const Dataset data =
      from_tensors(Tensor::empty({3, 1}, f32), Tensor::from(std::vector<double>{7, 7, 7}, {3, 1}));
  const Recipe recipe = scaled(data);
  for (const auto& [x, y] : Loader(data.with_recipe(recipe), {.batch_size = 3}))
    EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{0, 0, 0}));
}

TEST(TargetSteps, AreWrittenAndRead) {
  const Dataset plain = quantities(20);
  const Recipe recipe = scaled(plain), again = parse_recipe(recipe.to_json(), "recipe.json");
  EXPECT_EQ(again.to_json(), recipe.to_json());
  EXPECT_EQ(targets(plain.with_recipe(again), 20).to_vector<float>(),
            targets(plain.with_recipe(recipe), 20).to_vector<float>());
  EXPECT_EQ(again.with_normalize({0.5}, {2}).target()->steps[0]->state(),
            recipe.target()->steps[0]->state());  // a change of inputs keeps them
  EXPECT_FALSE(recipe.without_target().target());
  EXPECT_EQ(plain.recipe().to_json().find("target"), std::string::npos);

  std::string text = recipe.to_json();
  text = text.substr(0, text.find(",\n \"sha256\"")) + "\n}\n";
  const auto refused = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const size_t at = changed.rfind(from);
    EXPECT_NE(at, std::string::npos) << from;
    return hebb::message_of([&] { parse_recipe(changed.replace(at, from.size(), to), "r.json"); });
  };
  const std::pair<std::string, std::string> cases[] = {
      {"\"standardise_target\"", "\"scale\""},
      {"\"standardise_target\"", "\"noise 0.1\""},
      {"\"standardise_target\"", "\"cast\""},
      {"\"state\"", "\"stat\""},
      {"\"y\"", "\"z\""},
      {"\"f32\"", "\"i64\""},
      {"\"steps\"", "\"step\""},
      {"\"std\"", "\"stdd\""},
  };
  for (const auto& [from, to] : cases) {
    const std::string said = refused(from, to);
    EXPECT_EQ(said.find("r.json: is no recipe"), 0u) << from << " " << to << ": " << said;
    EXPECT_EQ(said.find('\n'), std::string::npos) << said;
  }
  EXPECT_NE(hebb::message_of([&] {
              Recipe(recipe.input(), recipe.steps(),
                     TargetSteps{.field = target_of(plain), .steps = {make_step("cast")}});
            }).find("'cast' cannot be a step of the target: it cannot be undone"),
            std::string::npos);
}

TEST(TargetSteps, AreRefusedForOtherTargets) {
  const Recipe recipe = scaled(quantities(5));
  const Dataset one = from_tensors(Tensor::empty({2, 1}, f32),
                                   Tensor::from(std::vector<float>{1, 2}, {2, 1})),
                classes = from_tensors(Tensor::empty({2, 1}, f32),
                                       Tensor::from(std::vector<int64_t>{0, 1}, {2}));
  for (const Dataset& other : {one, classes})
    EXPECT_NE(hebb::message_of([&] {
                other.with_recipe(recipe);
              }).find("the recipe is for targets y: number f32[2], and gets y: "),
              std::string::npos);
}

}  // namespace
}  // namespace hebb::data
