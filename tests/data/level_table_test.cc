// Batches of pictures whose levels are looked up have the bits that the steps give one after the
// other.

#include <gtest/gtest.h>

#include <cstring>

#include "hebb/data/loader.h"
#include "hebb/data/steps/level_table.h"
#include "hebb/data/tensors.h"

namespace hebb::data {
namespace {

Dataset all_levels(int64_t channels) {  // 3 pictures that hold every level
  const Tensor x = Tensor::empty({3, channels, 20, 16}, u8);
  for (int64_t i = 0; i < x.numel(); ++i)
    x.data<uint8_t>()[i] = uint8_t(i * 7 + i / 256);
  return from_tensors(x, Tensor::from(std::vector<int64_t>{0, 1, 0}, {3}));
}

void expect_the_steps_bits(const Dataset& data) {
  for (const auto& [x, y] : Loader(data, {.batch_size = 3, .augment = false}))
    for (int64_t i = 0; i < 3; ++i) {
      Record record;
      read_sample(data.source(), i, record.add(input_field));
      data.recipe().apply(record, data.recipe_entry(), data.recipe().size(), nullptr);
      const Value& alone = record.at(input_field);
      ASSERT_EQ(alone.count() * 3, x.numel());
      EXPECT_EQ(std::memcmp(alone.bytes(), x.data<float>() + i * alone.count(),
                            size_t(alone.count()) * sizeof(float)),
                0);
    }
}

TEST(LevelTable, BatchesHaveTheStepsBits) {
  const Dataset grey = all_levels(1), coloured = all_levels(3), four = all_levels(4);
  expect_the_steps_bits(grey);
  expect_the_steps_bits(grey.with_normalize({0.2860}, {0.3530}));
  expect_the_steps_bits(coloured.with_normalize({0.5}, {1.0 / 3}));
  expect_the_steps_bits(coloured.with_normalize({0.4914, 0.4822, 0.4465}, {0.247, 0.2435, 0.2616}));
  expect_the_steps_bits(four.with_normalize({0.1, 0.2, 0.3, 0.4}, {1, 2, 3, 4}));
  expect_the_steps_bits(
      coloured.with_normalize({0.5}, {0.25}).with_augment({"random_crop 20x16 padding=2"}));
}

TEST(LevelTable, TakesTheStepsAfterThePictureOnly) {
  const Dataset data = all_levels(3).with_normalize({0.5}, {0.25});
  const auto looked_up = [](std::vector<std::shared_ptr<const Step>> steps, const Schema& in) {
    look_up_levels(steps, in);
    std::vector<std::string> lines;
    for (const auto& step : steps)
      lines.push_back(step->line());
    return lines;
  };
  using Lines = std::vector<std::string>;
  const Recipe& recipe = data.recipe();
  EXPECT_EQ(looked_up(recipe.steps(), recipe.input()),
            (Lines{"decode 3", "resize 20x16", "level_table"}));
  const auto crop = make_step("random_crop 8"), scale = make_step("scale");
  const Schema levels = data.source().schema();
  EXPECT_EQ(looked_up({crop, scale}, levels), (Lines{crop->line(), "scale"}));  // one is quick
  const auto normalize = make_step("normalize", R"({"mean":[0.5],"std":[0.25]})");
  EXPECT_EQ(looked_up({crop, scale, normalize}, levels), (Lines{crop->line(), "level_table"}));
  Schema numbers = levels;
  numbers[0].dtype = f32;
  EXPECT_EQ(looked_up({normalize, normalize}, numbers), (Lines{"normalize", "normalize"}));
  EXPECT_EQ(looked_up({}, levels), Lines{});
}

}  // namespace
}  // namespace hebb::data
