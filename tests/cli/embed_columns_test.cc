// embed_columns: a table's words as learned vectors, from a configuration to predictions.

#include <fmt/format.h>

#include <cmath>

#include "support/program.h"

namespace hebb {
namespace {

class EmbedColumns : public ProgramTest {
 protected:
  void write_table() const {
    std::string table = "size,town,kind,y\n";
    for (int i = 0; i < 240; ++i) {
      const int town = (i * 7) % 12, kind = (i / 12) % 3;
      table += fmt::format("{:.3f},town{},k{},{}\n", std::sin(i), town, kind,
                           (town % 3 == kind) ? "yes" : "no");  // what no sum of columns tells
    }
    write("t.csv", table);
    write("c.toml",
          "[data]\ndataset = \"t.csv\"\ntarget = \"y\"\nnormalize = \"auto\"\n[model]\n"
          "layers = [\"embed_columns\", \"linear 32\", \"relu\", \"linear 2\"]\n[train]\n"
          "epochs = 60\nbatch_size = 16\noptimizer = \"adam lr=0.01\"\nthreads = 1\n");
  }
};

TEST_F(EmbedColumns, LearnFromWords) {
  write_table();
  ASSERT_EQ(run("train c.toml --out r --json"), 0) << err;
  EXPECT_GT(json()["metrics"]["test_accuracy"], 0.9) << out;
  EXPECT_LT(json()["baseline"]["linear"]["accuracy"], 0.8) << out;
  // The table has said how many words there are: 12 and 3, and one for those never seen.
  EXPECT_NE(read("r/config.toml").find("\"embed_columns 13,4\""), std::string::npos)
      << read("r/config.toml");
  ASSERT_EQ(run("eval r --data t.csv --json"), 0) << err;
  EXPECT_GT(json()["metrics"]["accuracy"], 0.9);
  ASSERT_EQ(run("summary r"), 0) << err;
  EXPECT_NE(out.find("0.columns.0 (Embedding)"), std::string::npos) << out;
  ASSERT_EQ(run("summary c.toml"), 0) << err;
  EXPECT_NE(out.find("0.columns.1 (Embedding)"), std::string::npos) << out;
  // A word never seen, a missing one, another order of columns; alone and in a batch.
  write("new.csv", "kind,town,size\nk1,town1,0.5\nk9,atlantis,0.1\n,town2,0.3\n");
  ASSERT_EQ(run("predict r new.csv --json"), 0) << err;
  const auto all = json()["predictions"];
  EXPECT_EQ(all[0]["label"], "yes");
  EXPECT_TRUE(json()["errors"].empty());
  write("one.csv", "kind,town,size\nk9,atlantis,0.1\n");
  ASSERT_EQ(run("predict r one.csv --json"), 0) << err;
  EXPECT_EQ(json()["predictions"][0]["confidence"], all[1]["confidence"]);
}

TEST_F(EmbedColumns, GoOnInTheSameBits) {
  write_table();
  ASSERT_EQ(run("train c.toml --out whole --quiet --set train.epochs=4"), 0) << err;
  ASSERT_EQ(run("train c.toml --out r --quiet --set train.epochs=2"), 0) << err;
  ASSERT_EQ(run("train c.toml --out r --resume --quiet --set train.epochs=4"), 0) << err;
  EXPECT_EQ(read("r/weights.safetensors"), read("whole/weights.safetensors"));
  expect_refusal(2,
                 "train c.toml --out r --resume --set train.epochs=4 --set "
                 "'model.layers=[\"embed_columns 5\", \"linear 2\"]'",
                 "model.layers ([");
}

TEST_F(EmbedColumns, AreChecked) {
  write_table();
  expect_refusal(2, "train c.toml --check --set 'model.layers=[\"linear 4\", \"embed_columns\"]'",
                 "model.layers[1]: embed_columns takes the rows of the table, so it should be the "
                 "first layer");
  expect_refusal(2,
                 "train c.toml --check --set 'model.layers=[\"embed_columns 2,2\", \"linear 2\"]'",
                 "is \"embed_columns 2,2\", but the table makes it \"embed_columns 13,4\"");
  expect_refusal(2, "train c.toml --check --set 'data.normalize={ mean = [0], std = [1] }'",
                 "embed_columns takes codes among them");
  // Numbers alone: nothing to embed, and nothing goes wrong.
  write("n.csv", "a,b,y\n1,2,p\n2,1,q\n3,4,p\n4,3,q\n5,6,p\n6,5,q\n7,8,p\n8,7,q\n9,10,p\n10,9,q\n");
  ASSERT_EQ(run("train c.toml --out n --quiet --set data.dataset=n.csv --set train.epochs=1"), 0)
      << err;
  EXPECT_NE(read("n/config.toml").find("\"embed_columns\""), std::string::npos);
}

}  // namespace
}  // namespace hebb
