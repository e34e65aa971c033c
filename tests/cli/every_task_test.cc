// Each built-in task from outside: a small run that is killed and resumed, its page, its evaluation
// and its predictions. A task without a sample here fails a test.

#include <algorithm>
#include <chrono>
#include <thread>

#include "hebb/tasks/task.h"
#include "support/program.h"
#include "support/unbalanced.h"

namespace hebb {
namespace {

struct TaskSample {
  std::string task;
  std::string model;                       // tables of the models
  std::string target;                      // of t.csv, whose features are a and b
  std::vector<std::string> measures;       // that `hebb eval` gives
  std::vector<std::string> of_prediction;  // keys of a prediction; none: the run makes samples
};

void PrintTo(const TaskSample& sample, std::ostream* out) {
  *out << sample.task;
}

std::vector<TaskSample> task_samples() {
  const std::vector<std::string> of_classes = {"confidence",       "input", "label",
                                               "prediction_index", "top",   "warnings"};
  const auto one_model = [](const std::string& last) {
    return "[model]\nlayers = [\"linear 8\", \"relu\", \"" + last + "\"]\n";
  };
  return {
      {"classification",
       one_model("linear 3"),
       "third",
       {"loss", "accuracy", "f1_macro"},
       of_classes},
      {"binary", one_model("linear 1"), "odd", {"loss", "accuracy", "roc_auc"}, of_classes},
      {"regression",
       one_model("linear 1"),
       "sum",
       {"loss", "r2", "mean_absolute_error"},
       {"input", "lower", "prediction", "upper", "warnings"}},
      {"reconstruction",
       one_model("linear 2"),
       "sum",
       {"loss", "mean_absolute_error"},
       {"input", "prediction", "warnings"}},
      {"adversarial",
       "[generator]\nnoise = 3\nlayers = [\"linear 8\", \"relu\", \"linear 2\"]\n"
       "[discriminator]\nlayers = [\"linear 8\", \"relu\", \"linear 1\"]\n",
       "sum",
       {"loss", "generator_loss", "discriminator_loss"},
       {}},
  };
}

class EveryTask : public ProgramTest, public testing::WithParamInterface<TaskSample> {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    const TaskSample& sample = GetParam();
    std::string table = "a,b," + sample.target + "\n";
    for (int i = 0; i < 240; ++i) {
      const int a = i % 7, b = i * 5 % 11;
      const std::string third[] = {"low", "middle", "high"};
      table += fmt::format("{}.5,{}.25,", a, b);
      table += sample.target == "third" ? third[a / 3]
               : sample.target == "odd" ? (a > 3 ? "yes" : "no")
                                        : fmt::format("{}.75", a + 2 * b);
      table += "\n";
    }
    write("t.csv", table);
    write("rows.csv", "a,b\n1.5,2.25\n6.5,0.25\n");
    write("c.toml",
          fmt::format("[data]\ndataset = \"t.csv\"\ntarget = \"{}\"\nnormalize = "
                      "\"auto\"\nsplit = {{ train = 0.6, validation = 0.2, test = 0.2 }}\n"
                      "{}[train]\ntask = \"{}\"\nepochs = 30\nbatch_size = "
                      "8\nthreads = 1\nseed = 2\ncheckpoint = {{ every_steps = 7 }}\n",
                      sample.target, sample.model, sample.task));
  }

  // Until the run has a checkpoint, or has ended.
  void kill_on_the_way(const std::string& folder) {
    const pid_t pid = start({"train", "c.toml", "--quiet", "--out", folder});
    for (int i = 0; i < 2000 && !fs::exists(at(folder + "/checkpoints")); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    ::kill(pid, SIGKILL);
    const int status = wait(pid);
    ASSERT_TRUE(status == -SIGKILL || status == 0) << status << "\n" << read(".stderr");
  }
};

TEST_P(EveryTask, IsTrainedKilledResumedShownAndAsked) {
  const TaskSample& sample = GetParam();
  ASSERT_EQ(run("train c.toml --quiet --out whole"), 0) << err;
  kill_on_the_way("killed");
  ASSERT_EQ(run("train c.toml --resume --quiet --out killed"), 0) << err;
  for (const char* file : {"/weights.safetensors", "/metrics.csv", "/steps.csv"})
    EXPECT_EQ(read(std::string("killed") + file), read(std::string("whole") + file)) << file;

  EXPECT_EQ(unbalanced(read("whole/report.html")), "");

  ASSERT_EQ(run("eval whole --json"), 0) << err;
  const nlohmann::json measures = json()["metrics"];
  for (const std::string& name : sample.measures)
    EXPECT_TRUE(measures.contains(name)) << name << " in " << measures;

  if (sample.of_prediction.empty()) {
    ASSERT_EQ(run("predict whole --samples 4 -o made.npz --json"), 0) << err;
    EXPECT_EQ(json()["samples"], 4);
    return;
  }
  ASSERT_EQ(run("predict whole rows.csv --json"), 0) << err;
  const nlohmann::json predictions = json()["predictions"];
  ASSERT_EQ(predictions.size(), 2u);
  for (const nlohmann::json& prediction : predictions) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : prediction.items())
      keys.push_back(key);
    EXPECT_EQ(keys, sample.of_prediction);
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, EveryTask, testing::ValuesIn(task_samples()),
                         [](const auto& info) { return info.param.task; });

TEST(Tasks, EveryBuiltInOneHasASampleRun) {
  std::vector<std::string> sampled, built_in;
  for (const TaskSample& sample : task_samples())
    sampled.push_back(sample.task);
  for (const Task* task : all_tasks())
    built_in.emplace_back(task->name);
  std::sort(sampled.begin(), sampled.end());
  std::sort(built_in.begin(), built_in.end());
  EXPECT_EQ(sampled, built_in);
}

}  // namespace
}  // namespace hebb
