// A run that is extended: as if it had had the larger number from the start.
#include <gtest/gtest.h>

#include <algorithm>

#include "hebb/base/log.h"
#include "hebb/run/checkpoint_folder.h"
#include "hebb/run/model_setup.h"
#include "hebb/run/session.h"
#include "hebb/train/csv_log.h"
#include "support/message_of.h"
#include "support/temp_folder.h"
#include "support/tiny_run.h"

namespace hebb {
namespace {

using Settings = std::vector<std::string>;

class Extend : public TempFolder {
 protected:
  SessionResult train(const std::string& name, const Settings& settings, bool resume = false) {
    said.clear();
    SessionOptions options{.out = folder_ / name, .resume = resume};
    options.verbosity = Verbosity::silent;
    options.say = [this](std::string_view line) { said.emplace_back(line); };
    return train_run(parse_config(tiny_mlp(), "c.toml", settings), options);
  }
  SessionResult go_on(const std::string& name, const Settings& settings) {
    return train(name, settings, true);
  }
  std::string read(const std::string& file) const { return read_file(folder_ / file); }
  void expect_same(const std::string& one, const std::string& other) const {
    for (const char* file : {"/weights.safetensors", "/metrics.csv", "/steps.csv", "/config.toml"})
      EXPECT_EQ(read(one + file), read(other + file)) << file;
  }
  bool says(std::string_view words) const {
    return std::any_of(said.begin(), said.end(),
                       [&](const std::string& line) { return line.find(words) != line.npos; });
  }
  std::vector<std::string> said;
};

TEST_F(Extend, MoreEpochsAreTheSameBitsAsFromTheStart) {
  train("whole", {"train.epochs=5"});
  train("r", {"train.epochs=2"});
  const SessionResult result = go_on("r", {"train.epochs=5"});
  EXPECT_FALSE(result.was_finished);
  EXPECT_EQ(result.result.epochs, 5);
  EXPECT_TRUE(says("note: the run goes on with train.epochs (5, was 2)"));
  EXPECT_FALSE(says("schedule"));
  expect_same("r", "whole");
  EXPECT_TRUE(go_on("r", {"train.epochs=5"}).was_finished);
}

TEST_F(Extend, ALimitInTheMiddleOfAnEpochLeavesNoTrace) {  // 15 steps an epoch
  train("whole", {"train.max_steps=40"});
  train("r", {"train.max_steps=20"});
  EXPECT_EQ(read_metrics_csv(folder_ / "r/metrics.csv").size(), 2u);
  EXPECT_TRUE(go_on("r", {"train.max_steps=20"}).was_finished);
  go_on("r", {"train.max_steps=40"});
  expect_same("r", "whole");
  train("all", {});
  go_on("r", {});
  expect_same("r", "all");
}

TEST_F(Extend, EarlyStoppingThatWaitsLongerIsTheSameBitsAsFromTheStart) {
  const std::string stop = "train.early_stopping={monitor=\"loss\", min_delta=100, patience=";
  train("whole", {"train.epochs=9", stop + "3}"});
  train("r", {"train.epochs=9", stop + "1}"});
  EXPECT_EQ(read_metrics_csv(folder_ / "r/metrics.csv").size(), 2u);
  go_on("r", {"train.epochs=12", stop + "1}"});  // it has spoken: more epochs change nothing
  EXPECT_EQ(read_metrics_csv(folder_ / "r/metrics.csv").size(), 2u);
  go_on("r", {"train.epochs=9", stop + "3}"});
  EXPECT_EQ(read_metrics_csv(folder_ / "r/metrics.csv").size(), 4u);
  expect_same("r", "whole");
}

TEST_F(Extend, ANewMetricBeginsWithTheNextEpoch) {
  const Settings more = {"train.metrics=[\"accuracy\", \"f1_macro\"]"};
  train("whole", {"train.epochs=3"});
  for (const char* begun : {"train.epochs=2", "train.max_steps=20"}) {
    SCOPED_TRACE(begun);
    fs::remove_all(folder_ / "r");
    train("r", {begun});
    go_on("r", more);
    EXPECT_EQ(read("r/weights.safetensors"), read("whole/weights.safetensors"));
    const std::string table = read("r/metrics.csv");
    EXPECT_TRUE(table.starts_with(
        "epoch,steps,loss,accuracy,f1_macro,val_loss,val_accuracy,val_f1_macro\n"))
        << table;
    const std::vector<EpochLog> rows = read_metrics_csv(folder_ / "r/metrics.csv");
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_FALSE(find_value(rows[0].values, "f1_macro"));
    EXPECT_FALSE(find_value(rows[1].values, "f1_macro"));
    EXPECT_TRUE(find_value(rows[1].values, "accuracy"));
    EXPECT_TRUE(find_value(rows[2].values, "f1_macro"));
    EXPECT_TRUE(find_value(rows[2].values, "val_f1_macro"));
  }
}

TEST_F(Extend, ASchedulesSpanIsSaid) {
  train("r", {"train.epochs=2", "train.schedule=\"cosine\""});
  go_on("r", {"train.epochs=3", "train.schedule=\"cosine\""});
  EXPECT_TRUE(
      says("note: the schedule cosine spans the whole training: from here on it is that "
           "of the training as it is now"));
}

TEST_F(Extend, StepsThatAreMadeStayMade) {
  train("r", {"train.epochs=2"});
  EXPECT_NE(message_of([&] {
              go_on("r", {"train.epochs=1"});
            }).find("2 epochs are done or begun; train.epochs is 1"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              go_on("r", {"train.epochs=2", "train.max_steps=7"});
            }).find("30 steps are done; train.max_steps is 7"),
            std::string::npos);
  EXPECT_NE(message_of([&] {
              go_on("r", {"train.epochs=4", "train.seed=9"});
            }).find("was trained with another configuration: train.seed (9, was 3)"),
            std::string::npos);
  EXPECT_TRUE(go_on("r", {"train.epochs=2"}).was_finished);
}

TEST_F(Extend, AnUnfinishedRunIsUsedWithItsNewestCheckpoint) {
  train("r", {"train.epochs=2"});
  const RunFolder run{folder_ / "r"};
  const std::vector<double> last = load_trained(run.path).net.parameters()[0].to_vector<double>();
  fs::remove(run.weights());
  ModelInfo info = read_model_info(run.model());
  info.result.reset();  // as if it had been killed
  info.weights_sha256.clear();
  write_model_info(run.model(), info);
  static std::vector<std::string> warnings;
  warnings.clear();
  set_warning_handler([](std::string_view line) { warnings.emplace_back(line); });
  const std::vector<double> newest = load_trained(run.path).net.parameters()[0].to_vector<double>();
  set_warning_handler({});
  EXPECT_EQ(newest, last);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("this run has no weights yet; those of its checkpoint of step 30 are "
                             "taken"),
            std::string::npos)
      << warnings[0];
  fs::remove_all(run.checkpoints());
  EXPECT_NE(message_of([&] { load_trained(run.path); }).find("this run has no weights yet: its"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
