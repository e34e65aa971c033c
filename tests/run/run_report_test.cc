// What a report says of a run: the mistakes are named so that a person finds them.

#include "hebb/run/run_report.h"

#include <gtest/gtest.h>

#include "hebb/data/tensors.h"

namespace hebb {
namespace {

TEST(RunReport, MistakesAreNamedByTheirPlaceInTheSource) {
  const data::Dataset all =
      data::from_tensors(Tensor::from(std::vector<uint8_t>(4 * 4, 7), {4, 1, 2, 2}),
                         Tensor::from(std::vector<int64_t>{0, 1, 0, 1}, {4}),
                         {.name = "dots", .notes = {"some were left out"}});
  const data::Dataset tested = all.subset({3, 2});
  TestResult result{.samples = 2,
                    .metrics = {{"loss", 0.5}, {"accuracy", 0.5}},
                    .warnings = {},
                    .classes = 2,
                    .actual = {1, 0},
                    .predicted = {0, 0},
                    .probabilities = {0.75, 0.25, 0.75, 0.25},
                    .per_class = {},
                    .targets = {},
                    .outputs = {}};
  ModelInfo info;
  info.labels = {"off", "on"};
  const Report report = run_report({}, info, {}, tested, "test", result);
  EXPECT_EQ(report.notes, std::vector<std::string>{"some were left out"});
  ASSERT_EQ(report.mistakes.size(), 1u);
  EXPECT_EQ(report.mistakes[0].name, "dots, sample 3");
  EXPECT_EQ(report.mistakes[0].actual, "on");
  EXPECT_EQ(report.mistakes[0].predicted, "off");
  EXPECT_DOUBLE_EQ(report.mistakes[0].confidence, 0.75);
}

}  // namespace
}  // namespace hebb
