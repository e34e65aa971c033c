// How training looks: Keras' bar on a terminal, one plain line per epoch elsewhere, and the text of
// numbers.

#include "hebb/train/progress_bar.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <regex>
#include <thread>

#include "hebb/nn/linear.h"
#include "hebb/optim/sgd.h"
#include "support/pseudo_terminal.h"

namespace hebb {
namespace {

class ProgressBarTest : public testing::Test {
 protected:
  // Two epochs of 4 batches, the second of which is cut short after one.
  std::string shown(Verbosity verbosity) {
    std::FILE* file = std::tmpfile();
    show(verbosity, file);
    std::string text(4096, '\0');
    std::rewind(file);
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
    return text;
  }

  static void show(Verbosity verbosity, std::FILE* file) {
    nn::Linear model(1, 1);
    optim::SGD sgd(model.parameters());
    TrainState state{.model = model, .optimizer = sgd};
    state.epochs = 12;
    state.batches_per_epoch = 4;
    ProgressBar bar(verbosity, file);
    for (const int64_t batches : {4, 1}) {
      state.batch = 0;
      bar.epoch_begin(state);
      for (int64_t b = 0; b < batches; ++b)
        ++state.batch, bar.batch_end(state);
      ++state.epoch;
      EpochLog log{state.epoch, state.epoch * 4, 1, {{"loss", 0.12345}, {"val_loss", 1e-5}}};
      bar.epoch_end(state, log);
    }
    state.stop_reason = "5 steps are done (max_steps)";
    bar.train_end(state);
  }
};

TEST_F(ProgressBarTest, Lines) {
  EXPECT_TRUE(std::regex_match(
      shown(Verbosity::lines),
      std::regex("Epoch 1/12 - 0s \\d+[mu]?s/step - loss: 0.1235 - val_loss: 1.0000e-05\n"
                 "Epoch 2/12 - 0s \\d+[mu]?s/step - loss: 0.1235 - val_loss: 1.0000e-05\n"
                 "Stopped: 5 steps are done \\(max_steps\\)\n")))
      << shown(Verbosity::lines);
  EXPECT_EQ(shown(Verbosity::automatic).substr(0, 12), "Epoch 1/12 -");  // a file is no terminal
  EXPECT_EQ(shown(Verbosity::silent), "");
}

TEST_F(ProgressBarTest, Bar) {
  const std::string text = shown(Verbosity::bar);
  EXPECT_EQ(text.substr(0, 11), "Epoch 1/12\n");
  std::string full, part;
  for (int i = 0; i < 20; ++i)
    full += "━", part += i < 5 ? "━" : "─";
  EXPECT_NE(text.find("4/4 " + full + " 0s "), std::string::npos) << text;
  EXPECT_NE(text.find("1/4 " + part + " 0s "), std::string::npos)
      << text;  // what was cut short is not shown as done
  EXPECT_EQ(text.find('\b'), std::string::npos);
}

TEST_F(ProgressBarTest, Terminals) {
  struct Case {
    const char *term, *no_color;
    bool redraws, colours;
  };
  for (const Case& c :
       {Case{"xterm", "", true, true}, {"xterm", "1", true, false}, {"dumb", "", false, false}}) {
    ::setenv("TERM", c.term, 1);
    ::setenv("NO_COLOR", c.no_color, 1);
    PseudoTerminal terminal;
    if (!terminal.screen())
      GTEST_SKIP() << "there are no pseudo-terminals";
    show(Verbosity::automatic, terminal.screen());
    const std::string text = terminal.shown();
    EXPECT_EQ(text.find("\033[K") != std::string::npos, c.redraws) << c.term;
    EXPECT_EQ(text.find("\033[32m") != std::string::npos, c.colours) << c.term << " " << c.no_color;
    EXPECT_EQ(text.find("Epoch 1/12 - 0s") != std::string::npos, !c.redraws) << text;
    EXPECT_EQ(text.find('\033') != std::string::npos, c.redraws) << text;
  }
  ::unsetenv("TERM");
  ::unsetenv("NO_COLOR");
}

TEST_F(ProgressBarTest, EndsItsLineWhenTrainingIsCutOff) {  // what is said then, such as the error,
                                                            // has a line of its own
  std::FILE* file = std::tmpfile();
  {
    nn::Linear model(1, 1);
    optim::SGD sgd(model.parameters());
    TrainState state{.model = model, .optimizer = sgd};
    state.batches_per_epoch = 4;
    ProgressBar bar(Verbosity::bar, file);
    bar.epoch_begin(state);
    std::this_thread::sleep_for(std::chrono::milliseconds(60));  // it draws no more often than that
    ++state.batch;
    bar.batch_end(state);
  }
  std::string text(4096, '\0');
  std::rewind(file);
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  EXPECT_NE(text.find("1/4"), std::string::npos) << text;
  EXPECT_EQ(text.back(), '\n') << text;
}

TEST_F(ProgressBarTest, AClosedWindowEndsNoTraining) {
  PseudoTerminal terminal;
  if (!terminal.screen())
    GTEST_SKIP() << "there are no pseudo-terminals";
  terminal.hang_up();
  EXPECT_NO_THROW(show(Verbosity::lines, terminal.screen()));
}

TEST(ProgressText, Numbers) {
  EXPECT_EQ(metric_text(0.12345), "0.1235");
  EXPECT_EQ(metric_text(0.001), "1.0000e-03");
  EXPECT_EQ(metric_text(0.0011), "0.0011");
  EXPECT_EQ(metric_text(-2), "-2.0000");
  EXPECT_EQ(metric_text(0), "0.0000");
  EXPECT_EQ(metric_text(99999), "99999.0000");
  EXPECT_EQ(metric_text(-3.8562e37), "-3.8562e+37");
  EXPECT_EQ(metric_text(HUGE_VAL), "inf");
  EXPECT_EQ(metric_text(-NAN).back(), 'n');
  EXPECT_EQ(step_time_text(2), "2s/step");
  EXPECT_EQ(step_time_text(0.012), "12ms/step");
  EXPECT_EQ(step_time_text(12e-6), "12us/step");
}

}  // namespace
}  // namespace hebb
