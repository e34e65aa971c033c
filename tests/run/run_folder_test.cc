// What a run folder holds: the resolved configuration, the description, metric files, checkpoints;
// and finding folders.

#include "hebb/run/run_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "hebb/base/error.h"
#include "hebb/base/file.h"
#include "hebb/ops/create.h"
#include "hebb/run/checkpoint_folder.h"
#include "hebb/run/config.h"
#include "hebb/run/model_info.h"
#include "hebb/run/run_place.h"
#include "hebb/train/csv_log.h"
#include "support/message_of.h"
#include "support/temp_folder.h"

namespace hebb {
namespace {

using RunFolderTest = TempFolder;

TEST_F(RunFolderTest, NumbersNewRunsAboveTheOldOnes) {
  EXPECT_EQ(make_run(folder_ / "runs", "a").path, folder_ / "runs/a-1");
  EXPECT_EQ(make_run(folder_ / "runs", "a").path, folder_ / "runs/a-2");
  make_folders(folder_ / "runs/a-10");
  make_folders(folder_ / "runs/a-b-70");
  EXPECT_EQ(make_run(folder_ / "runs", "a").path, folder_ / "runs/a-11");
  EXPECT_EQ(make_run(folder_ / "runs", "a-b").path, folder_ / "runs/a-b-71");
  EXPECT_TRUE(runs_of(folder_ / "runs", "a").empty());  // none has begun
  for (const char* run : {"a-1", "a-11"})
    for (const char* file : {"config.toml", "model.json"})
      write_file_atomic(folder_ / "runs" / run / file, "");
  ASSERT_EQ(runs_of(folder_ / "runs", "a").size(), 2u);
  EXPECT_EQ(runs_of(folder_ / "runs", "a")[0].name(), "a-11");
  EXPECT_NE(message_of([&] { existing_run(folder_ / "runs/a-2"); }).find("is not a run folder"),
            std::string::npos);
}

TEST_F(RunFolderTest, OneProcessAtATime) {
  const RunFolder run = make_run(folder_, "a");
  const RunLock first(run);
  EXPECT_NE(message_of([&] { RunLock second(run); }).find("another process"), std::string::npos);
}

TEST_F(RunFolderTest, WhatAKilledProcessLeftIsNoContent) {
  const RunFolder run = make_run(folder_, "a");
  write_file_atomic(run.path / "config.toml.tmp123-0", "half");
  EXPECT_TRUE(is_empty_or_missing(run.path));
  make_folders(run.checkpoints() / "7.tmp");
  write_file_atomic(run.path / "metrics.csv", "");
  EXPECT_FALSE(is_empty_or_missing(run.path));
  clear_leftovers(run);
  EXPECT_FALSE(fs::exists(run.path / "config.toml.tmp123-0"));
  EXPECT_FALSE(fs::exists(run.checkpoints() / "7.tmp"));
  EXPECT_TRUE(fs::exists(run.path / "metrics.csv"));
}

TEST_F(RunFolderTest, APersonsFilesAreContentAndStay) {
  for (const char* name : {"page.tmpl", "config.toml.tmp", "config.toml.tmp1", "config.toml.tmp1-",
                           "notes.txt.tmp1-2", "x.tmp-1", ".tmp1-2"}) {
    const RunFolder run = make_run(folder_, "a");
    write_file_atomic(run.path / name, "a person's");
    EXPECT_FALSE(is_empty_or_missing(run.path)) << name;
    clear_leftovers(run);
    EXPECT_TRUE(fs::exists(run.path / name)) << name;
  }
  const RunFolder run = make_run(folder_, "b");
  make_folders(run.path / "draft.tmp");
  make_folders(run.checkpoints() / "best.tmp");
  EXPECT_FALSE(is_empty_or_missing(run.path));
  clear_leftovers(run);
  EXPECT_TRUE(fs::exists(run.path / "draft.tmp"));
  EXPECT_TRUE(fs::exists(run.checkpoints() / "best.tmp"));
}

TEST_F(RunFolderTest, ResolvedConfigurationReadsBackTheSame) {
  const Config config = parse_config(R"(
[data]
dataset = "glyphs"
split = { train = 0.7, validation = 0.15, test = 0.15 }
normalize = { mean = [0.1307], std = [0.3081] }
augment = ["horizontal_flip"]
[model]
input = [1, 28, 28]
layers = ["flatten", "linear 10"]
freeze = ["0.*"]
[train]
optimizer = "sgd lr=0.1 momentum=0.9"
early_stopping = { patience = 5, min_delta = 1e-4 }
max_time = "01:30:00"
metrics = ["accuracy", "f1_macro"]
)",
                                     "test");
  const Config again = parse_config(to_toml(config), "again");
  EXPECT_TRUE(differing_keys(again, config).empty());
  Config other = again;
  other.train.epochs = 11;
  other.data.normalize = {};
  const std::vector<std::string> keys = differing_keys(other, config);
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[1], "train.epochs (11, was 10)");
}

TEST_F(RunFolderTest, DescriptionReadsBackTheSame) {
  ModelInfo info;
  info.name = "digits \"1\"";
  info.task = "classification";
  info.input = {
      .name = "input", .kind = "picture", .shape = {3, 32, 24}, .dtype = "f32", .features = {}};
  info.normalize = {{0.1, 0.2, 1.0 / 3}, {1, 2, 3}};
  info.labels = {"cat", "dog"};
  info.data = {{"train", "pets/", 12, "xxh64:0011"}};
  info.result =
      RunResult{.epochs = 3,
                .best_epoch = 2,
                .steps = 30,
                .seconds = 1.5,
                .stopped = "",
                .metrics = {{"loss", 0.25}, {"roc_auc", std::numeric_limits<double>::quiet_NaN()}}};
  write_model_info(folder_ / "model.json", info);
  const ModelInfo again = read_model_info(folder_ / "model.json");
  EXPECT_EQ(again.name, info.name);
  EXPECT_EQ(again.picture(), (data::PictureShape{3, 32, 24}));
  EXPECT_EQ(again.normalize.mean, info.normalize.mean);
  EXPECT_EQ(again.part("train")->samples, 12);
  EXPECT_EQ(again.part("test"), nullptr);
  ASSERT_TRUE(again.result);
  EXPECT_EQ(again.result->metrics[0], info.result->metrics[0]);
  EXPECT_TRUE(std::isnan(again.result->metrics[1].second));
  for (
      const char* bad :
      {"", "[]", "{}", R"({"format": 1, "task": "magic"})",
       R"({"format": 1, "task": "regression", "input": {"kind": "picture", "shape": [1]}})",
       R"({"format": 1, "task": "regression", "input": {"kind": "picture", "shape": [1, 99999999999, 2]}})"}) {
    write_file_atomic(folder_ / "model.json", bad);
    EXPECT_NE(message_of([&] { read_model_info(folder_ / "model.json"); }).find("model.json"),
              std::string::npos)
        << bad;
  }
}

// Values of another type that are taken all the same, and why. It fails when they no longer are.
struct Tolerated {
  std::string path;  // "/result/metrics/*": a star stands for one name or number
  std::vector<nlohmann::json> values;
  std::string reason;
};
bool path_fits(const std::string& path, const std::string& pattern) {
  const size_t star = pattern.find('*');
  return star == pattern.npos
             ? path == pattern
             : path.starts_with(pattern.substr(0, star)) && path.find('/', star) == path.npos;
}

// Every value of a description replaced, or the text cut off: an Error of kind data that names the
// file, never a crash. A value may pass where its type is the same.
template <class Read>
void expect_refusals(const fs::path& file, Read read, const std::vector<Tolerated>& tolerated,
                     const std::vector<std::string>& other_names = {}) {
  using Json = nlohmann::json;
  const std::string text = read_file(file);
  const Json whole = Json::parse(text);
  const auto is_taken = [&](const std::string& bad, const std::string& what) {
    write_file_atomic(file, bad);
    try {
      read();
      return true;
    } catch (const Error& error) {
      const std::string message = error.what();
      EXPECT_EQ(error.kind(), ErrorKind::data) << what << ": " << message;
      const auto says = [&](const std::string& words) {
        return message.find(words) != message.npos;
      };
      EXPECT_TRUE(says(file.string() + ": ") ||
                  std::any_of(other_names.begin(), other_names.end(), says))
          << what << ": " << message;
      return false;
    }
  };
  const Json leaves = whole.flatten();
  for (const auto& [path, leaf] : leaves.items()) {
    const Json::json_pointer place(path);
    const Json& value = whole.at(place);  // an empty list is null among the leaves
    for (const Json& other : {Json("x"), Json(-7), Json(1e300), Json(true), Json(nullptr),
                              Json::array({1}), Json::object()}) {
      Json bad = whole;
      bad[place] = other;
      const std::string what = path + " = " + other.dump() + " instead of " + value.dump();
      const bool taken = is_taken(bad.dump(), what),
                 same_type =
                     other.type() == value.type() || (other.is_number() && value.is_number());
      const auto tolerates = [&](const Tolerated& t) {
        return path_fits(path, t.path) &&
               std::find(t.values.begin(), t.values.end(), other) != t.values.end();
      };
      const auto exempt = std::find_if(tolerated.begin(), tolerated.end(), tolerates);
      if (exempt != tolerated.end())
        EXPECT_TRUE(taken) << what << ": the exemption (" << exempt->reason
                           << ") is no longer needed";
      else
        EXPECT_TRUE(!taken || same_type) << what << " was taken";
    }
  }
  for (size_t length = 0; length < text.size() - 2; length += 1 + text.size() / 50)
    EXPECT_FALSE(is_taken(text.substr(0, length), std::to_string(length) + " bytes")) << length;
  for (const char* bad : {"[]", "3", "null", "{}", "{\"format\": 1}", "{\"format\": 9}", "\xff"})
    EXPECT_FALSE(is_taken(bad, bad)) << bad;
  write_file_atomic(file, text);
  read();
}

TEST_F(RunFolderTest, CorruptDescriptionsAreRefused) {
  ModelInfo info;
  info.name = "x";
  info.task = "classification";
  info.input = {
      .name = "input", .kind = "picture", .shape = {3, 32, 24}, .dtype = "f32", .features = {"a"}};
  info.normalize = {{0.5}, {0.5}};
  info.labels = {"cat", "dog"};
  info.data = {{"train", "pets/", 12, "xxh64:0011"}};
  info.result = RunResult{.epochs = 3,
                          .best_epoch = 2,
                          .steps = 30,
                          .seconds = 1.5,
                          .stopped = "",
                          .metrics = {{"loss", 0.25}}};
  write_model_info(folder_ / "model.json", info);
  const std::string nan = "JSON has no NaN: null stands for it";
  expect_refusals(folder_ / "model.json", [&] { read_model_info(folder_ / "model.json"); },
                  {{"/normalize/mean/*", {nullptr}, nan},
                   {"/normalize/std/*", {nullptr}, nan},
                   {"/result/seconds", {nullptr}, nan},
                   {"/result/metrics/*", {nullptr}, nan},
                   {"/statistics",
                    {nlohmann::json::object()},
                    "is optional, and what is missing in it keeps its default"}});

  Checkpoint checkpoint;
  checkpoint.epoch = 1;
  checkpoint.step = 5;
  checkpoint.history = {{.epoch = 1, .steps = 5, .seconds = 0.5, .values = {{"loss", 0.5}}}};
  checkpoint.stop_reason = "it was enough";
  checkpoint.tensors = {{"x", ones({3})}};
  checkpoint.config_hash = "sha256:1";
  save_checkpoint(folder_ / "5", checkpoint);
  EXPECT_EQ(load_checkpoint(folder_ / "5").stop_reason, checkpoint.stop_reason);
  expect_refusals(folder_ / "5/checkpoint.json", [&] { load_checkpoint(folder_ / "5"); }, {},
                  {(folder_ / "5").string() + ": was written in another format",  // the whole of it
                   (folder_ / "5/checkpoint.safetensors").string() +
                       ": is damaged: its checksum"});  // is another than the one here
  const nlohmann::json good = nlohmann::json::parse(read_file(folder_ / "5/checkpoint.json"));
  const auto message_with = [&](const char* key, const nlohmann::json& value) {
    nlohmann::json json = good;
    json[key] = value;
    write_file_atomic(folder_ / "5/checkpoint.json", json.dump());
    return message_of([&] { load_checkpoint(folder_ / "5"); });
  };
  EXPECT_NE(message_with("batch", -1).find("a counter is not from 0"), std::string::npos);
  EXPECT_NE(
      message_with("step", std::numeric_limits<int64_t>::max()).find("a counter is not from 0"),
      std::string::npos);
  EXPECT_NE(message_with("epoch", 2).find("its history is not that of the epochs 1 to 2"),
            std::string::npos);
  EXPECT_NE(message_with("history", nlohmann::json::array()).find("its history is not"),
            std::string::npos);
  EXPECT_NE(message_with("batch", 3).find("is damaged: its checksum is not the one that it holds"),
            std::string::npos);  // plausible
}

// Checkpoints hold the hash: a key that a later version adds must not change it where it is not
// used.
TEST_F(RunFolderTest, HashesOnlyWhatDiffersFromTheDefaults) {
  const std::string least =
      "[data]\ndataset = \"glyphs\"\n[model]\nlayers = [\"flatten\", \"linear 10\"]\n";
  const std::string hash = config_hash(parse_config(least, "c.toml"));
  EXPECT_EQ(hash, "sha256:caf2e09fc2c2827a9dc587383b2672ce0a969dea17311ce56b82561a662d5863");
  EXPECT_EQ(config_hash(parse_config(least + "[train]\nbatch_size = 64\n", "c.toml")), hash);
  EXPECT_NE(config_hash(parse_config(least + "[train]\nbatch_size = 65\n", "c.toml")), hash);
}

TEST_F(RunFolderTest, MetricsTableReadsBack) {
  write_file_atomic(
      folder_ / "metrics.csv",
      "epoch,steps,loss,val_loss\n1,10,0.5,nan\n2,20,0.25,0.125\n3,3");  // the last row was cut off
  const std::vector<EpochLog> rows = read_metrics_csv(folder_ / "metrics.csv");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].steps, 20);
  EXPECT_EQ(rows[1].values[1], (std::pair<std::string, double>("val_loss", 0.125)));
  EXPECT_TRUE(std::isnan(rows[0].values[1].second));
  write_file_atomic(folder_ / "metrics.csv", "epoch,steps,loss\n1,2\n");
  EXPECT_NE(message_of([&] { read_metrics_csv(folder_ / "metrics.csv"); }).find("line 2"),
            std::string::npos);
}

TEST_F(RunFolderTest, KeepsTheNewestCheckpointsUpToAStep) {
  for (int64_t step : {5, 10, 15, 20}) {
    Checkpoint checkpoint;
    checkpoint.step = step;
    checkpoint.tensors = {{"x", ones({3})}};
    save_checkpoint(folder_ / "c" / std::to_string(step), checkpoint);
  }
  keep_checkpoints(folder_ / "c", 15, 2);  // a run that went on from 15 has no use for 20
  const auto left = checkpoints_in(folder_ / "c");
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].first, 15);
  EXPECT_EQ(left[1].first, 10);
  write_file_atomic(folder_ / "c/15/checkpoint.safetensors", "damaged");
  EXPECT_EQ(newest_checkpoint(folder_ / "c")->step, 10);
  write_file_atomic(folder_ / "c/10/checkpoint.json", "{");
  EXPECT_NE(message_of([&] {
              newest_checkpoint(folder_ / "c");
            }).find("none of its 2 checkpoints is whole; there is nothing to go on from"),
            std::string::npos);
  EXPECT_FALSE(newest_checkpoint(folder_ / "nothing"));
}

TEST_F(RunFolderTest, APersonsFoldersAmongTheCheckpointsStay) {
  for (int64_t step : {5, 10}) {
    Checkpoint checkpoint;
    checkpoint.step = step;
    save_checkpoint(folder_ / "c" / std::to_string(step), checkpoint);
  }
  make_folders(folder_ / "c/9999");
  write_file_atomic(folder_ / "c/9999/mine.txt", "mine");
  write_file_atomic(folder_ / "c/5/mine.txt", "mine");
  EXPECT_EQ(newest_checkpoint(folder_ / "c")->step, 10);
  keep_checkpoints(folder_ / "c", 10, 1);
  EXPECT_TRUE(fs::exists(folder_ / "c/9999/mine.txt"));
  EXPECT_TRUE(fs::exists(folder_ / "c/5/mine.txt"));
  EXPECT_FALSE(fs::exists(folder_ / "c/5/checkpoint.json"));
  EXPECT_EQ(checkpoints_in(folder_ / "c").size(), 1u);
}

}  // namespace
}  // namespace hebb
