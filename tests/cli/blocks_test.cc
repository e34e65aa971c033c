// Configurations with blocks of layers: the examples, from their summary to their predictions.

#include "support/program.h"

namespace hebb {
namespace {

class Blocks : public ProgramTest, public testing::WithParamInterface<const char*> {
 protected:
  std::string example() const {
    return (reference_folder().parent_path().parent_path() / "examples" / GetParam()).string();
  }
};

TEST_P(Blocks, FromSummaryToPredictions) {
  ASSERT_EQ(run("summary " + example() + " --json"), 0) << err;
  const int64_t parameters = json()["parameters"]["total"].get<int64_t>();
  ASSERT_EQ(run("train " + example() + " --out r --set data.limit=300 --set train.epochs=2 --json"),
            0)
      << err;
  ASSERT_EQ(run("summary r --json"), 0) << err;
  EXPECT_EQ(json()["parameters"]["total"], parameters);
  ASSERT_EQ(run("eval r --json"), 0) << err;
  EXPECT_EQ(json()["samples"], 300);
  // What was written reads back: a second training of the resolved configuration is the same.
  ASSERT_EQ(run("train r/config.toml --out again --json"), 0) << err;
  EXPECT_EQ(read("r/config.toml"), read("again/config.toml"));
  EXPECT_EQ(read("r/weights.safetensors"), read("again/weights.safetensors"));
}

INSTANTIATE_TEST_SUITE_P(Examples, Blocks, testing::Values("residual.toml", "inception.toml"),
                         [](const auto& info) {
                           const std::string name = info.param;
                           return name.substr(0, name.find('.'));
                         });

using BlocksCommand = ProgramTest;

TEST_F(BlocksCommand, MistakesNameTheirPlace) {
  const auto refused = [&](const std::string& layers, const std::string& says) {
    write("c.toml", "[data]\ndataset = \"glyphs\"\nlimit = 50\n[model]\nlayers = " + layers + "\n");
    EXPECT_EQ(run("train c.toml --check"), 2) << layers;
    EXPECT_NE(err.find(says), std::string::npos) << err;
  };
  refused("[{ residual = [\"conv2d 4 3\"] }, \"flatten\", \"linear 10\"]",
          "model.layers[0]: the residual makes [4, 26, 26] of a sample and the shortcut, which is "
          "left out, [1, 28, 28]");
  refused("[{ parallel = [[\"conv2d 4 3x\"]] }]", "model.layers[0].parallel[0][0] \"conv2d 4 3x\"");
  refused("[{ residul = [\"relu\"] }]", "c.toml:5: 'model.layers[0]' is a table without layers");
}

}  // namespace
}  // namespace hebb
