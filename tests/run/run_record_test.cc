// What is known of runs by their folders: columns, sorting, filters, comparison; damaged and
// half-written folders.

#include "hebb/run/run_record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hebb/base/file.h"
#include "hebb/run/run_columns.h"
#include "hebb/run/run_comparison.h"
#include "hebb/run/run_folder.h"
#include "hebb/train/csv_log.h"
#include "support/message_of.h"
#include "support/temp_folder.h"
#include "support/tiny_run.h"

namespace hebb {
namespace {

class RunRecords : public TempFolder {
 protected:
  // A run as a training leaves it, without weights.
  void make(const std::string& name, const std::vector<double>& val_loss, bool finished,
            const std::vector<std::string>& settings = {}) const {
    const RunFolder run{folder_ / name};
    make_folders(run.path);
    Config config = parse_config(tiny_mlp(), "c.toml", settings);
    config.train.loss = "cross_entropy";
    write_file_atomic(run.config(), to_toml(config));
    ModelInfo info;
    info.name = name;
    info.task = "classification";
    info.input.kind = "values";
    info.input.shape = {4};
    info.labels = {"a", "b", "c"};
    info.output = {3};
    info.parameters = 67;
    info.data = {{"train", "iris.csv", 105, "xxh64:1"}};
    std::vector<EpochLog> history;
    for (size_t i = 0; i < val_loss.size(); ++i)
      history.push_back({.epoch = int64_t(i) + 1,
                         .steps = int64_t(i + 1) * 10,
                         .values = {{"loss", val_loss[i] / 2},
                                    {"val_loss", val_loss[i]},
                                    {"val_accuracy", 1 - val_loss[i]}}});
    if (finished)
      info.result = RunResult{.epochs = int64_t(val_loss.size()),
                              .best_epoch = 1,
                              .kept_epoch = int64_t(val_loss.size()),
                              .steps = 30,
                              .seconds = 1.5,
                              .stopped = "",
                              .metrics = history.back().values};
    if (finished)
      write_file_atomic(run.weights(), "");
    write_model_info(run.model(), info);
    write_metrics_csv(run.metrics(), history);
  }
  std::vector<std::string> names(const std::vector<RunRecord>& runs) const {
    std::vector<std::string> out;
    for (const RunRecord& run : runs)
      out.push_back(run.name);
    return out;
  }
  std::vector<RunRecord> three() const {
    make("a-2", {0.5, 0.3}, true);
    make("a-10", {0.6, 0.2}, true, {"train.optimizer=sgd lr=0.1", "train.epochs=20"});
    make("b-1", {0.4}, false);
    return find_runs(folder_);
  }
};

using Names = std::vector<std::string>;

TEST_F(RunRecords, AreFoundInTheOrderOfTheirNumbers) {
  const std::vector<RunRecord> runs = three();
  EXPECT_EQ(names(runs), (Names{"a-2", "a-10", "b-1"}));
  EXPECT_EQ(runs[0].state, RunState::finished);
  EXPECT_EQ(runs[2].state, RunState::stopped);
  EXPECT_EQ(runs[2].epochs(), 1);
  EXPECT_EQ(find_value(runs[2].metrics(), "val_loss"), 0.4);
  for (const RunRecord& run : runs)
    EXPECT_TRUE(run.trouble.empty());
  EXPECT_EQ(names(find_runs(folder_ / "a-2")), (Names{(folder_ / "a-2").string()}));
  EXPECT_NE(message_of([&] { find_runs(folder_ / "none"); }).find("there is no such folder"),
            std::string::npos);
  write_file_atomic(folder_ / "file", "");
  EXPECT_NE(message_of([&] { find_runs(folder_ / "file"); }).find("is a file"), std::string::npos);
}

TEST_F(RunRecords, SayInOneLineWhatIsDamaged) {
  three();
  write_file_atomic(folder_ / "a-2/model.json", "{ \"format\": 1");
  write_file_atomic(folder_ / "a-10/config.toml", "[train]\nepochs = ");
  write_file_atomic(folder_ / "b-1/metrics.csv", "epoch,steps,loss\n1,10\n");
  make_folders(folder_ / "c-1");
  write_file_atomic(folder_ / "c-1/config.toml", to_toml(parse_config(tiny_mlp(), "c.toml")));
  make_folders(folder_ / "d-1/checkpoints");
  make_folders(folder_ / "notes");
  write_file_atomic(folder_ / "notes/model.txt", "nothing of ours");
  const std::vector<RunRecord> runs = find_runs(folder_);
  ASSERT_EQ(names(runs), (Names{"a-2", "a-10", "b-1", "c-1", "d-1"}));
  for (const RunRecord& run : runs) {
    EXPECT_FALSE(run.trouble.empty()) << run.name;
    for (const std::string& line : run.trouble)
      EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  }
  EXPECT_EQ(runs[0].state, RunState::damaged);
  EXPECT_NE(runs[0].trouble[0].find("model.json: is no model's description"), std::string::npos);
  EXPECT_EQ(runs[1].state, RunState::damaged);
  EXPECT_EQ(runs[2].state, RunState::stopped);  // it can be gone on with
  EXPECT_NE(runs[2].trouble[0].find("line 2 has 2 cells, should have 3"), std::string::npos);
  EXPECT_NE(runs[3].trouble[0].find("was stopped before its first step"), std::string::npos);
  for (const RunRecord& run : runs)
    for (const std::string& column : columns_of_runs(runs))
      cell_of(run, column);
  comparison_html(compare_runs(runs), ComparisonPage::whole);
}

TEST_F(RunRecords, ARunThatIsTrainedNowSaysSo) {
  three();
  const RunLock lock({folder_ / "b-1"});
  EXPECT_EQ(look_at_run(folder_ / "b-1", "b-1").state, RunState::running);
  EXPECT_EQ(look_at_run(folder_ / "a-2", "a-2").state, RunState::finished);
}

TEST_F(RunRecords, HaveAColumnForAnything) {
  const std::vector<RunRecord> runs = three();
  const auto cell = [&](size_t run, const char* column) { return cell_of(runs[run], column).text; };
  EXPECT_EQ(cell(1, "train.optimizer"), "sgd lr=0.1");
  EXPECT_EQ(cell(1, "optimizer"), "sgd lr=0.1");
  EXPECT_EQ(cell(1, "epochs"), "2");  // that are done; the key is train.epochs
  EXPECT_EQ(cell(1, "train.epochs"), "20");
  EXPECT_EQ(cell(1, "val_loss"), "0.2000");
  EXPECT_EQ(cell(0, "state"), "finished");
  EXPECT_EQ(cell(0, "samples"), "105");
  EXPECT_EQ(cell(0, "seconds"), "1.5");
  EXPECT_EQ(cell(2, "seconds"), "");
  EXPECT_EQ(cell_of(runs[1], "train.epochs").number, 20);
  EXPECT_EQ(message_of([&] { check_column(runs, "val_los"); }),
            "unknown column 'val_los'; did you mean 'val_loss'?");
  EXPECT_NE(message_of([&] { check_column(runs, "optimiser"); }).find("'optimizer'"),
            std::string::npos)
      << message_of([&] { check_column(runs, "optimiser"); });
  const Names usual = usual_columns(runs);
  EXPECT_EQ(usual.front(), "run");
  EXPECT_NE(std::find(usual.begin(), usual.end(), "val_accuracy"), usual.end());
}

TEST_F(RunRecords, AreSortedAndFiltered) {
  std::vector<RunRecord> runs = three();
  sort_runs(runs, "val_loss", false);
  EXPECT_EQ(names(runs), (Names{"a-10", "a-2", "b-1"}));  // the smallest loss is the best
  sort_runs(runs, "val_accuracy", false);
  EXPECT_EQ(names(runs), (Names{"a-10", "a-2", "b-1"}));  // the largest accuracy is
  sort_runs(runs, "val_accuracy", true);
  EXPECT_EQ(names(runs), (Names{"b-1", "a-2", "a-10"}));
  sort_runs(runs, "seconds", false);
  EXPECT_EQ(runs.back().name, "b-1");  // it has none
  sort_runs(runs, "run", false);
  EXPECT_EQ(names(runs), (Names{"a-2", "a-10", "b-1"}));
  const auto kept = [&](const std::string& condition) {
    std::vector<RunRecord> some = runs;
    filter_runs(some, condition);
    return names(some);
  };
  EXPECT_EQ(kept("val_loss<0.35"), (Names{"a-2", "a-10"}));
  EXPECT_EQ(kept("val_loss <= 0.3"), (Names{"a-2", "a-10"}));
  EXPECT_EQ(kept("val_loss>0.3"), (Names{"b-1"}));
  EXPECT_EQ(kept("val_loss>=0.3"), (Names{"a-2", "b-1"}));
  EXPECT_EQ(kept("state=finished"), (Names{"a-2", "a-10"}));
  EXPECT_EQ(kept("state!=finished"), (Names{"b-1"}));
  EXPECT_EQ(kept("train.optimizer~SGD"), (Names{"a-10"}));
  EXPECT_EQ(kept("epochs==2"), (Names{"a-2", "a-10"}));
  EXPECT_EQ(kept("seconds>0"), (Names{"a-2", "a-10"}));
  EXPECT_NE(message_of([&] { kept("val_loss"); }).find("should be COLUMN=VALUE"),
            std::string::npos);
  EXPECT_NE(message_of([&] { kept("val_loss<few"); }).find("should be a number"),
            std::string::npos);
  EXPECT_NE(message_of([&] { kept("nothing=1"); }).find("unknown column"), std::string::npos);
}

TEST_F(RunRecords, AreComparedKeyByKey) {
  const RunComparison c = compare_runs(three());
  const auto row = [](const std::vector<ComparedRow>& rows, const std::string& name) {
    for (const ComparedRow& one : rows)
      if (one.name == name)
        return one;
    return ComparedRow{};
  };
  EXPECT_EQ(row(c.differences, "train.optimizer").cells,
            (Names{"adam lr=3e-3", "sgd lr=0.1", "adam lr=3e-3"}));
  EXPECT_TRUE(row(c.differences, "train.batch_size").name.empty());  // the same in all
  EXPECT_EQ(row(c.metrics, "val_loss").best, (std::vector<size_t>{1}));
  EXPECT_EQ(row(c.metrics, "val_accuracy").best, (std::vector<size_t>{1}));
  ASSERT_EQ(c.curves.size(), 2u);  // loss, and accuracy, which has no training curve
  EXPECT_EQ(c.curves[0].name, "loss");
  EXPECT_EQ(c.curves[0].validation[1], (std::vector<double>{0.6, 0.2}));
  EXPECT_TRUE(c.curves[1].train[0].empty());
  const std::string page = comparison_html(c, ComparisonPage::whole);
  EXPECT_NE(page.find("train.optimizer"), std::string::npos);
  EXPECT_NE(page.find("<svg"), std::string::npos);
  EXPECT_EQ(comparison_html(c, ComparisonPage::curves).find("train.optimizer"), std::string::npos);
  EXPECT_TRUE(compare_runs({}).runs.empty());
}

TEST_F(RunRecords, FoldsAreSummedUp) {
  for (const char* fold : {"f-1/fold-0", "f-1/fold-1"})
    make(fold, {0.5, 0.3}, true);
  write_folds_summary(folder_ / "f-1", {.folds = 2,
                                        .finished = {"fold-0", "fold-1"},
                                        .metrics = {{"test_accuracy", measure_of({0.5, 1})}}});
  const std::vector<RunRecord> runs = find_runs(folder_);
  EXPECT_EQ(names(runs), (Names{"f-1", "f-1/fold-0", "f-1/fold-1"}));
  EXPECT_EQ(runs[0].state, RunState::folds);
  EXPECT_EQ(cell_of(runs[0], "test_accuracy").number, 0.75);
  EXPECT_NEAR(runs[0].folds->metrics[0].second.std, 0.35355339, 1e-8);  // over n - 1
  EXPECT_TRUE(std::isnan(measure_of({1}).std));
  write_file_atomic(folder_ / "f-1/folds.json", "[]");
  EXPECT_EQ(find_runs(folder_)[0].state, RunState::damaged);
}

TEST(RunNames, NumbersCountAsNumbers) {
  EXPECT_TRUE(natural_less("a-2", "a-10"));
  EXPECT_FALSE(natural_less("a-10", "a-2"));
  EXPECT_TRUE(natural_less("a-2", "b-1"));
  EXPECT_TRUE(natural_less("a", "a-1"));
  EXPECT_FALSE(natural_less("a-01", "a-1"));
  EXPECT_FALSE(natural_less("a", "a"));
  EXPECT_TRUE(natural_less("a-99999999999999999998", "a-99999999999999999999"));
}

}  // namespace
}  // namespace hebb
