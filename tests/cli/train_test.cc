// hebb train, eval, predict, summary from outside: results, JSON, the rules of --out and --resume.

#include <algorithm>
#include <limits>
#include <sstream>

#include "hebb/data/open.h"
#include "hebb/data/to_image.h"
#include "hebb/formats/image.h"
#include "hebb/formats/npz.h"
#include "hebb/formats/safetensors.h"
#include "hebb/ops/create.h"
#include "hebb/ops/random.h"
#include "support/program.h"
#include "support/tiny_run.h"

namespace hebb {
namespace {

class TrainCommand : public ProgramTest {};

TEST_F(TrainCommand, WalksFromConfigurationToPrediction) {
  write("digits.toml", tiny_mlp());
  ASSERT_EQ(run("train digits.toml --json"), 0) << err;
  EXPECT_EQ(json()["run"], "runs/digits-1");
  EXPECT_EQ(json()["epochs"], 3);
  EXPECT_GE(json()["best_epoch"], 1);
  EXPECT_GT(json()["seconds"], 0);
  for (const char* key :
       {"loss", "accuracy", "val_loss", "val_accuracy", "test_loss", "test_accuracy"})
    EXPECT_TRUE(json()["metrics"].contains(key)) << key;
  for (const char* file : {"config.toml", "model.json", "weights.safetensors", "metrics.csv",
                           "steps.csv", "report.html"})
    EXPECT_TRUE(fs::exists(at("runs/digits-1") / file)) << file;
  EXPECT_EQ(std::distance(fs::directory_iterator(at("runs/digits-1/checkpoints")),
                          fs::directory_iterator()),
            2);  // keep = 2
  const auto info = nlohmann::json::parse(read("runs/digits-1/model.json"));
  EXPECT_EQ(info["labels"].size(), 10u);
  EXPECT_EQ(info["input"]["shape"], nlohmann::json({1, 28, 28}));
  EXPECT_EQ(info["data"][0]["hash"].get<std::string>().substr(0, 6), "xxh64:");
  const double test_accuracy = json()["metrics"]["test_accuracy"];

  ASSERT_EQ(run("--json eval runs/digits-1"), 0) << err;
  EXPECT_EQ(json()["data"], "glyphs:test");
  EXPECT_EQ(json()["samples"], 600);
  EXPECT_EQ(json()["metrics"]["accuracy"], test_accuracy);
  EXPECT_TRUE(json()["metrics"].contains("f1_macro"));
  ASSERT_EQ(run("eval runs/digits-1 --data glyphs:train --report other.html --json"), 0) << err;
  EXPECT_EQ(json()["samples"], 60000);
  EXPECT_NE(read("other.html").find("data:image/png;base64"), std::string::npos);

  const data::Dataset digits = data::glyphs({.train = 10, .test = 10}).test;
  write_png(at("a.png"), data::to_image(digits.picture(0)));
  make_folders(at("more"));
  write_png(at("more/b.png"), data::to_image(digits.picture(1)));
  ASSERT_EQ(run("predict runs/digits-1 a.png more --top 3 --json"), 0) << err;
  ASSERT_EQ(json()["predictions"].size(), 2u);
  const auto first = json()["predictions"][0];
  EXPECT_EQ(first["input"], "a.png");
  EXPECT_EQ(first["top"].size(), 3u);
  EXPECT_EQ(first["label"], first["top"][0]["label"]);
  EXPECT_EQ(first["prediction_index"], first["top"][0]["index"]);
  EXPECT_EQ(first["confidence"], first["top"][0]["confidence"]);
  ASSERT_EQ(run("predict runs/digits-1 a.png"), 0) << err;
  EXPECT_EQ(out.substr(0, 7), "a.png: ");

  for (const char* what : {"runs/digits-1", "digits.toml"}) {
    ASSERT_EQ(run(std::string("summary --json ") + what), 0) << err;
    EXPECT_EQ(json()["parameters"]["total"], 784 * 16 + 16 + 16 * 10 + 10);
  }
  ASSERT_EQ(run("summary digits.toml"), 0);
  EXPECT_NE(out.find("(None, 1, 28, 28)"), std::string::npos);
  EXPECT_NE(out.find("Total params: 12,730 (49.73 KB)"), std::string::npos) << out;
}

TEST_F(TrainCommand, WarnsOfPicturesUnlikeTheTrainingSet) {
  write("digits.toml", tiny_mlp());
  ASSERT_EQ(run("train digits.toml --set train.epochs=1 --quiet --out r"), 0) << err;
  Image inverted = data::to_image(data::glyphs({.train = 10, .test = 10}).test.picture(0));
  for (uint8_t& level : inverted.pixels)
    level = uint8_t(255 - level);
  write_png(at("inverted.png"), inverted);
  ASSERT_EQ(run("predict r inverted.png --json"), 0);
  EXPECT_NE(err.find("warning: inverted.png: "), std::string::npos) << err;
  ASSERT_EQ(json()["predictions"].size(), 1u);
  ASSERT_EQ(json()["predictions"][0]["warnings"].size(), 1u);
  EXPECT_NE(json()["predictions"][0]["warnings"][0].get<std::string>().find("inverted"),
            std::string::npos)
      << out;
}

TEST_F(TrainCommand, SameBitsTwiceAndWithAnyNumberOfWorkers) {
  write("c.toml", tiny_mlp());
  for (const char* workers : {"1", "1", "0", "4"})
    ASSERT_EQ(run(std::string("train c.toml --quiet --set data.workers=") + workers), 0) << err;
  for (const char* other : {"runs/c-2", "runs/c-3", "runs/c-4"})
    for (const char* file : {"/weights.safetensors", "/metrics.csv", "/steps.csv"})
      EXPECT_EQ(read(other + std::string(file)), read(std::string("runs/c-1") + file))
          << other << file;
  ASSERT_EQ(run("train c.toml --quiet --seed 4"), 0) << err;
  EXPECT_NE(read("runs/c-5/weights.safetensors"), read("runs/c-1/weights.safetensors"));
  EXPECT_TRUE(read_safetensors(at("runs/c-1/weights.safetensors")).contains("1.weight"));
}

TEST_F(TrainCommand, ChecksWithoutWriting) {
  write("c.toml", tiny_mlp());
  ASSERT_EQ(run("train c.toml --check"), 0) << err;
  EXPECT_NE(out.find("Total params"), std::string::npos);
  ASSERT_EQ(run("train c.toml --check --json"), 0);
  EXPECT_EQ(json()["samples"]["validation"], 120);
  EXPECT_FALSE(fs::exists(at("runs")));
}

TEST_F(TrainCommand, KeepsTheRulesOfOutAndResume) {
  write("c.toml", tiny_mlp());
  ASSERT_EQ(run("train c.toml --out r --resume"), 0) << err;  // nothing there yet: begins
  EXPECT_NE((out + err).find("note: there is nothing to go on with"), std::string::npos)
      << out << err;
  const std::string weights = read("r/weights.safetensors"), info = read("r/model.json");
  ASSERT_EQ(run("train c.toml --out r --resume --json"), 0) << err;  // finished: left as it is
  EXPECT_EQ(json()["epochs"], 3);
  EXPECT_EQ(read("r/model.json"), info);
  expect_refusal(2, "train c.toml --out r", "--resume");
  expect_refusal(2,
                 "train c.toml --out r --resume --set train.epochs=4 --set train.batch_size=16 "
                 "--set 'model.layers=[\"flatten\", \"linear 10\"]'",
                 "train.batch_size (16, was 32)");
  EXPECT_NE(err.find("model.layers"), std::string::npos) << err;
  EXPECT_EQ(err.find("train.epochs"), std::string::npos) << "this alone would extend it: " << err;
  EXPECT_NE(err.find("--set model.weights=r, without --resume"), std::string::npos) << err;
  ASSERT_EQ(run("train c.toml --out longer --quiet --set train.epochs=1 --set model.weights=r"), 0)
      << err;  // as it says
  expect_refusal(
      2, "train r --resume",
      "`" + program().string() + " train r/config.toml --out r --resume` goes on with this run");
  ASSERT_EQ(run("train r/config.toml --out r --resume --quiet"), 0) << err;
  expect_refusal(2, "train c.toml --out r --resume --threads 2", "train.threads (2, was 1)");
  ASSERT_EQ(run("train c.toml --out r --resume --set data.workers=3"), 0)
      << err;  // changes no bits
  EXPECT_EQ(read("r/weights.safetensors"), weights);

  ASSERT_EQ(run("train c.toml --resume --quiet"), 0) << err;  // without --out: runs/c-1
  ASSERT_EQ(run("train c.toml --quiet"), 0) << err;           // always a new one
  ASSERT_EQ(run("train c.toml --resume --json"), 0) << err;
  EXPECT_EQ(json()["run"], "runs/c-2");
  expect_refusal(2, "train c.toml --resume --set train.seed=7", "train.seed (7, was 3)");
  EXPECT_FALSE(fs::exists(at("runs/c-3")));
  ASSERT_EQ(run("train c.toml --resume --set train.epochs=4 --json"), 0) << err;
  EXPECT_EQ(json()["run"], "runs/c-2");
  EXPECT_EQ(json()["epochs"], 4);
  EXPECT_NE(err.find("note: the run goes on with train.epochs (4, was 3)"), std::string::npos)
      << err;

  write("full/notes.txt", "mine");
  expect_refusal(2, "train c.toml --out full", "is not empty");
  expect_refusal(2, "train c.toml --out full --resume", "is not empty");
  EXPECT_EQ(read("full/notes.txt"), "mine");
}

TEST_F(TrainCommand, AFolderThatResumeDoesNotFindIsAskedFor) {
  write("c.toml", tiny_mlp());
  ASSERT_EQ(run("train c.toml --quiet --set train.epochs=1"), 0) << err;
  const auto train = [](const std::string& more) {
    return "train c.toml --quiet --set train.epochs=1 " + more;
  };
  expect_refusal(2, train("--resume --out runs/nope"),
                 "runs/nope: there is no run in this folder to go on with, but of this "
                 "configuration there is runs/c-1: name it with --out, or leave out --resume");
  expect_refusal(2, train("--resume --out elsewhere"), "of this configuration there is runs/c-1");
  EXPECT_FALSE(fs::exists(at("runs/nope")) || fs::exists(at("elsewhere")));
  ASSERT_EQ(run(train("--out runs/mine")), 0) << err;
  expect_refusal(2, train("--resume --out runs/nope/"),
                 "there are runs/c-1, runs/mine: name the one that is meant with --out");
  ASSERT_EQ(run(train("--resume --out runs/nope --set train.seed=7")), 0)
      << "no run of that configuration: " << err;
  fs::remove_all(at("runs"));
  ASSERT_EQ(run(train("--out mymodel")), 0) << err;
  expect_refusal(2, train("--resume --out mymodle"), "of this configuration there is mymodel:");
  ASSERT_EQ(run("train c.toml --resume --out another --set train.epochs=1"), 0) << err;
  EXPECT_NE(err.find("note: there is nothing to go on with"), std::string::npos) << err;
}

TEST_F(TrainCommand, RefusesToGoOnWithOtherData) {
  write("d/a/1.png", "");
  const data::Dataset digits = data::glyphs({.train = 60, .test = 10}).train;
  for (int i = 0; i < 60; ++i) {
    make_folders(at("d") / (i % 2 ? "a" : "b"));
    write_png(at("d") / (i % 2 ? "a" : "b") / (std::to_string(i) + ".png"),
              data::to_image(digits.picture(i)));
  }
  fs::remove(at("d/a/1.png"));
  write("c.toml",
        "[data]\ndataset = \"d\"\n[model]\nlayers = [\"flatten\", \"linear 2\"]\n[train]\nepochs = "
        "2\nbatch_size = 8\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  auto info = nlohmann::json::parse(read("r/model.json"));
  info["result"] = nullptr;  // as if it had been killed
  write("r/model.json", info.dump());
  write_png(at("d/a/7.png"), data::to_image(digits.picture(8)));
  expect_refusal(1, "train c.toml --out r --resume --quiet", "data have changed");
}

TEST_F(TrainCommand, DamagedPicturesOfTheTestPart) {  // are found before the first step, and
                                                      // repaired ones are no reason to begin anew
  const data::Dataset digits = data::glyphs({.train = 60, .test = 10}).train;
  for (int i = 0; i < 60; ++i) {
    const fs::path folder = at(i < 40 ? "train" : "test") / (i % 2 ? "a" : "b");
    make_folders(folder);
    write_png(folder / (std::to_string(i) + ".png"), data::to_image(digits.picture(i)));
  }
  write("c.toml",
        "[data]\ntrain = \"train\"\ntest = \"test\"\n[model]\nlayers = [\"flatten\", \"linear "
        "2\"]\n[train]\nepochs = 2\nbatch_size = 8\n"
        "threads = 1\n");
  const std::string picture = read("test/b/50.png");
  write("test/b/50.png", picture.substr(0, picture.size() / 2));
  expect_refusal(1, "train c.toml --out r", "test/b/50.png");
  expect_refusal(1, "train c.toml --check", "test/b/50.png");
  EXPECT_FALSE(fs::exists(at("r")));
  write("test/b/50.png", picture);
  ASSERT_EQ(run("train c.toml --out r --json"), 0) << err;
  const std::string weights = read("r/weights.safetensors");
  const std::string accuracy = json()["metrics"]["test_accuracy"].dump();

  auto info = nlohmann::json::parse(read("r/model.json"));
  info["result"] = nullptr;  // as if the test had failed
  write("r/model.json", info.dump());
  ASSERT_EQ(run("predict r test/b/50.png"), 0) << err;
  fs::remove(at("test/b/50.png"));
  ASSERT_EQ(run("train c.toml --out r --resume --json"), 0) << err;
  EXPECT_NE(err.find("warning: r: the test data have changed since the run began"),
            std::string::npos)
      << err;
  EXPECT_EQ(read("r/weights.safetensors"), weights);
  EXPECT_NE(json()["metrics"]["test_accuracy"].dump(), "") << accuracy;
  ASSERT_EQ(run("eval r --json"), 0);
  EXPECT_EQ(err, "");  // the description has the test part as it is now
  EXPECT_EQ(json()["samples"], 19);
}

TEST_F(TrainCommand, FallsBackToTheCheckpointBeforeADamagedOne) {
  write("c.toml", tiny_mlp("checkpoint = { every_steps = 10, keep = 3 }\n"));
  ASSERT_EQ(run("train c.toml --out whole --quiet"), 0) << err;
  fs::copy(at("whole"), at("r"), fs::copy_options::recursive);
  auto info = nlohmann::json::parse(read("r/model.json"));
  info["result"] = nullptr;
  write("r/model.json", info.dump());
  fs::remove(at("r/weights.safetensors"));
  std::string bytes = read("r/checkpoints/45/checkpoint.safetensors");
  bytes[bytes.size() / 2] = char(bytes[bytes.size() / 2] ^ 1);
  write("r/checkpoints/45/checkpoint.safetensors", bytes);
  ASSERT_EQ(run("train c.toml --out r --resume"), 0) << err;
  EXPECT_NE(err.find("is damaged"), std::string::npos) << err;
  EXPECT_NE(err.find("from step 40"), std::string::npos) << err;
  for (const char* file : {"weights.safetensors", "metrics.csv", "steps.csv"})
    EXPECT_EQ(read(std::string("r/") + file), read(std::string("whole/") + file)) << file;
}

TEST_F(TrainCommand, SaysWhenStepsAreMissing) {
  write("c.toml", tiny_mlp("checkpoint = { every_steps = 10, keep = 3 }\n"));
  ASSERT_EQ(run("train c.toml --out whole --quiet"), 0) << err;
  auto info = nlohmann::json::parse(read("whole/model.json"));
  info["result"] = nullptr;  // as if it had been killed
  write("whole/model.json", info.dump());
  const std::string steps = read("whole/steps.csv"), metrics = read("whole/metrics.csv");
  const size_t row = steps.find("\n20,") + 1;
  write("whole/steps.csv", steps.substr(0, row));
  write("whole/metrics.csv", "");
  ASSERT_EQ(run("train c.toml --out whole --resume"), 0) << err;
  EXPECT_NE(err.find("steps.csv: rows are missing from step 20 on, up to step 45"),
            std::string::npos)
      << err;
  EXPECT_EQ(read("whole/metrics.csv"), metrics);
  EXPECT_EQ(read("whole/steps.csv"), steps.substr(0, row));
}

TEST_F(TrainCommand, SaysThatALossHasASoftmaxOfItsOwn) {
  write("c.toml", tiny_mlp());
  const std::string layers =
      " --check --set 'model.layers=[\"flatten\",\"linear 10\",\"softmax\"]'";
  ASSERT_EQ(run("train c.toml" + layers), 0) << err;
  EXPECT_NE(err.find("note: the last layer is softmax, and the loss cross_entropy has a softmax of "
                     "its own; leave the layer out\n"),
            std::string::npos)
      << err;
  ASSERT_EQ(
      run("train c.toml --check --set 'model.layers=[\"flatten\",\"linear 10\",\"sigmoid\"]'"), 0)
      << err;
  EXPECT_NE(err.find("note: the last layer is sigmoid, and the loss cross_entropy has a softmax of "
                     "its own; leave the layer out\n"),
            std::string::npos)
      << err;
  ASSERT_EQ(run("train c.toml --check"), 0) << err;
  EXPECT_EQ(err.find("the last layer"), std::string::npos) << err;
}

TEST_F(TrainCommand, StopsWhenTheLossIsNoNumberAndSaysWhere) {
  write("c.toml", tiny_mlp());
  expect_refusal(1, "train c.toml --set 'train.optimizer=\"sgd lr=1e30\"'", "the loss is ");
}

TEST_F(TrainCommand, StartsFromWeightsAndFreezes) {
  write("c.toml", tiny_mlp());
  ASSERT_EQ(run("train c.toml --out first --quiet"), 0) << err;
  ASSERT_EQ(run("train c.toml --out second --quiet --set model.weights=first --set "
                "'model.freeze=[\"1.*\"]' --set model.init=kaiming_normal"),
            0)
      << err;
  const NamedTensors first = read_safetensors(at("first/weights.safetensors")),
                     second = read_safetensors(at("second/weights.safetensors"));
  EXPECT_EQ(first.at("1.weight").to_vector<double>(), second.at("1.weight").to_vector<double>());
  EXPECT_NE(first.at("3.weight").to_vector<double>(), second.at("3.weight").to_vector<double>());
  expect_refusal(2,
                 "train c.toml --quiet --set model.weights=first --set 'model.layers=[\"flatten\", "
                 "\"linear 10\"]'",
                 "model.weights");
}

TEST_F(TrainCommand, StartsFromNoSpoiltWeights) {
  write("c.toml", tiny_mlp());
  ASSERT_EQ(run("train c.toml --out first --quiet --set train.epochs=1"), 0) << err;
  NamedTensors weights = read_safetensors(at("first/weights.safetensors"));
  weights.at("3.bias").data<float>()[0] = std::numeric_limits<float>::quiet_NaN();
  write_safetensors(at("spoilt.safetensors"), weights);
  expect_refusal(1, "train c.toml --quiet --set model.weights=spoilt.safetensors",
                 "spoilt.safetensors: the weights of '3.bias' are not finite: value 0 is nan");
}

// Two classes with one output: whatever the loss takes for it, the program knows which class is
// meant.
TEST_F(TrainCommand, TwoClassesWithOneOutput) {
  std::string table = "a,b,y\n";
  for (int i = 0; i < 240; ++i) {
    const int a = i * 37 % 101, b = i * 53 % 97;
    table += std::to_string(a) + "," + std::to_string(b) + (a + b > 110 ? ",yes\n" : ",no\n");
  }
  write("t.csv", table);
  for (const char* loss : {"bce", "bce_with_logits", "mse", "huber"}) {
    const bool sigmoid = std::string(loss) == "bce";
    write("c.toml",
          "[data]\ndataset = \"t.csv\"\ntarget = \"y\"\nnormalize = \"auto\"\n[model]\nlayers = "
          "[\"linear 8\", \"relu\", \"linear 1\"" +
              std::string(sigmoid ? ", \"sigmoid\"" : "") +
              "]\n[train]\nepochs = 40\nbatch_size = 16\nloss = \"" + loss +
              "\"\noptimizer = \"adam lr=0.02\"\nmetrics = [\"accuracy\", \"roc_auc\"]\nthreads = "
              "1\n");
    const std::string folder = std::string("r_") + loss;
    ASSERT_EQ(run("train c.toml --json --out " + folder), 0) << err;
    for (const char* key :
         {"accuracy", "val_accuracy", "test_accuracy", "val_roc_auc", "test_roc_auc"})
      EXPECT_GT(json()["metrics"][key], 0.85) << loss << " " << key;
    ASSERT_EQ(run("eval --json " + folder), 0) << err;
    EXPECT_GT(json()["metrics"]["accuracy"], 0.85) << loss;
  }
}

TEST_F(TrainCommand, DropsTheLastBatchWhereItIsTooSmall) {
  write("c.toml",
        "[data]\ndataset = \"glyphs\"\nlimit = 161\n[model]\nlayers = [\"flatten\", \"linear 8\", "
        "\"batch_norm1d\", \"linear 10\"]\n"
        "[train]\nepochs = 2\nbatch_size = 32\nthreads = 1\n");  // without validation
  expect_refusal(2, "train c.toml", "set train.drop_last = true");
  expect_refusal(2, "train c.toml --check", "the last batch of 161 samples is one sample");
  expect_refusal(2, "train c.toml --set train.batch_size=1", "a batch is one sample");
  EXPECT_FALSE(fs::exists(at("runs/c-1")));
  ASSERT_EQ(run("train c.toml --set train.drop_last=true --json"), 0) << err;
  EXPECT_EQ(json()["steps"], 10);
  expect_refusal(2, "train c.toml --set train.drop_last=true --set train.batch_size=200",
                 "leaves nothing");
}

TEST_F(TrainCommand, NeverWritesOverAConfiguration) {
  const std::string mine = tiny_mlp("# mine\n");
  write("proj/config.toml", mine);
  write("c.toml", mine);
  expect_refusal(2, "train proj/config.toml --out proj --resume", "holds the configuration itself");
  expect_refusal(2, "train c.toml --out proj --resume", "is not empty");
  EXPECT_EQ(read("proj/config.toml"), mine);
  ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  const std::string resolved = read("r/config.toml");
  ASSERT_EQ(run("train r/config.toml --out r --resume --quiet"), 0)
      << err;  // the run's own file goes on with it
  const std::string weights = read("r/weights.safetensors");
  // As if it had been killed before it had a description: with its recipe, and before that.
  for (const std::string recipe : {"recipe.json", ""}) {
    for (const auto& entry : fs::directory_iterator(at("r")))
      if (entry.path().filename() != "config.toml" && entry.path().filename() != recipe)
        fs::remove_all(entry.path());
    expect_refusal(2, "train c.toml --out r --resume --set train.epochs=9", "is not empty");
    ASSERT_EQ(run("train c.toml --out r --resume --quiet"), 0) << err;
    EXPECT_EQ(read("r/weights.safetensors"), weights);
  }
  EXPECT_EQ(read("r/config.toml"), resolved);
}

TEST_F(TrainCommand, ABrokenSiblingStopsNoResume) {
  write("c.toml", tiny_mlp());
  ASSERT_EQ(run("train c.toml --quiet"), 0) << err;
  write("runs/c-2/config.toml", "[data");
  write("runs/c-2/model.json", "{}");
  ASSERT_EQ(run("train c.toml --resume --json"), 0) << err;
  EXPECT_EQ(json()["run"], "runs/c-1");
  EXPECT_NE(err.find("passed over"), std::string::npos) << err;
}

TEST_F(TrainCommand, StepsBeforeAFailureAreKept) {
  write("c.toml", tiny_mlp());
  expect_refusal(1, "train c.toml --out r --set 'train.optimizer=\"sgd lr=1e18\"'", "the loss is ");
  const std::string steps = read("r/steps.csv");
  EXPECT_GT(std::count(steps.begin(), steps.end(), '\n'), 1) << steps;
  EXPECT_FALSE(fs::exists(at("r/weights.safetensors")));
}

TEST_F(TrainCommand, MonitorsWhatTheLogSays) {
  write("c.toml", tiny_mlp("metrics = [\"top_5_accuracy\"]\n"));
  ASSERT_EQ(run("train c.toml --quiet --set train.early_stopping.monitor=val_top5_accuracy"), 0)
      << err;
  expect_refusal(2, "train c.toml --quiet --set train.early_stopping.monitor=val_top_5_accuracy",
                 "did you mean 'val_top5_accuracy'");
}

TEST_F(TrainCommand, EvalTakesAsManySamplesAsTheRun) {
  std::string table = "a,y\n";
  for (int i = 0; i < 100; ++i)
    table += std::to_string(i) + "," + std::to_string(2 * i) + "\n";
  write("t.csv", table);
  write("c.toml",
        "[data]\ntrain = \"t.csv\"\ntest = \"t.csv\"\ntarget = \"y\"\nlimit = 40\n[model]\nlayers "
        "= [\"linear 1\"]\n"
        "[train]\nepochs = 1\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  ASSERT_EQ(run("eval r --json"), 0) << err;
  EXPECT_EQ(json()["samples"], 40);
  EXPECT_EQ(err.find("are not those"), std::string::npos) << err;
  ASSERT_EQ(run("eval r --data t.csv --json"), 0) << err;
  EXPECT_EQ(json()["samples"], 100);
}

TEST_F(TrainCommand, SaysHowItSplits) {
  write("t.csv", "a,y\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n7,7\n8,8\n9,9\n10,10\n");
  write("c.toml",
        "[data]\ndataset = \"t.csv\"\ntarget = \"y\"\n[model]\nlayers = [\"linear "
        "1\"]\n[train]\nepochs = 1\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --check"), 0) << err;
  EXPECT_NE(err.find("0.15 for validation"), std::string::npos) << err;
}

TEST_F(TrainCommand, SaysThatNothingIsForValidation) {
  write("t.csv", "a,y\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n7,7\n8,8\n9,9\n10,10\n");
  write("c.toml",
        "[data]\ntrain = \"t.csv\"\ntarget = \"y\"\n[model]\nlayers = [\"linear "
        "1\"]\n[train]\nepochs = 1\nthreads = 1\n");
  const std::string says = "note: there is no validation part";
  ASSERT_EQ(run("train c.toml --out r"), 0) << err;
  EXPECT_NE(err.find(says), std::string::npos) << err;
  EXPECT_NE(err.find("split = { train = 0.9, validation = 0.1 } in [data]"), std::string::npos);
  ASSERT_EQ(run("train c.toml --check --set 'data.split={ train = 0.9, validation = 0.1 }'"), 0)
      << err;
  EXPECT_EQ(err.find(says), std::string::npos) << err;
}

TEST_F(TrainCommand, SaysWhichSizePicturesGet) {
  for (const char* name : {"cat/1", "cat/2", "dog/1", "dog/2"}) {
    make_folders(at(std::string("pets/") + name).parent_path());
    const int side = name[0] == 'c' ? 4 : 6;
    write_png(at(std::string("pets/") + name + ".png"),
              Image{side, side, 1, std::vector<uint8_t>(size_t(side * side), uint8_t(9 * side))});
  }
  write("c.toml",
        "[data]\ntrain = \"pets\"\n[model]\nlayers = [\"flatten\", \"linear 2\"]\n[train]\n"
        "epochs = 1\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --check"), 0) << err;
  EXPECT_NE(err.find("pictures from 4 to 6 high and from 4 to 6 wide become 4x4"),
            std::string::npos)
      << err;
  EXPECT_NE(err.find("model.input = [1, HEIGHT, WIDTH] sets another"), std::string::npos) << err;
  ASSERT_EQ(run("train c.toml --check --set model.input=[1,4,4]"), 0) << err;
  EXPECT_EQ(err.find("become 4x4"), std::string::npos) << err;
}

TEST_F(TrainCommand, NumbersHaveNoLikeliestClasses) {
  write_npz(at("p.npz"), {{"x", zeros({4, 1, 4, 4}, u8)}, {"y", randn({4})}});
  write("c.toml",
        "[data]\ntrain = \"p.npz\"\n[model]\nlayers = [\"flatten\", \"linear 1\"]\n[train]\nepochs "
        "= 1\nthreads = 1\n");
  ASSERT_EQ(run("train c.toml --quiet --out r"), 0) << err;
  write_png(at("a.png"), Image{4, 4, 1, std::vector<uint8_t>(16, 7)});
  ASSERT_EQ(run("predict r a.png"), 0) << err;
  expect_refusal(2, "predict r a.png --top 3",
                 "--top: this model gives numbers, which have no classes to show; leave it out");
}

TEST_F(TrainCommand, PredictsWhatItCanRead) {
  write("digits.toml", tiny_mlp());
  ASSERT_EQ(run("train digits.toml --set train.epochs=1 --quiet --out r"), 0) << err;
  make_folders(at("p"));
  const data::Dataset digits = data::glyphs({.train = 80, .test = 10}).train;
  for (int i = 0; i < 70; ++i)
    write_png(at("p") / (std::to_string(100 + i) + ".png"), data::to_image(digits.picture(i)));
  write("p/120.png", "no picture");
  EXPECT_EQ(run("predict r p --quiet"), 1);
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 69);
  EXPECT_NE(err.find("120.png"), std::string::npos) << err;
  EXPECT_NE(err.find("1 of 70 pictures could not be read"), std::string::npos) << err;
  EXPECT_EQ(run("predict r p --json"), 1);
  EXPECT_EQ(json()["predictions"].size(), 69u);
  EXPECT_EQ(json()["errors"].size(), 1u);
  EXPECT_EQ(json()["errors"][0]["file"], "p/120.png");
  EXPECT_NE(json()["errors"][0]["message"].get<std::string>().find("PNG"), std::string::npos)
      << out;
  fs::remove(at("p/120.png"));
  ASSERT_EQ(run("predict r p --top 3"), 0) << err;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 69 * 3);
  ASSERT_EQ(run("predict r p/100.png --top 3 --quiet"), 0) << err;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 3);
  ASSERT_EQ(run("predict r p --json"), 0) << err;
  EXPECT_EQ(json()["predictions"].size(), 69u);
  EXPECT_EQ(json()["predictions"][68]["input"], "p/169.png");
  EXPECT_EQ(json()["predictions"][68]["warnings"], nlohmann::json::array());
  EXPECT_EQ(json()["errors"], nlohmann::json::array());
}

TEST_F(TrainCommand, EvalWritesPredictions) {
  write("c.toml", tiny_mlp());
  ASSERT_EQ(run("train c.toml --out r --quiet --set train.epochs=1"), 0) << err;
  ASSERT_EQ(run("eval r --predictions p.csv --json"), 0) << err;
  const double accuracy = json()["metrics"]["accuracy"];
  const int samples = json()["samples"];
  std::istringstream lines(read("p.csv"));
  std::string line;
  std::getline(lines, line);
  EXPECT_TRUE(line.starts_with("sample,target,prediction,score_0,score_1,")) << line;
  int right = 0, all = 0;
  for (; std::getline(lines, line); ++all) {
    const size_t target = line.find(',') + 1, prediction = line.find(',', target) + 1;
    right += line[target] == line[prediction];
    EXPECT_EQ(std::count(line.begin(), line.end(), ','), 12) << line;
  }
  EXPECT_EQ(all, samples);
  EXPECT_NEAR(double(right) / all, accuracy, 1e-9);
  ASSERT_EQ(run("eval r --predictions p.jsonl --quiet"), 0) << err;
  std::istringstream objects(read("p.jsonl"));
  std::getline(objects, line);
  const auto first = nlohmann::json::parse(line);
  EXPECT_EQ(first["scores"].size(), 10u);
  EXPECT_TRUE(first["target"].is_string());

  std::string table = "x,y\n";
  for (int i = 0; i < 40; ++i)
    table += std::to_string(i) + "," + std::to_string(i * 0.5) + "\n";
  write("t.csv", table);
  write("t.toml",
        "[data]\ndataset = \"t.csv\"\n[model]\nlayers = [\"linear 1\"]\n[train]\nepochs = "
        "1\nthreads = 1\n");
  ASSERT_EQ(run("train t.toml --out t --quiet"), 0) << err;
  ASSERT_EQ(run("eval t --data t.csv --predictions q.csv --quiet"), 0) << err;
  EXPECT_TRUE(read("q.csv").starts_with("sample,target,prediction\n0,0,")) << read("q.csv");
  expect_refusal(2, "eval t --data t.csv --predictions t.csv", "is read by this command");
  expect_refusal(2, "eval t --predictions q.txt", "should end with .csv or .jsonl");
  expect_refusal(2, "eval t --predictions none/q.csv", "there is no folder none");
  EXPECT_EQ(read("t.csv"), table);
}

TEST_F(TrainCommand, WeightsThatAreGoneComeBackFromTheCheckpoint) {
  write("c.toml", tiny_mlp());
  ASSERT_EQ(run("train c.toml --out r --json"), 0) << err;
  EXPECT_EQ(json()["kept_epoch"], json()["epochs"]);
  const std::string weights = read("r/weights.safetensors");
  fs::remove(at("r/weights.safetensors"));
  expect_refusal(2, "eval r",
                 "its weights.safetensors is gone, which the last checkpoint can restore; go on "
                 "with `hebb train r/config.toml --out r --resume`");
  ASSERT_EQ(run("train c.toml --out r --resume --quiet"), 0) << err;
  EXPECT_EQ(read("r/weights.safetensors"), weights);
  ASSERT_EQ(run("eval r"), 0) << err;
}

}  // namespace
}  // namespace hebb
