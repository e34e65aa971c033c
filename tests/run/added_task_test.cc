// A task that a program adds: it counts objects of two kinds. This file is all that it takes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "hebb/formats/npz.h"
#include "hebb/run/model_setup.h"
#include "hebb/run/predictor.h"
#include "hebb/run/session.h"
#include "hebb/tasks/quantities.h"
#include "hebb/train/evaluation.h"
#include "support/message_of.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

class CountEvaluator : public Evaluator {
 public:
  explicit CountEvaluator(const Problem& problem) : quantities_(quantity_evaluator(problem)) {}

  void add(const AnsweredBatch& batch) override {
    quantities_->add(batch);
    const std::vector<double> actual = batch.target.to_vector<double>(),
                              predicted = batch.output.to_vector<double>();
    for (size_t i = 0; i < actual.size(); i += 2, ++samples_)
      exact_ +=
          std::round(predicted[i]) == actual[i] && std::round(predicted[i + 1]) == actual[i + 1];
  }
  metrics::Measured measured() const override {
    metrics::Measured out = quantities_->measured();
    out.values.emplace_back("exact_counts", double(exact_) / double(samples_));
    return out;
  }
  std::vector<ReportSection> sections(const data::Dataset& tested) const override {
    std::vector<ReportSection> out = quantities_->sections(tested);
    out.push_back({"Counts", "Both counts are right.",
                   "<p id=\"counts\">" + std::to_string(exact_) + " of " +
                       std::to_string(samples_) + "</p>"});
    return out;
  }

 private:
  std::unique_ptr<Evaluator> quantities_;
  int64_t exact_ = 0, samples_ = 0;
};

AnswerNames count_names(const Problem&) {
  return {.targets = {"cats", "dogs"}, .scores = {}};
}

constexpr Task counting = {
    .name = "counting",
    .what = "how many objects of two kinds there are",
    .suits =
        [](const Problem& p) { return p.targets == data::Task::regression && p.output == Dims{2}; },
    .loss = "l1",
    .metrics = {"mean_absolute_error"},
    .headline = {{"exact_counts"}, {"loss"}},
    .table = {"exact_counts"},
    .names = count_names,
    .answers = quantity_answers,
    .evaluator = [](const Problem& p) -> std::unique_ptr<Evaluator> {
      return std::make_unique<CountEvaluator>(p);
    },
};

class AddedTask : public TempFolder {
 protected:
  SessionResult train(const std::string& name, const std::string& more) {
    std::vector<float> x, y;
    for (int i = 0; i < 80; ++i) {
      x.insert(x.end(), {float(i % 3), float(i % 5)});
      y.insert(y.end(), {float(i % 3), float(i % 5)});
    }
    const std::string file = (folder_ / "counts.npz").string();
    write_npz(file, {{"x", Tensor::from(x, {80, 2})}, {"y", Tensor::from(y, {80, 2})}});
    SessionOptions options{.out = folder_ / name};
    options.verbosity = Verbosity::silent;
    return train_run(parse_config("[data]\ndataset = \"" + file +
                                      "\"\n[model]\nlayers = [\"linear 2\"]\n[train]\nepochs = "
                                      "60\nbatch_size = 8\nthreads = 1\noptimizer = \"adam "
                                      "lr=0.05\"\n" +
                                      more,
                                  "c.toml"),
                     options);
  }
};

TEST_F(AddedTask, IsTrainedMeasuredAndShown) {
  add_task(counting);
  const SessionResult result = train("r", "");
  EXPECT_EQ(read_run_config(result.run).train.loss, "l1");
  EXPECT_GT(find_value(result.result.metrics, "test_exact_counts").value(), 0.9);
  const std::string page = read_file(result.run.report());
  EXPECT_NE(page.find("<p id=\"counts\">"), std::string::npos);
  EXPECT_NE(page.find("Test exact counts"), std::string::npos);

  Predictor predictor(result.run.path);
  EXPECT_FALSE(predictor.classifies());
  data::Record record;
  for (const auto& field : predictor.model().recipe.input())
    std::fill_n(static_cast<float*>(record.add(field.name).make(f32, {2})), 2, 1.0f);
  std::vector<data::Record> records;
  records.push_back(std::move(record));
  const std::vector<Prediction> answers = predictor.predict(std::move(records));
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_FALSE(answers[0].error) << answers[0].reason();
  EXPECT_EQ(answers[0].values.size(), 2u);
  EXPECT_EQ(answers[0].index, -1);

  const SessionResult plain = train("plain", "task = \"regression\"\n");
  EXPECT_EQ(read_run_config(plain.run).train.loss, "mse");
  EXPECT_FALSE(find_value(plain.result.metrics, "test_exact_counts"));
  EXPECT_EQ(read_file(plain.run.report()).find("<p id=\"counts\">"), std::string::npos);

  EXPECT_NE(message_of([&] { train("no", "task = \"binary\"\n"); })
                .find("train.task: binary does not suit targets that are quantities and outputs of "
                      "[2]"),
            std::string::npos);
  EXPECT_NE(message_of([&] { train("no", "task = \"countin\"\n"); }).find("'counting'"),
            std::string::npos);
  EXPECT_NE(message_of([] { add_task(counting); }).find("there is a task 'counting' already"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
