// The same bits: killed with -9 at random moments, also in the middle of an epoch, and resumed.

#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <thread>

#include "support/program.h"
#include "support/tiny_run.h"

namespace hebb {
namespace {

class SlowResume : public ProgramTest {
 protected:
  // Trains to the end once; then again in a folder where it is killed `kills` times on the way.
  void expect_same_bits(const std::string& config, int kills) {
    write("c.toml", config);
    const auto begun = std::chrono::steady_clock::now();
    ASSERT_EQ(run("train c.toml --quiet --out whole"), 0) << err;
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    const unsigned seed = std::random_device()();
    SCOPED_TRACE("random seed " + std::to_string(seed));
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> part(0, 1);
    double latest = std::max(0.1, seconds * 0.7);
    int killed = 0;
    for (int i = 0; i < kills; ++i) {
      const pid_t pid = start({"train", "c.toml", "--resume", "--quiet", "--out", "killed"});
      std::this_thread::sleep_for(
          std::chrono::duration<double>(0.02 + part(random) * (latest - 0.02)));
      ::kill(pid, SIGKILL);
      const int status = wait(pid);
      ASSERT_TRUE(status == -SIGKILL || status == 0) << status << "\n" << read(".stderr");
      killed += status == -SIGKILL;
      if (status == 0 && killed == 0) {  // the machine was busier before: earlier, then
        fs::remove_all(at("killed"));
        latest = std::max(0.03, latest / 2);
      } else if (status == 0) {
        break;  // the run was finished before
      }
    }
    EXPECT_GE(killed, 1);
    ASSERT_EQ(run("train c.toml --resume --quiet --out killed"), 0) << err;
    for (const char* file : {"weights.safetensors", "metrics.csv", "steps.csv"})
      EXPECT_EQ(read(std::string("killed/") + file), read(std::string("whole/") + file))
          << file << " after " << killed << " kills";
    for (const auto& entry : fs::directory_iterator(at("killed/checkpoints")))
      EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
  }
};

const char* const often = "checkpoint = { every_steps = 3 }\n";

TEST_F(SlowResume, Mlp) {
  expect_same_bits(tiny_mlp(often), 8);
}

TEST_F(SlowResume, CnnWithBatchNormDropoutAugmentation) {
  expect_same_bits(tiny_cnn(often, 2), 8);
}

// The rows of a picture one after another.
TEST_F(SlowResume, LstmWithDropoutBetweenLayers) {
  std::string config = tiny_mlp(often);
  const std::string from = "\"flatten\", \"linear 16\", \"relu\"";
  config.replace(config.find(from), from.size(),
                 "\"flatten 1 2\", \"lstm 12 num_layers=2 bidirectional=true dropout=0.3\", "
                 "\"last\"");
  expect_same_bits(config, 6);
}

TEST_F(SlowResume, GeneratorAndDiscriminator) {
  std::string config = tiny_gan(often);
  config.replace(config.find("epochs = 2"), 10, "epochs = 40");
  expect_same_bits(config, 6);
}

TEST_F(SlowResume, CnnSameBitsTwiceAndWithAnyNumberOfWorkers) {
  write("c.toml", tiny_cnn());
  for (const char* workers : {"1", "1", "0", "4"})
    ASSERT_EQ(run(std::string("train c.toml --quiet --set data.workers=") + workers), 0) << err;
  for (const char* other : {"runs/c-2", "runs/c-3", "runs/c-4"})
    for (const char* file : {"/weights.safetensors", "/metrics.csv", "/steps.csv"})
      EXPECT_EQ(read(other + std::string(file)), read(std::string("runs/c-1") + file))
          << other << file;
}

}  // namespace
}  // namespace hebb
