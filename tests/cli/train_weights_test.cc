// hebb train with what changes how weights are trained: rules for some parameters, averages,
// adaptive clipping, and learning rates that follow a measure; stopped and gone on with.

#include "hebb/formats/safetensors.h"
#include "support/program.h"

namespace hebb {
namespace {

class TrainWeights : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    std::string table = "a,b,y\n";
    for (int i = 0; i < 200; ++i) {
      const int a = i * 37 % 101, b = i * 53 % 97;
      table += std::to_string(a) + "," + std::to_string(b) + (a + b > 110 ? ",yes\n" : ",no\n");
    }
    write("t.csv", table);
    config("", "");
  }
  void config(const std::string& model, const std::string& train) {
    write("c.toml",
          "[data]\ndataset = \"t.csv\"\ntarget = \"y\"\nnormalize = \"auto\"\n"
          "[model]\nlayers = [\"linear 8\", \"relu\", \"linear 2\"]\n" +
              model + "[train]\nepochs = 6\nbatch_size = 16\nthreads = 1\n" + train);
  }
  std::vector<float> weight(const std::string& run, const std::string& name) {
    return read_safetensors(in(run + "/weights.safetensors")).at(name).to_vector<float>();
  }
};

TEST_F(TrainWeights, ResumedInTheSameBits) {
  config(
      "parameters = [{ match = \"0.*\", lr = 0.1, thaw = 2 }, { match = \"*.bias\", weight_decay = "
      "0 "
      "}]\n",
      "optimizer = \"adamw 0.02\"\nschedule = \"reduce_on_plateau 0.5 0\"\naverage = \"ema "
      "0.9\"\nclip_adaptive = 0.05\nearly_stopping = { patience = 10 }\n");
  ASSERT_EQ(run("train c.toml --out whole"), 0) << err;
  ASSERT_EQ(run("train c.toml --out part --set train.max_steps=25"), 0) << err;
  ASSERT_EQ(run("train c.toml --out part --resume"), 0) << err;
  for (const char* name : {"0.weight", "0.bias", "2.weight", "2.bias"})
    EXPECT_EQ(weight("whole", name), weight("part", name)) << name;
  EXPECT_NE(read("whole/config.toml")
                .find("parameters = [{ match = \"0.*\", lr = 0.1, thaw = 2 }, { "
                      "match = \"*.bias\", lr = 1.0, weight_decay = 0.0, thaw = "
                      "0 }]"),
            std::string::npos)
      << read("whole/config.toml");
  ASSERT_EQ(run("eval whole --json"), 0) << err;
}

TEST_F(TrainWeights, PartsWithOptimisersOfTheirOwn) {
  config("parameters = [{ match = \"2.*\", optimizer = \"sgd 0.05 momentum=0.9\" }]\n",
         "optimizer = \"adam 0.01\"\nschedule = \"exponential 0.8\"\n");
  ASSERT_EQ(run("train c.toml --out whole"), 0) << err;
  ASSERT_EQ(run("train c.toml --out part --set train.max_steps=25"), 0) << err;
  ASSERT_EQ(run("train c.toml --out part --resume"), 0) << err;
  ASSERT_EQ(run("train c.toml --out plain --set model.parameters=[]"), 0) << err;
  for (const char* name : {"0.weight", "0.bias", "2.weight", "2.bias"}) {
    EXPECT_EQ(weight("whole", name), weight("part", name)) << name;
    EXPECT_NE(weight("whole", name), weight("plain", name)) << name;
  }
  EXPECT_NE(read("whole/config.toml")
                .find("parameters = [{ match = \"2.*\", lr = 1.0, "
                      "optimizer = \"sgd 0.05 momentum=0.9\", thaw = 0 }]"),
            std::string::npos)
      << read("whole/config.toml");
}

TEST_F(TrainWeights, PlainAveragesAreKeptToo) {
  ASSERT_EQ(run("train c.toml --out last"), 0) << err;
  ASSERT_EQ(run("train c.toml --out mean --set 'train.average=\"swa 3\"'"), 0) << err;
  EXPECT_NE(weight("last", "0.weight"), weight("mean", "0.weight"));
  ASSERT_EQ(run("train c.toml --out cut --set 'train.average=\"swa 3\"' --set train.max_steps=40"),
            0)
      << err;
  ASSERT_EQ(run("train c.toml --out cut --set 'train.average=\"swa 3\"' --resume"), 0) << err;
  EXPECT_EQ(weight("cut", "0.weight"), weight("mean", "0.weight"));
}

TEST_F(TrainWeights, FrozenUntilTheyThaw) {
  config("parameters = [{ match = \"0.*\", thaw = 6 }]\n", "");
  ASSERT_EQ(run("train c.toml --out thawed"), 0) << err;
  ASSERT_EQ(
      run("train c.toml --out frozen --set model.parameters=[] --set 'model.freeze=[\"0.*\"]'"), 0)
      << err;
  EXPECT_EQ(weight("thawed", "0.weight"), weight("frozen", "0.weight"));
  EXPECT_EQ(weight("thawed", "2.weight"), weight("frozen", "2.weight"));
}

TEST_F(TrainWeights, APenaltyMakesThemSmaller) {
  const auto size = [&](const std::string& run) {
    double sum = 0;
    for (float w : weight(run, "0.weight"))
      sum += std::abs(w);
    return sum;
  };
  config("", "optimizer = \"sgd 0.2\"\n");
  ASSERT_EQ(run("train c.toml --out plain"), 0) << err;
  ASSERT_EQ(run("train c.toml --out small --set 'train.penalty=\"l1 0.02\"'"), 0) << err;
  EXPECT_LT(size("small"), 0.8 * size("plain"));
  EXPECT_NE(read("small/config.toml").find("penalty = \"l1 0.02\""), std::string::npos);
  ASSERT_EQ(run("train c.toml --out cut --set 'train.penalty=\"l1 0.02\"' --set train.max_steps=9"),
            0)
      << err;
  ASSERT_EQ(run("train c.toml --out cut --set 'train.penalty=\"l1 0.02\"' --resume"), 0) << err;
  EXPECT_EQ(weight("cut", "0.weight"), weight("small", "0.weight"));
}

TEST_F(TrainWeights, RefusesWhatItCannotDo) {
  const auto refused = [&](const std::string& set, const std::string& says) {
    EXPECT_EQ(run("train c.toml --out r --set '" + set + "'"), 2) << set;
    EXPECT_NE(err.find(says), std::string::npos) << err;
    EXPECT_FALSE(fs::exists(at("r"))) << set;
  };
  refused("model.parameters=[{ match = \"head.*\" }]",
          "no parameter follows the rule for 'head.*'");
  refused("model.parameters=[{ match = \"0.*\", lr = -1 }]", "model.parameters[0].lr");
  refused("model.parameters=[{ match = \"0.*\", rate = 1 }]", "rate");
  refused("model.parameters=[\"0.*\"]", "a table");
  refused("model.parameters=[{ match = \"0.*\", optimizer = \"sgdd\" }]", "sgd");
  refused("train.average=\"emma 0.9\"", "ema");
  refused("train.average=\"ema 1\"", "below 1");
  refused("train.average=\"swa\"", "start");
  refused("train.clip_adaptive=-1", "above 0");
  refused("train.penalty=\"l1 -1\"", "train.penalty: l1: strength is -1, should be at least 0");
  refused("train.penalty=\"l3 1\"", "unknown penalty 'l3'");
  refused("train.schedule=\"reduce_on_plateau monitor=val_f1\"", "val_f1");
}

}  // namespace
}  // namespace hebb
