// Baselines beside scores, and intervals around quantities: from training to predictions.

#include <fmt/format.h>

#include <cmath>
#include <sstream>

#include "support/program.h"
#include "support/tiny_run.h"

namespace hebb {
namespace {

class Baseline : public ProgramTest {
 protected:
  void write_houses(int rows = 300) const {
    std::string table = "rooms,area,price\n";
    for (int i = 0; i < rows; ++i)
      table += fmt::format("{},{},{:.2f}\n", i % 13, (i * 7) % 29,
                           120000 + 9000.0 * (i % 13) + 5000 * std::sin(i * 12.9898));
    write("houses.csv", table);
    write("c.toml",
          "[data]\ndataset = \"houses.csv\"\ntarget = \"price\"\nnormalize = \"auto\"\n[model]\n"
          "layers = [\"linear 16\", \"relu\", \"linear 1\"]\n[train]\nepochs = 30\nbatch_size = "
          "16\noptimizer = \"adam lr=0.01\"\nthreads = 1\n");
  }
};

TEST_F(Baseline, StandsBesideEveryScore) {
  write_houses();
  ASSERT_EQ(run("train c.toml --out r --json"), 0) << err;
  const auto trained = json()["baseline"];
  EXPECT_NEAR(trained["mean"]["r2"], 0, 0.1);
  EXPECT_GT(trained["linear"]["r2"], 0.95);
  EXPECT_LT(trained["linear"]["loss"], 0.05);  // of the scaled target, as the run's own
  EXPECT_EQ(nlohmann::json::parse(read("r/model.json"))["result"]["baseline"], trained);
  const std::string report = read("r/report.html");
  EXPECT_NE(report.find("Beside baselines"), std::string::npos);
  EXPECT_NE(report.find("ridge regression"), std::string::npos);
  ASSERT_EQ(run("eval r --json"), 0) << err;
  EXPECT_EQ(json()["baseline"], trained);  // saved, not fitted again
  ASSERT_EQ(run("eval r --data houses.csv"), 0) << err;
  EXPECT_NE(out.find("the model       mean     linear"), std::string::npos) << out;
  ASSERT_EQ(run("train c.toml --out s"), 0) << err;
  EXPECT_NE(out.find("\n  mean        r2 "), std::string::npos) << out;
  EXPECT_NE(out.find("\n  linear      r2 "), std::string::npos) << out;
  EXPECT_EQ(read("s/baseline.safetensors"), read("r/baseline.safetensors"));
  EXPECT_EQ(read("s/weights.safetensors"), read("r/weights.safetensors"));
  // A run of before there were any.
  fs::remove(at("r/baseline.safetensors"));
  ASSERT_EQ(run("eval r --json"), 0) << err;
  EXPECT_FALSE(json().contains("baseline"));
}

TEST_F(Baseline, OfPicturesAndOfNoTargets) {
  write("p.toml", tiny_mlp());
  ASSERT_EQ(run("train p.toml --out p --json"), 0) << err;
  EXPECT_GT(json()["baseline"]["linear"]["accuracy"], 0.35) << out;
  EXPECT_LT(json()["baseline"]["majority"]["accuracy"], 0.2);
  write("a.toml",
        "[data]\ndataset = \"glyphs\"\nlimit = 100\n[model]\nlayers = [\"flatten\", \"linear 8\", "
        "\"linear 784\"]\n[train]\nepochs = 1\ntask = \"reconstruction\"\nthreads = 1\n");
  ASSERT_EQ(run("train a.toml --out a --json"), 0) << err;
  EXPECT_FALSE(json().contains("baseline")) << out;
}

TEST_F(Baseline, IntervalsAroundQuantities) {
  write_houses();
  ASSERT_EQ(run("train c.toml --out r --json"), 0) << err;
  EXPECT_NEAR(json()["metrics"]["test_interval_coverage"], 0.9, 0.12) << out;
  const double width = json()["metrics"]["test_interval_width"];
  EXPECT_GT(width, 2000);
  EXPECT_LT(width, 40000);
  EXPECT_NE(read("r/report.html").find("by the errors of 45 validation samples"),
            std::string::npos);
  ASSERT_EQ(run("predict r houses.csv --json"), 0) << err;
  const auto answers = json();
  EXPECT_EQ(answers["level"], 0.9);
  int inside = 0;
  std::istringstream rows(read("houses.csv"));
  std::string line;
  std::getline(rows, line);
  for (const auto& p : answers["predictions"]) {
    std::getline(rows, line);
    const double price = std::stod(line.substr(line.rfind(',') + 1));
    EXPECT_NEAR(double(p["upper"][0]) - double(p["lower"][0]), width, 1);
    EXPECT_NEAR((double(p["upper"][0]) + double(p["lower"][0])) / 2, p["prediction"][0], 1);
    inside += price >= p["lower"][0] && price <= p["upper"][0];
  }
  EXPECT_NEAR(inside / 300.0, 0.9, 0.08);
  ASSERT_EQ(run("predict r houses.csv -o p.csv --level 0.5 --quiet"), 0) << err;
  EXPECT_EQ(read("p.csv").find("input,prediction,lower,upper,reason\nhouses.csv:2,"), 0u);
  ASSERT_EQ(run("predict r houses.csv -o p.jsonl --quiet"), 0) << err;
  EXPECT_NE(read("p.jsonl").find("\"lower\":["), std::string::npos);
  ASSERT_EQ(run("predict r houses.csv -o p.npz --quiet"), 0) << err;
  ASSERT_EQ(run("predict r houses.csv"), 0) << err;
  EXPECT_NE(out.find(" to "), std::string::npos) << out;
  ASSERT_EQ(run("eval r"), 0) << err;
  EXPECT_NE(out.find("interval_coverage"), std::string::npos) << out;
  expect_refusal(2, "predict r houses.csv --level 1", "level: is 1, should be above 0 and below 1");
  expect_refusal(2, "predict r houses.csv --level 0.999",
                 "for which there should be 999 validation samples; this run has 45");
  // A row that cannot be used has no interval.
  write("bad.csv", "rooms,area\nx,1\n3,4\n");
  ASSERT_EQ(run("predict r bad.csv -o p.csv --quiet"), 0) << err;
  EXPECT_NE(read("p.csv").find("bad.csv:2,,,,"), std::string::npos) << read("p.csv");
}

TEST_F(Baseline, FewValidationSamplesSayNothing) {
  write_houses(40);  // 6 of them for validation
  ASSERT_EQ(run("train c.toml --out r --json"), 0) << err;
  EXPECT_FALSE(json()["metrics"].contains("test_interval_coverage"));
  ASSERT_EQ(run("predict r houses.csv -o p.csv --quiet"), 0) << err;
  EXPECT_EQ(read("p.csv").find("input,prediction,reason\n"), 0u);
  ASSERT_EQ(run("predict r houses.csv -o p.csv --quiet --level 0.5"), 0) << err;
  write("t.csv", "a,y\n1,x\n2,z\n3,x\n4,z\n5,x\n6,z\n7,x\n8,z\n9,x\n10,z\n");
  write("t.toml",
        "[data]\ndataset = \"t.csv\"\n[model]\nlayers = [\"linear 2\"]\n[train]\nepochs = 1\n"
        "threads = 1\n");
  ASSERT_EQ(run("train t.toml --out t --quiet"), 0) << err;
  expect_refusal(2, "predict t t.csv --level 0.9", "this run has no intervals");
}

}  // namespace
}  // namespace hebb
