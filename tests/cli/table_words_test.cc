// What tables say in words of their own, from file to answer: names that stand twice, words for
// what is missing, months by name and times of day; and messages that name a line, a row or a key.

#include <fmt/format.h>

#include <cmath>

#include "support/program.h"

namespace hebb {
namespace {

class TableWords : public ProgramTest {
 protected:
  // HEADER and ROW(i) for so many i, whose target y is the last column.
  template <class Row>
  void write_table(const std::string& header, const Row& row, int rows = 90) const {
    std::string text = header + "\n";
    for (int i = 0; i < rows; ++i)
      text += row(i) + "\n";
    write("t.csv", text);
  }
  void write_config(const std::string& data = "", const std::string& loss = "mse") const {
    write(
        "c.toml",
        "[data]\ndataset = \"t.csv\"\ntarget = \"y\"\nnormalize = \"auto\"\n" + data +
            fmt::format("\n[model]\nlayers = [\"linear {}\"]\n[train]\nloss = \"{}\"\nepochs = 2\n"
                        "threads = 1\n",
                        loss == "mse" ? 1 : 2, loss));
  }
  void train() {
    fs::remove_all(at("r"));
    ASSERT_EQ(run("train c.toml --out r --quiet"), 0) << err;
  }
  nlohmann::json reasons(const std::string& file) {
    EXPECT_EQ(run("predict r " + file + " --json"), 0) << err;
    const nlohmann::json all = json();
    nlohmann::json out = nlohmann::json::array();
    for (const auto& prediction : all["predictions"])
      out.push_back(prediction.value("reason", nlohmann::json()));
    return out;
  }
};

TEST_F(TableWords, NamesThatStandTwice) {
  write_table("a,b,a,,y", [](int i) {
    return fmt::format("{}.5,{},{},{},{}.25", i % 7, i % 3 ? "u" : "v", i % 11, 100 - i % 9, i % 5);
  });
  write_config("categorical = [\"a.1\"]");
  ASSERT_EQ(run("train c.toml --out r"), 0) << err;
  EXPECT_NE(err.find("t.csv: line 1 repeats the name of a column: column 3 is called 'a.1'"),
            std::string::npos)
      << err;
  const auto info = nlohmann::json::parse(read("r/model.json"));
  EXPECT_EQ(info["input"]["features"], nlohmann::json({"a", "b", "a.1", "4"}));
  EXPECT_EQ(reasons("t.csv"), nlohmann::json(std::vector<nlohmann::json>(90, nullptr)));
  ASSERT_EQ(run("eval r --data t.csv --json"), 0) << err;
  // The first of a name is the column of that name; the empty one is the fourth.
  write("new.csv", "b,a,other,,a\nu,1.5,x,99,3\n");
  EXPECT_EQ(reasons("new.csv"), nlohmann::json({nullptr}));
  write("new.csv", "b,a,other,\nu,1.5,x,99\n");
  expect_refusal(2, "predict r new.csv", "has no column 'a.1', which the model was trained on");
}

TEST_F(TableWords, AHandEditedRecipeIsRefusedByItsKey) {
  write_table("a,b,y", [](int i) {
    return fmt::format("{},{},{}.5", i * 37 % 101, i % 3 ? "u" : "v", i % 9);
  });
  write_config();
  train();
  auto recipe = nlohmann::ordered_json::parse(read("r/recipe.json"));
  recipe.erase("sha256");
  ASSERT_EQ(recipe["steps"][2]["step"], "standard") << recipe.dump(1);
  const auto refused = [&](const auto& change, const std::string& words) {
    auto changed = recipe;
    change(changed);
    write("r/recipe.json", changed.dump(1));
    expect_refusal(1, "predict r t.csv", "r/recipe.json: is no recipe: " + words);
  };
  refused([](auto& r) { r["steps"][2]["state"]["columns"][0]["numbers"][0]["std"] = "x"; },
          "steps[2].state.columns[0].numbers[0].std: should be a number, is \"x\"");
  refused([](auto& r) { r["steps"][2]["state"]["columns"][0]["name"] = "c"; },
          "steps[2]: standard: there is no field 'c' behind those before it");
  refused([](auto& r) { r["steps"][2].erase("state"); },
          "steps[2].state: is missing, and standard is fitted on data");
  refused([](auto& r) { r["steps"][2]["step"] = "standart"; },
          "steps[2]: unknown step 'standart'; did you mean 'standard'?");
  refused([](auto& r) { r["input"][1]["kind"] = "word"; },
          "input[1].kind: there is no kind of field 'word'; there are number, category");
  refused([](auto& r) { r["target"]["field"].erase("shape"); },
          "target.field.shape: is missing, should be a list of sizes");
  refused([](auto& r) { r["target"]["steps"][0]["state"]["mean"][0] = nullptr; },
          "target.steps[0]: ");
  write("r/recipe.json", recipe.dump(1));
  ASSERT_EQ(run("predict r t.csv"), 0) << err;  // without the checksum it is taken as it is
}

}  // namespace
}  // namespace hebb
