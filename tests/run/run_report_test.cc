// What a report says of a run: the mistakes are named so that a person finds them.

#include "hebb/run/run_report.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/data/tensors.h"
#include "hebb/hebb.h"

namespace hebb {
namespace {

TEST(RunReport, MistakesAreNamedByTheirPlaceInTheSource) {
  const data::Dataset all = data::from_tensors(
      Tensor::from(std::vector<uint8_t>(4 * 4, 7), {4, 1, 2, 2}),
      Tensor::from(std::vector<int64_t>{0, 1, 0, 1}, {4}),
      {.name = "dots", .class_names = {"off", "on"}, .notes = {"some were left out"}});
  const data::Dataset tested = all.subset({3, 2});
  nn::Sequential model(nn::Flatten(), nn::Linear(4, 2));
  {
    NoGrad off;
    const std::vector<Tensor> parameters = model.parameters();
    Tensor weight = parameters[0], bias = parameters[1];
    weight.copy_(zeros({2, 4}));
    bias.copy_(Tensor::from(std::vector<float>{float(std::log(3.0)), 0}, {2}));
  }
  const TestResult result = test_model(model, cross_entropy, tested);
  ModelInfo info;
  info.labels = {"off", "on"};
  const Report report = run_report({}, info, {}, tested, "test", result);
  EXPECT_EQ(report.notes, std::vector<std::string>{"some were left out"});
  ASSERT_EQ(report.sections.size(), 3u);
  EXPECT_EQ(report.sections[2].title, "The worst mistakes");
  const std::string& body = report.sections[2].body;
  EXPECT_NE(body.find("<span class=\"was\">on</span><span class=\"took\">off <span "
                      "class=\"sure\">75.0 %</span></span><span class=\"which\">dots, sample 3"),
            std::string::npos)
      << body;
  EXPECT_EQ(report.headline.front().name, "Test accuracy");
  EXPECT_EQ(report.headline.front().note, "of 2 samples");
}

}  // namespace
}  // namespace hebb
