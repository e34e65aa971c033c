// Runs that programs save and open.

#include "hebb/run/saved_run.h"

#include <gtest/gtest.h>

#include "hebb/base/file.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/open.h"
#include "hebb/data/splits.h"
#include "hebb/data/tensors.h"
#include "hebb/nn/build.h"
#include "hebb/nn/layer_lines.h"
#include "hebb/nn/nn.h"
#include "hebb/ops/random.h"
#include "hebb/ops/random_key.h"
#include "hebb/run/predictor.h"
#include "hebb/run/run_record.h"
#include "hebb/train/trainer.h"
#include "support/layer_lines_of.h"
#include "support/message_of.h"
#include "support/same_bits.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

using Lines = std::vector<std::string>;

TEST(LayerLines, EveryLayerComesBack) {
  const auto lines_of = [](nn::Sequential net, const Dims& input) {
    Lines out;
    for (const nn::LayerItem& item : nn::layer_lines(net, input))
      out.push_back(std::get<std::string>(item));
    return out;
  };
  EXPECT_EQ(lines_of(nn::Sequential(nn::Flatten(), nn::Linear(784, 128), nn::ReLU(),
                                    nn::Linear({.in = 128, .out = 10, .bias = false})),
                     {1, 28, 28}),
            (Lines{"flatten", "linear 128", "relu", "linear 10 bias=false"}));
  const Dims picture = {3, 12, 12};
  const Lines given = {"conv2d 4 3 stride=2 padding=1 bias=false",
                       "batch_norm2d",
                       "leaky_relu 0.2",
                       "dropout 0.25",
                       "max_pool2d 2",
                       "group_norm 2",
                       "gelu tanh",
                       "conv_transpose2d 3 2",
                       "adaptive_avg_pool2d 1",
                       "flatten",
                       "layer_norm",
                       "linear 5",
                       "rms_norm",
                       "softmax",
                       "hardtanh -2 2",
                       "log_sigmoid",
                       "identity"};
  const Lines printed =
      lines_of(nn::build(nn::LayerList(given.begin(), given.end()), picture), picture);
  ASSERT_EQ(printed.size(), given.size());
  for (size_t i = 0; i < given.size(); ++i)
    EXPECT_EQ(nn::print_layer(printed[i]), nn::print_layer(given[i]));
}

TEST(LayerLines, EmbeddedColumnsKeepTheirWords) {
  EXPECT_EQ(nn::print_layer("embed_columns 3,2"), "embed_columns 3,2");
  nn::Sequential net = nn::build({"embed_columns 3,2", "linear 2"}, {5});
  EXPECT_EQ(test::lines_of(nn::layer_lines(net, {5})), (Lines{"embed_columns 3,2", "linear 2"}));
}

struct Twice : nn::Module {
  Tensor forward(const Tensor& x) const { return x + x; }
  HEBB_NO_FIELDS()
};
namespace own {
struct ReLU : nn::Module {  // another one of a known name
  Tensor forward(const Tensor& x) const { return x; }
  HEBB_NO_FIELDS()
};
}  // namespace own

TEST(LayerLines, WhatNoLineMakesIsRefused) {
  const auto refused = [](nn::Sequential net) {
    return message_of([&] { nn::layer_lines(net, {4}); });
  };
  EXPECT_NE(refused(nn::Sequential(nn::Linear(4, 4), Twice())).find("layer 1, Twice(), is none"),
            std::string::npos);
  EXPECT_NE(refused(nn::Sequential(own::ReLU())).find("is not what its line \"relu\" makes"),
            std::string::npos);
  EXPECT_NE(refused(nn::Sequential(nn::Residual(nn::Sequential(nn::ReLU(), Twice()))))
                .find("layer 0.residual.1, Twice(), is none"),
            std::string::npos);
  nn::Sequential wide(nn::Linear(4, 2));
  wide.to(f64);
  EXPECT_NE(refused(wide).find("0.weight is f64[2, 4], should be f32"), std::string::npos)
      << refused(wide);
}

TEST(LayerLines, LeaveTheProgramsRandomNumbersAlone) {
  manual_seed(5);
  nn::Sequential net(nn::Linear(3, 2), nn::Dropout(0.5));
  const RandomState before = random_state();
  nn::layer_lines(net, {3});
  EXPECT_EQ(random_state(), before);
}

class SavedRuns : public TempFolder {
 protected:
  std::string in(const std::string& name) const { return (folder_ / name).string(); }

  // y = 1 where a + b > 10; c is a column that does not matter.
  std::string points(const std::string& name, int rows) const {
    std::string table = "a,b,c,kind\n";
    for (int i = 0; i < rows; ++i) {
      const int a = i * 7 % 11, b = i * 5 % 13;
      table += std::to_string(a) + "," + std::to_string(b) + "," + std::to_string(i % 3) +
               (a + b > 10 ? ",high\n" : ",low\n");
    }
    write_file_atomic(in(name), table);
    return in(name);
  }
};

TEST_F(SavedRuns, GiveTheSameAnswers) {
  const data::OpenOptions by{.target = "kind"};
  const data::Dataset all = data::open(points("t.csv", 200), by);
  const data::Dataset test =
      data::open(points("new.csv", 61), {.target = "kind", .class_names = all.class_names()});
  const auto parts = data::split(all, {0.8, 0.2});
  const data::DatasetStats stats = data::statistics(parts[0]);
  const data::Dataset train = data::normalize_like(parts[0], stats),
                      validation = data::normalize_like(parts[1], stats);
  manual_seed(1);
  nn::Sequential net(nn::Linear(3, 8), nn::Tanh(), nn::Linear(8, 2));
  Trainer trainer(net, {.loss = cross_entropy, .metrics = {metrics::accuracy()}});
  const std::vector<EpochLog> history = trainer.fit(
      train, {.epochs = 3, .validation_data = validation, .verbosity = Verbosity::silent});
  const SaveRunOptions saved{
      .train = train, .validation = validation, .test = test, .history = history};
  save_run(folder_ / "r", net, saved);

  SavedRun run = open_run(folder_ / "r");
  EXPECT_EQ(run.name, "r");
  EXPECT_EQ(run.task, "classification");
  EXPECT_EQ(run.labels, (Lines{"high", "low"}));
  EXPECT_EQ(run.features, (Lines{"a", "b", "c"}));
  EXPECT_EQ(run.input, (Dims{3}));
  EXPECT_EQ(run.output, (Dims{2}));
  ASSERT_EQ(run.history.size(), 3u);
  EXPECT_EQ(find_value(run.history[2].values, "val_loss"),
            find_value(history[2].values, "val_loss"));
  EXPECT_EQ(find_value(run.metrics, "loss"), find_value(history[2].values, "loss"));
  EXPECT_TRUE(find_value(run.metrics, "test_accuracy"));
  const data::Dataset prepared = test.with_recipe(run.recipe);
  Trainer again(run.net, {.loss = cross_entropy});
  const Tensor answers = again.predict(prepared);
  EXPECT_TRUE(same_bits(answers, trainer.predict(test.with_recipe(train.recipe()))));
  EXPECT_EQ(look_at_run(folder_ / "r", "r").state, RunState::finished);
  EXPECT_TRUE(look_at_run(folder_ / "r", "r").trouble.empty());

  Predictor predictor(folder_ / "r");
  std::vector<int64_t> chosen;
  predictor.predict(predictor.inputs({in("new.csv")}),
                    [&](const Prediction& p) { chosen.push_back(p.index); });
  ASSERT_EQ(chosen.size(), 61u);
  for (int64_t i = 0; i < 61; ++i) {
    const float* row = answers.data<float>() + i * 2;
    EXPECT_EQ(chosen[size_t(i)], row[1] > row[0]) << i;
  }
  save_run(folder_ / "r", net, saved);  // the same again
}

TEST_F(SavedRuns, QuantitiesFromTensors) {
  const Tensor x = randn({40, 2}), y = randn({40, 1});
  const data::Dataset train = data::from_tensors(x, y, {.name = "mine"});
  nn::Sequential net(nn::Linear(2, 1));
  save_run(folder_ / "r", net, {.train = train, .loss = "l1", .target = "height"});
  SavedRun run = open_run(folder_ / "r");
  EXPECT_EQ(run.task, "regression");
  EXPECT_TRUE(run.labels.empty());
  EXPECT_TRUE(run.history.empty());
  EXPECT_TRUE(same_bits(run.net(x), net(x)));
}

TEST_F(SavedRuns, WhatCannotBeARunIsRefused) {
  nn::Sequential net(nn::Linear(2, 2));
  EXPECT_NE(message_of([&] { save_run(folder_ / "r", net, {}); }).find("has no train data"),
            std::string::npos);
  const data::Dataset train =
      data::from_tensors(randn({6, 2}), Tensor::from(std::vector<int64_t>{0, 1, 2, 0, 1, 2}, {6}));
  EXPECT_NE(message_of([&] {
              save_run(folder_ / "r", net, {.train = train});
            }).find("the last layer gives 2 numbers, but there are 3 classes"),
            std::string::npos);
  EXPECT_FALSE(path_exists(folder_ / "r"));
  nn::Sequential right(nn::Linear(2, 3));
  make_folders(folder_ / "full");
  write_file_atomic(folder_ / "full/letter.txt", "mine");
  EXPECT_NE(message_of([&] {
              save_run(folder_ / "full", right, {.train = train});
            }).find("is not empty and holds no run"),
            std::string::npos);
  EXPECT_NE(message_of([&] { open_run(folder_ / "full"); }).find("is not a run folder"),
            std::string::npos);
}

}  // namespace
}  // namespace hebb
