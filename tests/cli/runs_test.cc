// hebb runs, from outside.

#include <algorithm>

#include "support/program.h"
#include "support/tiny_run.h"

namespace hebb {
namespace {

class RunsCommand : public ProgramTest {
 protected:
  // runs/c-1 and runs/c-2, which differ in the optimiser.
  void two_runs() {
    write("c.toml", tiny_mlp());
    ASSERT_EQ(run("train c.toml --quiet"), 0) << err;
    ASSERT_EQ(run("train c.toml --quiet --set 'train.optimizer=sgd lr=0.1'"), 0) << err;
  }
};

TEST_F(RunsCommand, ListsShowsComparesAndPlots) {
  two_runs();
  ASSERT_EQ(run("runs list"), 0) << err;
  EXPECT_EQ(out.find("run  "), 0u) << out;
  EXPECT_NE(out.find("\nc-1  finished       3"), std::string::npos) << out;
  EXPECT_NE(out.find("val_accuracy"), std::string::npos) << out;
  EXPECT_NE(out.find("test_accuracy"), std::string::npos) << out;
  EXPECT_EQ(err, "");
  ASSERT_EQ(run("runs list runs --columns optimizer,val_loss --sort val_loss --filter "
                "'optimizer~adam' --json"),
            0)
      << err;
  ASSERT_EQ(json()["runs"].size(), 1u);
  EXPECT_EQ(json()["runs"][0]["run"], "c-1");
  EXPECT_EQ(json()["runs"][0]["columns"]["optimizer"], "adam lr=3e-3");
  EXPECT_EQ(json()["runs"][0]["columns"]["val_loss"], json()["runs"][0]["metrics"]["val_loss"]);
  EXPECT_EQ(json()["runs"][0]["config"]["train.epochs"], "3");
  ASSERT_EQ(run("runs list --filter task=classification --columns task --json"), 0) << err;
  ASSERT_EQ(json()["runs"].size(), 2u);
  EXPECT_EQ(json()["runs"][0]["columns"]["task"], "classification");
  ASSERT_EQ(run("runs list --filter train.task=binary --json"), 0) << err;
  EXPECT_EQ(json()["runs"].size(), 0u);
  ASSERT_EQ(run("runs list --filter epochs=7"), 0) << err;
  EXPECT_EQ(out, "runs: none of 2 runs is left by the filters\n");

  ASSERT_EQ(run("runs show runs/c-2"), 0) << err;
  for (const char* words :
       {"runs/c-2: finished, 3 epochs, 45 steps in ", "  train          glyphs:train, 480 samples",
        "test\n  loss", "train.optimizer = \"sgd lr=0.1\"", "model.json", "checkpoints/"})
    EXPECT_NE(out.find(words), std::string::npos) << words << "\n" << out;
  ASSERT_EQ(run("runs show runs/c-2 --json"), 0) << err;
  EXPECT_EQ(json()["state"], "finished");
  EXPECT_EQ(json()["files"].size(), 8u) << out;

  ASSERT_EQ(run("runs compare runs/c-1 runs/c-2 --html both.html"), 0) << err;
  EXPECT_NE(out.find("train.optimizer  adam lr=3e-3  sgd lr=0.1"), std::string::npos) << out;
  EXPECT_NE(out.find("loss of the validation part\n"), std::string::npos) << out;
  EXPECT_EQ(out.find('\033'), std::string::npos);
  EXPECT_NE(out.find("epoch 3"), std::string::npos) << out;
  EXPECT_NE(out.find("  b runs/c-2 "), std::string::npos) << out;
  const std::string page = read("both.html");
  EXPECT_NE(page.find("train.optimizer"), std::string::npos);
  EXPECT_NE(page.find("<svg"), std::string::npos);
  ASSERT_EQ(run("runs compare runs --json"), 0) << err;
  EXPECT_EQ(json()["differences"]["train.optimizer"]["runs/c-2"], "sgd lr=0.1");
  EXPECT_EQ(json()["differences"].size(), 1u) << out;
  EXPECT_TRUE(json()["metrics"]["val_loss"]["runs/c-1"].is_number());
  ASSERT_EQ(run("runs plot runs/c-1 runs/c-2 -o curves.html"), 0) << err;
  EXPECT_EQ(out, "curves.html\n");
  EXPECT_EQ(read("curves.html").find("train.optimizer"), std::string::npos);
}

TEST_F(RunsCommand, ARunThatDivergedIsCalledSo) {
  write("c.toml", tiny_mlp());
  ASSERT_NE(run("train c.toml --quiet --set 'train.optimizer=sgd lr=1e38'"), 0);
  EXPECT_NE(err.find("try a smaller learning rate"), std::string::npos) << err;
  ASSERT_EQ(run("runs list"), 0) << err;
  EXPECT_NE(out.find("c-1  diverged"), std::string::npos) << out;
  ASSERT_EQ(run("runs list --filter state=diverged --columns stopped --json"), 0) << err;
  ASSERT_EQ(json()["runs"].size(), 1u);
  const std::string why = json()["runs"][0]["stopped"];
  EXPECT_NE(why.find("try a smaller learning rate"), std::string::npos) << why;
  EXPECT_EQ(json()["runs"][0]["columns"]["stopped"], why);
  ASSERT_EQ(run("runs show runs/c-1"), 0) << err;
  EXPECT_NE(out.find("runs/c-1: diverged, "), std::string::npos) << out;
  EXPECT_NE(out.find("\n  " + why + "\n"), std::string::npos) << out;
  EXPECT_EQ(out.find("goes on with it"), std::string::npos) << out;
  // Tried again, it goes the same way.
  EXPECT_NE(run("train c.toml --quiet --resume --out runs/c-1 --set 'train.optimizer=sgd lr=1e38'"),
            0);
  ASSERT_EQ(run("runs list --filter state=diverged --json"), 0) << err;
  EXPECT_EQ(json()["runs"].size(), 1u);
}

// The direction comes from the metric, also where it is no word of a configuration.
TEST_F(RunsCommand, TheBestOfEveryMeasureIsMarked) {
  std::string table = "a,b,kind\n";
  for (int i = 0; i < 90; ++i)
    table +=
        std::to_string(i % 9) + "," + std::to_string(i * 5 % 7) + "," + "xyz"[i % 9 / 3] + "\n";
  write("t.csv", table);
  write("c.toml",
        "[data]\ndataset = \"t.csv\"\n[model]\nlayers = [\"linear 3\"]\n[train]\nepochs = "
        "1\nbatch_size = 8\nthreads = 1\noptimizer = \"adam lr=0.01\"\n");
  ASSERT_EQ(run("train c.toml --quiet --set data.target=kind"), 0) << err;
  ASSERT_EQ(run("train c.toml --quiet --set data.target=kind --set train.epochs=40"), 0) << err;
  ASSERT_EQ(run("runs compare runs"), 0) << err;
  for (const char* measure : {"test_roc_auc_ovr_macro", "test_average_precision_macro"}) {
    const size_t row = out.find(std::string("\n  ") + measure);
    ASSERT_NE(row, std::string::npos) << out;
    EXPECT_NE(out.substr(row + 1, out.find('\n', row + 1) - row).find(" *"), std::string::npos)
        << out;
  }
}

TEST_F(RunsCommand, RefusesWhatIsNoRun) {
  expect_refusal(2, "runs list", "runs: there is no such folder");
  write("some/notes.txt", "");
  ASSERT_EQ(run("runs list some"), 0);
  EXPECT_EQ(out, "some: no runs\n");
  expect_refusal(2, "runs show some", "is not a run folder");
  expect_refusal(2, "runs show nowhere", "there is no such run folder");
  expect_refusal(2, "runs compare some", "holds no runs");
  expect_refusal(2, "runs compare", "required");
  expect_refusal(2, "runs plot some", "--out");
  expect_refusal(2, "runs plot some -o page.txt", "should end with .html");
  expect_refusal(2, "runs compare some --html none/page.html", "there is no folder none");
  expect_refusal(2, "runs", "list, show, compare, plot");
}

TEST_F(RunsCommand, DamagedRunsAreOneLineEach) {
  two_runs();
  write("runs/c-1/model.json", "{");
  make_folders(at("runs/half/checkpoints"));
  ASSERT_EQ(run("runs list"), 0) << err;
  EXPECT_NE(out.find("c-1   damaged"), std::string::npos) << out;
  EXPECT_NE(err.find("note: runs/c-1/model.json: is no model's description"), std::string::npos)
      << err;
  EXPECT_NE(err.find("note: runs/half/config.toml: is missing"), std::string::npos) << err;
  EXPECT_EQ(std::count(err.begin(), err.end(), '\n'), 2) << err;
  ASSERT_EQ(run("runs show runs/c-1"), 0) << err;
  EXPECT_NE(out.find("damaged"), std::string::npos) << out;
  ASSERT_EQ(run("runs compare runs --json"), 0) << err;
  EXPECT_EQ(json()["runs"], nlohmann::json({"runs/c-2"}));
  expect_refusal(1, "runs compare runs/c-1", "none of these runs can be read");
  expect_refusal(2, "runs list --columns nothing", "unknown column 'nothing'");
  EXPECT_NE(err.find(", such as '"), std::string::npos) << err;
  EXPECT_LT(err.size(), 200u) << err;  // not all columns
  expect_refusal(2, "runs list --sort nothing", "unknown column 'nothing'");
  expect_refusal(2, "runs list --filter nothing", "should be COLUMN=VALUE");
}

}  // namespace
}  // namespace hebb
