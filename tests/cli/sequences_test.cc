// Sequences through the program: token ids that end with padding, and numbers with their lengths.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "hebb/base/philox.h"
#include "hebb/formats/npz.h"
#include "hebb/ops/ops.h"
#include "support/program.h"

namespace hebb {
namespace {

constexpr int64_t samples = 400, times = 12;

class SequencesTest : public ProgramTest {
 protected:
  // Each has a 3 and a 5 somewhere: which comes first is its class. 0 after its end.
  void write_ids(const std::string& name, int64_t n = samples) const {
    const Tensor x = Tensor::empty({n, times}, i64), y = Tensor::empty({n}, i64);
    Philox random(11);
    for (int64_t i = 0; i < n; ++i) {
      const auto below = [&](int64_t end) { return int64_t(random.uniform() * double(end)); };
      int64_t* row = x.data<int64_t>() + i * times;
      const int64_t length = 4 + below(times - 3), first = below(length - 1),
                    second = first + 1 + below(length - first - 1);
      for (int64_t t = 0; t < times; ++t)
        row[t] = t < length ? 6 + below(14) : 0;
      y.data<int64_t>()[i] = below(2);
      row[first] = y.data<int64_t>()[i] ? 3 : 5;
      row[second] = 8 - row[first];
    }
    write_npz(at(name), {{"x", x}, {"y", y}});
  }

  // Noise, whose sign at the last time of the sequence is its class; beyond it there is noise, too.
  void write_series(const std::string& name, bool with_lengths) const {
    manual_seed(5);
    const Tensor x = randn({samples, times, 2}), y = Tensor::empty({samples}, i64),
                 lengths = Tensor::empty({samples}, i64);
    Philox random(12);
    for (int64_t i = 0; i < samples; ++i) {
      const int64_t length = 1 + int64_t(random.uniform() * double(times));
      lengths.data<int64_t>()[i] = length;
      float& last = x.data<float>()[(i * times + length - 1) * 2];
      last = last < 0 ? -2 : 2;
      y.data<int64_t>()[i] = last > 0;
    }
    NamedTensors arrays = {{"x", x}, {"y", y}};
    if (with_lengths)
      arrays.emplace("lengths", lengths);
    write_npz(at(name), arrays);
  }

  static std::string series_config(const std::string& data) {
    return "[data]\ndataset = \"" + data +
           "\"\nsplit = { train = 0.7, validation = 0.15, test = 0.15 }\n[model]\nlayers = "
           "[\"gru 8\", \"last\", \"linear 2\"]\n[train]\nepochs = 12\noptimizer = \"adam "
           "lr=1e-2\"\nbatch_size = 32\nseed = 1\n";
  }

  double accuracy(const std::string& what) {
    EXPECT_EQ(run(what + " --json"), 0) << err;
    return json()["metrics"]["accuracy"];
  }

  void expect_refusal(int status, const std::string& arguments, const std::string& words) {
    EXPECT_EQ(run(arguments), status) << err;
    EXPECT_NE(err.find(words), std::string::npos) << err;
  }
};

TEST_F(SequencesTest, TokensOfTheExample) {
  write_ids("sequences.npz");
  fs::copy_file(reference_folder() / ".." / ".." / "examples" / "sequences.toml", at("c.toml"));
  ASSERT_EQ(run("train c.toml"), 0) << err;
  EXPECT_NE(out.find("\n  majority    accuracy "), std::string::npos) << out;
  EXPECT_NE(out.find("linear      is left out: the inputs are no numbers"), std::string::npos);
  EXPECT_GT(accuracy("eval runs/c-1"), 0.9);
  EXPECT_LT(double(json()["baseline"]["majority"]["accuracy"]), 0.7);
  EXPECT_GT(accuracy("eval runs/c-1 --data sequences.npz"), 0.9);
  write_ids("new.npz", 3);
  ASSERT_EQ(run("predict runs/c-1 new.npz --json"), 0) << err;
  const auto predictions = json()["predictions"];
  ASSERT_EQ(predictions.size(), 3u);
  const std::vector<int64_t> expected = read_npz(at("new.npz")).at("y").to_vector<int64_t>();
  for (size_t i = 0; i < 3; ++i)
    EXPECT_EQ(predictions[i]["prediction_index"], expected[i]);
  Tensor odd = read_npz(at("new.npz")).at("x");
  odd.data<int64_t>()[0] = 20;
  write_npz(at("odd.npz"), {{"x", odd}});
  EXPECT_EQ(run("predict runs/c-1 odd.npz"), 0) << err;  // as with rows of tables
  EXPECT_NE(out.find("odd.npz:0: no prediction: holds the token id 20, should be from 0 to 19"),
            std::string::npos)
      << err;
  EXPECT_NE(out.find("odd.npz:2"), std::string::npos) << out;
  // A sequence's answer does not depend on what it is padded beside: one alone, the same.
  const NamedTensors all = read_npz(at("new.npz"));
  write_npz(at("one.npz"), {{"x", narrow(all.at("x"), 0, 1, 1).contiguous()}});
  ASSERT_EQ(run("predict runs/c-1 one.npz --json"), 0) << err;
  EXPECT_NEAR(double(json()["predictions"][0]["confidence"]), double(predictions[1]["confidence"]),
              1e-5);
}

TEST_F(SequencesTest, NumbersWithLengths) {
  write_series("series.npz", true);
  write("c.toml", series_config("series.npz"));
  ASSERT_EQ(run("train c.toml --quiet"), 0) << err;
  EXPECT_GT(accuracy("eval runs/c-1"), 0.95);
  const auto baseline = json()["baseline"];
  EXPECT_LT(double(baseline["majority"]["accuracy"]), 0.7);
  EXPECT_GT(double(baseline["linear"]["accuracy"]), 0.7);
  ASSERT_EQ(run("predict runs/c-1 series.npz -o p.csv"), 0) << err;
  write_series("blind.npz", false);  // the same samples: where they end is not told
  EXPECT_LT(accuracy("eval runs/c-1 --data blind.npz"), 0.8);
}

// Attention that leaves padding out: of tokens, which say themselves where a sequence ends, and of
// numbers with lengths.
TEST_F(SequencesTest, Transformers) {
  write_ids("ids.npz");
  write_series("series.npz", true);
  const auto with_layers = [](std::string config, const std::string& layers) {
    const size_t begin = config.find("layers = "), end = config.find('\n', begin);
    return config.replace(begin, end - begin, "layers = [" + layers + "]");
  };
  std::string tokens = with_layers(
      series_config("ids.npz"), R"("embedding 20 16 padding_idx=0", "sinusoidal_positions", )"
                                R"("transformer_encoder 2 heads=4 dim_feedforward=32 dropout=0", )"
                                R"("mean_pool", "linear 2")");
  tokens.replace(tokens.find("epochs = 12"), 11, "epochs = 35");
  write("tokens.toml", tokens);
  write("series.toml",
        with_layers(series_config("series.npz"),
                    R"("linear 16", "sinusoidal_positions", )"
                    R"("transformer_encoder 1 heads=2 dim_feedforward=32 dropout=0", )"
                    R"("last", "linear 2")"));
  for (const std::string name : {"tokens", "series"}) {
    ASSERT_EQ(run("train " + name + ".toml --quiet"), 0) << err;
    EXPECT_GT(accuracy("eval runs/" + name + "-1"), 0.9) << name;
  }
  write_ids("new.npz", 3);
  ASSERT_EQ(run("predict runs/tokens-1 new.npz --json"), 0) << err;
  const double among = json()["predictions"][1]["confidence"];
  const Tensor all = read_npz(at("new.npz")).at("x");
  const Tensor one = narrow(all, 0, 1, 1).contiguous();
  write_npz(at("one.npz"), {{"x", one}});
  ASSERT_EQ(run("predict runs/tokens-1 one.npz --json"), 0) << err;
  EXPECT_NEAR(double(json()["predictions"][0]["confidence"]), among, 1e-5);
}

// What stands behind a sequence's end is looked at by nobody, also where numbers are normalised.
TEST_F(SequencesTest, PaddingChangesNothing) {
  write_series("series.npz", true);
  write_series("padded.npz", true);
  NamedTensors arrays = read_npz(at("padded.npz"));
  const Tensor& x = arrays.at("x");
  for (int64_t i = 0; i < samples; ++i)
    for (int64_t t = arrays.at("lengths")[i].item<int64_t>(); t < times; ++t)
      for (int64_t f = 0; f < 2; ++f)
        x.data<float>()[(i * times + t) * 2 + f] = i % 2 ? 1e6f : std::nanf("");
  write_npz(at("padded.npz"), arrays);
  for (const char* name : {"series", "padded"}) {
    write(std::string(name) + ".toml", series_config(std::string(name) + ".npz"));
    ASSERT_EQ(
        run("train " + std::string(name) + ".toml --quiet --set data.normalize=auto --out " + name),
        0)
        << err;
    ASSERT_EQ(run("predict " + std::string(name) + " " + name + ".npz -o " + name + ".csv"), 0)
        << err;
  }
  EXPECT_GT(accuracy("eval series"), 0.95);
  for (const char* file : {"weights", "baseline"})
    EXPECT_EQ(read(fmt::format("series/{}.safetensors", file)),
              read(fmt::format("padded/{}.safetensors", file)));
  const std::string answers = read("padded.csv");
  EXPECT_NE(answers.find("padded.npz:399,"), std::string::npos);
  EXPECT_EQ(answers.find("should be a number"), std::string::npos);
  EXPECT_NE(read("series/recipe.json").find("standardise axis=-1"), std::string::npos);
}

// Series of one length, without `lengths`: the model says that features come last.
TEST_F(SequencesTest, FeaturesAreNormalisedEachByItself) {
  write_series("series.npz", false);
  NamedTensors arrays = read_npz(at("series.npz"));
  arrays["x"] = arrays["x"] * tensor({1.0, 1e5});
  write_npz(at("series.npz"), arrays);
  write("c.toml", series_config("series.npz"));
  ASSERT_EQ(run("train c.toml --quiet --set data.normalize=auto --set train.epochs=1"), 0) << err;
  EXPECT_NE(read("runs/c-1/recipe.json").find("standardise axis=-1"), std::string::npos);
}

TEST_F(SequencesTest, RefusesWhatIsNoSequence) {
  write_ids("ids.npz");
  write_series("series.npz", true);
  write("c.toml", series_config("ids.npz"));
  expect_refusal(2, "train c.toml", "takes sequences [time, features], but what comes in is [12]");
  std::string config = series_config("series.npz");
  config.replace(config.find("\"gru 8\""), 7, "\"embedding 9 4\", \"gru 8\"");
  write("c.toml", config);
  expect_refusal(2, "train c.toml",
                 "begins with \"embedding 9 4\", which takes token ids, but samples of series.npz "
                 "are no whole numbers");
  config.replace(config.find("series.npz"), 10, "ids.npz");
  write("c.toml", config);
  expect_refusal(1, "train c.toml",
                 "should be from 0 to 8: the model begins with \"embedding 9 4\"");
  EXPECT_EQ(err.find("in layer"), std::string::npos) << "found before a batch: " << err;
  EXPECT_NE(err.find("ids.npz: sample "), std::string::npos) << err;
  NamedTensors arrays = read_npz(at("series.npz"));
  arrays["lengths"] = arrays["lengths"] + times;
  write_npz(at("series.npz"), arrays);
  write("c.toml", series_config("series.npz"));
  expect_refusal(1, "train c.toml", "lengths of sample 0 is");
}

}  // namespace
}  // namespace hebb
