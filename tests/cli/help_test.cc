// hebb help, init, doctor, version: what they say is what the program takes.

#include <algorithm>
#include <map>
#include <sstream>

#include "hebb/data/open.h"
#include "hebb/data/to_image.h"
#include "hebb/formats/image.h"
#include "hebb/formats/npz.h"
#include "hebb/ops/random.h"
#include "hebb/run/config.h"
#include "support/program.h"

namespace hebb {
namespace {

using HelpCommand = ProgramTest;

TEST_F(HelpCommand, TopicsComeFromTheTables) {
  for (const auto& [topic, word] :
       {std::pair("layers", "conv2d"), std::pair("optimizers", "adamw"),
        std::pair("schedules", "cosine"), std::pair("losses", "cross_entropy"),
        std::pair("metrics", "f1_macro"), std::pair("tasks", "binary"),
        std::pair("initializers", "kaiming_normal"), std::pair("augment", "random_crop"),
        std::pair("data", "glyphs"), std::pair("config", "batch_size"),
        std::pair("exit-status", "130")}) {
    ASSERT_EQ(run(std::string("help ") + topic), 0) << err;
    EXPECT_NE(out.find(word), std::string::npos) << topic;
    ASSERT_EQ(run(std::string("help --json ") + topic), 0) << err;
    EXPECT_GT(json().size(), 2u) << topic;
  }
  ASSERT_EQ(run("help conv2d"), 0) << err;
  EXPECT_NE(out.find("conv2d OUT KERNEL"), std::string::npos) << out;
  EXPECT_NE(out.find("zeros, reflect, replicate, circular"), std::string::npos) << out;
  ASSERT_EQ(run("help adamw --json"), 0) << err;
  EXPECT_EQ(json()["options"][0]["name"], "lr");
  EXPECT_NE(json()["options"][0]["what"].get<std::string>().find("above 0"), std::string::npos);
  ASSERT_EQ(run("help train.threshold"), 0) << err;
  EXPECT_EQ(out.find("[train]\n  threshold = 0.5  of two classes the second is named"), 0u) << out;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2) << out;
  // A layer and a key, a loss and a penalty: both are shown.
  ASSERT_EQ(run("help threshold"), 0) << err;
  EXPECT_EQ(out.find("layers: "), 0u) << out;
  EXPECT_NE(out.find("\n\n[train]\n  threshold = 0.5  of two"), std::string::npos) << out;
  ASSERT_EQ(run("help threshold --json"), 0) << err;
  EXPECT_EQ(json()["name"], "threshold");
  EXPECT_EQ(json()["keys"][0]["name"], "train.threshold");
  ASSERT_EQ(run("help l1"), 0) << err;
  EXPECT_EQ(out.find("penalties: "), 0u) << out;
  EXPECT_NE(out.find("\n\nlosses: mean absolute error"), std::string::npos) << out;
  ASSERT_EQ(run("help l1 --json"), 0) << err;
  EXPECT_EQ(json()["also"][0]["topic"], "losses");
  ASSERT_EQ(run("help patience --json"), 0) << err;
  EXPECT_EQ(json()[0]["name"], "train.early_stopping.patience");
  ASSERT_EQ(run("help data.split"), 0) << err;
  EXPECT_NE(out.find("split.validation = 0.0"), std::string::npos) << out;
  EXPECT_EQ(out.find("split_seed"), std::string::npos) << out;
  ASSERT_EQ(run("help discriminator --json"), 0) << err;
  EXPECT_EQ(json()[0]["name"], "discriminator.input");
  expect_refusal(2, "help train.treshold", "did you mean 'train.threshold'?");
  expect_refusal(2, "help nothing", "unknown topic 'nothing'");
  ASSERT_EQ(run("help optimisers"), 0) << err;
  EXPECT_TRUE(out.starts_with("optimizers:")) << out;
  ASSERT_EQ(run("help initialisers"), 0) << err;
  EXPECT_TRUE(out.starts_with("initializers:")) << out;
  ASSERT_EQ(run("help"), 0);
  EXPECT_NE(out.find("predict"), std::string::npos);
  ASSERT_EQ(run("help train"), 0);
  EXPECT_NE(out.find("--resume"), std::string::npos);
  EXPECT_NE(out.find("--set before each"), std::string::npos) << out;
  ASSERT_EQ(run("help data get"), 0) << err;
  EXPECT_NE(out.find("--samples"), std::string::npos) << out;
  ASSERT_EQ(run("help train --json"), 0);
  EXPECT_EQ(json()["name"], "train");
  EXPECT_NE(json()["usage"].get<std::string>().find("--resume"), std::string::npos);
  ASSERT_EQ(run("--help"), 0);
  ASSERT_EQ(run("--version"), 0);
}

TEST_F(HelpCommand, InitWritesAConfigurationThatIsTaken) {
  ASSERT_EQ(run("init my.toml"), 0) << err;
  EXPECT_EQ(read_config(at("my.toml")).train.epochs, 10);
  EXPECT_NE(read("my.toml").find("hebb train my.toml"), std::string::npos);
  expect_refusal(2, "init my.toml", "is not written over");
  ASSERT_EQ(run("init --json other.toml"), 0);
  EXPECT_EQ(json()["file"], "other.toml");
  ASSERT_EQ(run("init digits.toml --data glyphs"), 0) << err;
  EXPECT_EQ(read_config(at("digits.toml")).data.dataset, "glyphs");
  EXPECT_EQ(read_config(at("digits.toml")).data.augment.size(),
            1u);  // no flip: digits have a direction
}

// What `help data` shows is tried: FILE.toml, and below it, indented, what is in it.
TEST_F(HelpCommand, ExamplesOfDataCanBeTrained) {
  std::string table = "rooms,age,price\n";
  for (int i = 0; i < 40; ++i)
    table += std::to_string(i % 7) + "," + std::to_string(i) + "," + std::to_string(i * 0.5) + "\n";
  write("houses.csv", table);
  Tensor classes = Tensor::empty({60}, i64);
  for (int64_t i = 0; i < 60; ++i)
    classes.data<int64_t>()[i] = i % 3;
  write_npz(at("signals.npz"), {{"x", randn({60, 64})}, {"y", classes}});
  const data::Dataset digits = data::glyphs({.train = 40, .test = 10}).train;
  for (int i = 0; i < 40; ++i) {
    make_folders(at(i % 2 ? "pets/cat" : "pets/dog"));
    write_png(at(i % 2 ? "pets/cat" : "pets/dog") / (std::to_string(i) + ".png"),
              data::to_image(digits.picture(i)));
  }
  ASSERT_EQ(run("help data"), 0);
  std::istringstream lines(out);
  std::map<std::string, std::string> files;
  for (std::string line, file; std::getline(lines, line);) {
    if (line.starts_with("    ") && !file.empty())
      files[file] += line.substr(4) + "\n";
    else
      file = line.starts_with("  ") && line.ends_with(".toml") ? line.substr(2) : "";
  }
  EXPECT_EQ(files.size(), 3u) << out;
  for (const auto& [file, content] : files) {
    write(file, content);
    EXPECT_EQ(run("train " + file + " --check"), 0) << file << "\n" << err;
  }
  EXPECT_EQ(run("data stats houses.csv --target price"), 0) << err;
}

TEST_F(HelpCommand, BlocksOfLayersCanBeTrained) {
  ASSERT_EQ(run("help layers"), 0) << err;
  std::istringstream lines(out);
  int blocks = 0;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  { "))
      continue;
    ++blocks;
    write("c.toml", "[data]\ndataset = \"glyphs\"\nlimit = 40\n[model]\nlayers = [" + line +
                        ", \"flatten\", \"linear 10\"]\n");
    EXPECT_EQ(run("train c.toml --check"), 0) << line << "\n" << err;
  }
  EXPECT_EQ(blocks, 3) << out;
  ASSERT_EQ(run("help residual"), 0) << err;
  EXPECT_EQ(out.find("  { residual = ["), 0u) << out;
}

TEST_F(HelpCommand, DoctorSaysWhatThereIs) {
  ASSERT_EQ(run("doctor --json"), 0) << err;
  for (const char* key : {"hebb", "kernels", "processor", "threads", "devices", "data_folders",
                          "data_sets", "cache", "disk_free_gb", "problems"})
    EXPECT_TRUE(json().contains(key)) << key;
  ASSERT_EQ(run("doctor"), 0);
  EXPECT_NE(out.find("oneDNN"), std::string::npos);
  EXPECT_NE(out.find("downloads to"), std::string::npos);
}

TEST_F(HelpCommand, VersionLoadsNoKernels) {
  ASSERT_EQ(run("version --json"), 0);
  EXPECT_TRUE(json()["version"].is_string());
  ASSERT_EQ(run("version", "LD_DEBUG=files"), 0);
  EXPECT_EQ(out.substr(0, 5), "hebb ");
  EXPECT_EQ(err.find("libhebb_cpu"), std::string::npos);
}

}  // namespace
}  // namespace hebb
