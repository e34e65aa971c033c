// Signals that stop hebb train: the first one saves and the run goes on to the same bits, the
// second one stops at once.

#include <chrono>
#include <thread>

#include "support/program.h"
#include "support/pseudo_terminal.h"
#include "support/tiny_run.h"

namespace hebb {
namespace {

class Signals : public ProgramTest {
 protected:
  void wait_for(
      const std::string& name) const {  // until the folder is there, or something is in the file
    const auto is_there = [&] {
      std::error_code error;
      if (fs::is_directory(at(name), error))
        return true;
      const uintmax_t size = fs::file_size(at(name), error);
      return !error && size > 0;
    };
    const auto late = std::chrono::steady_clock::now() +
                      std::chrono::seconds(100);  // a sanitizer on a busy machine takes its time
    while (!is_there()) {
      if (std::chrono::steady_clock::now() > late) {
        ADD_FAILURE() << name << " has not come in 100 s\n" << read(".stderr");
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
};

TEST_F(Signals, CtrlCSavesAndGoesOnToTheSameBits) {
  write("c.toml", tiny_mlp("checkpoint = { every_epochs = 100 }\n"));
  const std::vector<std::string> base = {"train", "c.toml",        "--set", "train.epochs=150",
                                         "--set", "data.limit=300"};
  for (const auto& [signal, status] :
       {std::pair(SIGINT, 130), std::pair(SIGTERM, 143), std::pair(SIGHUP, 129)}) {
    const std::string folder = "r" + std::to_string(status);
    std::vector<std::string> arguments = base;
    arguments.insert(arguments.end(), {"--out", folder});
    const pid_t pid = start(arguments);
    wait_for(folder + "/metrics.csv");
    ::kill(pid, signal);
    EXPECT_EQ(wait(pid), status) << read(".stderr");
    const std::string said = read(".stderr");
    EXPECT_NE(said.find("stopped by"), std::string::npos) << said;
    EXPECT_EQ(
        said.find("hebb: stopping after this step; Ctrl-C again stops at once\n") != said.npos,
        signal == SIGINT)
        << said;
    EXPECT_NE(said.find("to go on from there: " + program().string() +
                        " train c.toml --set train.epochs=150 --set data.limit=300 --out " +
                        folder + " --resume\n"),
              std::string::npos)
        << said;
    EXPECT_EQ(std::distance(fs::directory_iterator(at(folder + "/checkpoints")),
                            fs::directory_iterator()),
              1);
  }
  const std::string rest = " --set train.epochs=150 --set data.limit=300 --quiet";
  ASSERT_EQ(run("train c.toml --resume --out r130" + rest), 0) << err;
  for (const std::string other : {"r143", "r129"}) {
    ASSERT_EQ(run("train c.toml --resume --out " + other + rest), 0) << err;
    for (const char* file : {"/weights.safetensors", "/metrics.csv", "/steps.csv"})
      EXPECT_EQ(read("r130" + std::string(file)), read(other + file)) << other << file;
  }
}

TEST_F(Signals, CtrlCWhileDataAreReadLeavesNothing) {
  std::string table = "a,b,y\n";
  for (int i = 0; i < 1000000; ++i)
    table += std::to_string(i % 17) + "." + std::to_string(i % 29) + "," + std::to_string(i % 5) +
             "," + std::to_string(i % 2) + "\n";
  write("big.csv", table);
  write("c.toml",
        "[data]\ntrain = \"big.csv\"\ntarget = \"y\"\n[model]\nlayers = [\"linear "
        "2\"]\n[train]\noptimizer = \"adam lr=0.001\"\n");
  const pid_t pid = start({"train", "c.toml", "--out", "r"});
  wait_for("r");
  ::kill(pid, SIGINT);
  EXPECT_EQ(wait(pid), 130);
  const std::string said = read(".stderr");
  EXPECT_NE(said.find("hebb: stopped by Ctrl-C before the first step\n"), std::string::npos)
      << said;
  EXPECT_FALSE(fs::exists(at("r")));
}

TEST_F(Signals, AClosedWindowSaves) {  // the signal comes, and nothing can be shown any more
  write("c.toml", tiny_mlp());
  PseudoTerminal window;
  if (!window.screen())
    GTEST_SKIP() << "there are no pseudo-terminals";
  const pid_t pid = start({"train", "c.toml", "--out", "r", "--set", "train.epochs=2000"},
                          ::fileno(window.screen()));
  wait_for("r/metrics.csv");
  window.hang_up();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));  // rows that nobody sees
  ::kill(pid, SIGHUP);
  EXPECT_EQ(wait(pid), 129);
  EXPECT_GE(std::distance(fs::directory_iterator(at("r/checkpoints")), fs::directory_iterator()),
            1);
}

TEST_F(Signals, AReaderThatWentAwaySaves) {  // hebb train c.toml 2>&1 | head -2
  write("c.toml", tiny_mlp("checkpoint = { every_epochs = 1000 }\n"));
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const pid_t pid = start({"train", "c.toml", "--out", "r", "--set", "train.epochs=2000"}, ends[1]);
  ::close(ends[1]);
  wait_for("r/metrics.csv");
  ::close(ends[0]);
  EXPECT_EQ(wait(pid), 141);
  EXPECT_EQ(std::distance(fs::directory_iterator(at("r/checkpoints")), fs::directory_iterator()),
            1);
}

TEST_F(Signals, SecondCtrlCStopsAtOnceAndLosesNothing) {
  write("c.toml", tiny_mlp("checkpoint = { every_steps = 5 }\n"));
  const std::string more = " --quiet --set train.epochs=40";
  ASSERT_EQ(run("train c.toml --out whole" + more), 0) << err;
  const pid_t pid = start({"train", "c.toml", "--out", "r", "--quiet", "--set", "train.epochs=40"});
  wait_for("r/metrics.csv");  // the first epoch is over, and there are checkpoints
  for (int i = 0; i < 2; ++i)
    ::kill(pid, SIGINT);
  EXPECT_EQ(wait(pid), 130) << read(".stderr");
  ASSERT_EQ(run("train c.toml --out r --resume --set train.checkpoint.keep=3" + more), 0)
      << err;  // makes no difference to the result
  EXPECT_EQ(read("r/weights.safetensors"), read("whole/weights.safetensors"));
}

}  // namespace
}  // namespace hebb
