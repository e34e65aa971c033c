// hebb train, predict --samples, eval and summary of a run whose generator makes samples.

#include "hebb/formats/image.h"
#include "hebb/formats/npz.h"
#include "support/program.h"
#include "support/tiny_run.h"

namespace hebb {
namespace {

class Samples : public ProgramTest {};

TEST_F(Samples, AreMadeByARunOfAGenerator) {
  write("c.toml", tiny_gan());
  ASSERT_EQ(run("train c.toml --out r"), 0) << err;
  EXPECT_NE(out.find("predict r --samples 64 -o sheet.png"), std::string::npos) << out;
  EXPECT_NE(out.find("generator_loss"), std::string::npos) << out;

  ASSERT_EQ(run("predict r --samples 6 -o sheet.png"), 0) << err;
  EXPECT_NE(out.find("6 samples in sheet.png"), std::string::npos) << out;
  const Image sheet = read_image(at("sheet.png"));
  EXPECT_EQ(sheet.channels, 1);
  EXPECT_EQ(sheet.width, 3 * 30 + 2);
  EXPECT_EQ(sheet.height, 2 * 30 + 2);
  const auto numbers = [&](const std::string& arguments) {
    EXPECT_EQ(run("predict r --samples 6 -o s.npz --json" + arguments), 0) << err;
    EXPECT_EQ(json()["samples"], 6);
    const Tensor x = read_npz(at("s.npz")).at("x");
    EXPECT_EQ(x.shape(), (Dims{6, 1, 28, 28}));
    return x.to_vector<double>();
  };
  EXPECT_EQ(numbers(""), numbers(""));
  EXPECT_EQ(numbers(""), numbers(" --seed 3"));  // the run's
  EXPECT_NE(numbers(""), numbers(" --seed 4"));

  ASSERT_EQ(run("eval r --json"), 0) << err;
  EXPECT_TRUE(json()["metrics"].contains("generator_loss"));
  ASSERT_EQ(run("eval r --report again.html"), 0) << err;
  EXPECT_NE(read("again.html").find("made samples"), std::string::npos);
  ASSERT_EQ(run("summary r"), 0) << err;
  EXPECT_NE(out.find("[generator]"), std::string::npos) << out;
  ASSERT_EQ(run("summary c.toml --json"), 0) << err;
  EXPECT_GT(json()["parameters"]["total"], 784 * 16 * 2);
  ASSERT_EQ(run("train c.toml --check"), 0) << err;
  EXPECT_NE(out.find("[discriminator]"), std::string::npos) << out;

  expect_refusal(2, "predict r shoe.png", "this run's models make samples of noise");
  expect_refusal(2, "predict r --samples 6", "should be with --samples a file that ends in .png");
  expect_refusal(2, "predict r x.png --samples 6 -o s.png", "takes no inputs");
  expect_refusal(2, "predict r --samples 0 -o s.png", "--samples");
  expect_refusal(2, "predict r", "INPUT is required; see hebb predict --help");
  expect_refusal(2, "eval r --predictions p.csv", "make samples, which are no answers");
}

TEST_F(Samples, AreNotMadeByOtherRuns) {
  write("c.toml", tiny_mlp());
  ASSERT_EQ(run("train c.toml --out r --quiet --set train.epochs=1"), 0) << err;
  expect_refusal(2, "predict r --samples 6 -o s.png",
                 "--samples: is for a run whose models make samples");
}

}  // namespace
}  // namespace hebb
