// hebb data, from outside.
#include <nlohmann/json.hpp>

#include "hebb/formats/image.h"
#include "hebb/formats/npz.h"
#include "support/program.h"

namespace hebb {
namespace {

using Json = nlohmann::json;
using DataCommand = ProgramTest;

TEST_F(DataCommand, ListsWhatThereIs) {
  ASSERT_EQ(run("data list --data-dir " + in("nowhere") + " --json"), 0) << err;
  const Json sets = Json::parse(out)["data_sets"];
  ASSERT_EQ(sets.size(), 3u);
  EXPECT_EQ(sets[0]["name"], "fashion-mnist");
  EXPECT_EQ(sets[0]["train"], 60000);
  EXPECT_EQ(sets[0]["test"], 10000);
  EXPECT_EQ(sets[2]["name"], "glyphs");
  ASSERT_EQ(run("data list"), 0);
  EXPECT_NE(out.find("glyphs"), std::string::npos);
}

TEST_F(DataCommand, WritesPictures) {
  ASSERT_EQ(run("data get glyphs --limit 40 --samples 3 -o " + in("pictures") + " --json"), 0)
      << err;
  const Json files = Json::parse(out)["files"];
  ASSERT_EQ(files.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    const std::string label = files[i]["label"];
    EXPECT_EQ(files[i]["file"], in("pictures/" + std::to_string(i) + "-" + label + ".png"));
    EXPECT_EQ(read_file(files[i]["file"].get<std::string>()).substr(1, 3), "PNG");
  }
  EXPECT_EQ(run("data get glyphs --limit 40 --samples 3 -o " + in("pictures")),
            0);  // the same again
  write_file_atomic(files[1]["file"].get<std::string>(), "mine");
  EXPECT_EQ(run("data get glyphs --limit 40 --samples 3 -o " + in("pictures")), 2);
  EXPECT_EQ(out.find("1-"), std::string::npos);
  EXPECT_EQ(read_file(files[1]["file"].get<std::string>()), "mine");
  EXPECT_EQ(run("data get glyphs --limit 40 --samples 41 -o " + in("pictures")), 2);
  EXPECT_NE(err.find("--samples is 41, should be from 1 to 40"), std::string::npos);
  EXPECT_EQ(run("data get glyphs --samples 1"), 2);
  EXPECT_EQ(run("data get no-such-set"), 2);
  EXPECT_EQ(out, "");
}

TEST_F(DataCommand, TellsStatistics) {
  write_file_atomic(in("t.csv"), "a,b,label\n1,10,x\n3,20,y\n1,30,x\n");
  ASSERT_EQ(run("data stats " + in("t.csv") + " --json"), 0) << err;
  const Json part = Json::parse(out)["parts"][0];
  EXPECT_EQ(part["samples"], 3);
  EXPECT_EQ(part["shape"], Json({2}));
  EXPECT_EQ(part["classes"][0], Json({{"name", "x"}, {"samples", 2}}));
  EXPECT_EQ(part["mean"][1], 20);
  EXPECT_EQ(part["features"], Json({"a", "b"}));
  ASSERT_EQ(run("data stats glyphs --limit 50 --json"), 0) << err;
  EXPECT_EQ(Json::parse(out)["parts"].size(), 2u);
  EXPECT_EQ(run("data stats " + in("missing.csv") + " --json"), 2);
  EXPECT_EQ(out, "");
  EXPECT_EQ(run("data stats " + in("t.csv") + " --target c"), 2);
}

TEST_F(DataCommand, TellsTheSizesOfPictures) {
  for (const auto& [name, width, height] :
       {std::tuple("cat/1", 4, 3), {"cat/2", 9, 5}, {"dog/1", 4, 7}}) {
    fs::create_directories(fs::path(in(std::string("pets/") + name)).parent_path());
    write_png(in(std::string("pets/") + name + ".png"),
              Image{width, height, 1, std::vector<uint8_t>(size_t(width * height), 7)});
  }
  ASSERT_EQ(run("data stats " + in("pets")), 0) << err;
  EXPECT_NE(out.find("pictures from 3 to 7 high and from 4 to 9 wide, seen here as 3x4"),
            std::string::npos)
      << out;
  ASSERT_EQ(run("data stats --json " + in("pets")), 0) << err;
  EXPECT_EQ(Json::parse(out)["parts"][0]["heights"], Json({3, 7}));
  EXPECT_EQ(Json::parse(out)["parts"][0]["widths"], Json({4, 9}));
  ASSERT_EQ(run("data split " + in("pets") + " --folds 3 -o " + in("f.json")), 0) << err;
  EXPECT_NE(err.find("f.json\", fold = 0 } in [data] trains on these parts\n"), std::string::npos)
      << err;
  ASSERT_EQ(run("data split " + in("pets") + " --fractions 2,1 -o " + in("f.npz")), 0) << err;
  EXPECT_NE(err.find("f.npz\" } in [data] trains on these parts"), std::string::npos) << err;
  EXPECT_NE(out.find("  cat: "), std::string::npos) << "classes go by their names: " << out;
  EXPECT_NE(out.find(", dog: "), std::string::npos) << out;
}

TEST_F(DataCommand, SplitsBySeed) {
  ASSERT_EQ(run("data split glyphs --limit 200 --fractions 0.7,0.15,0.15 --stratify --json -o " +
                in("s.npz")),
            0)
      << err;
  const Json parts = Json::parse(out)["parts"];
  EXPECT_EQ(parts[0]["samples"], 140);
  EXPECT_EQ(
      parts[1],
      Json({{"name", "validation"}, {"samples", 30}, {"class_counts", std::vector<int>(10, 3)}}));
  EXPECT_EQ(read_npz(in("s.npz")).at("test").numel(), 30);
  const std::string once = read_file(in("s.npz"));
  ASSERT_EQ(run("data split glyphs --limit 200 --fractions 140,30,30 --stratify -o " + in("t.npz")),
            0)
      << err;
  EXPECT_EQ(run("data split " + in("t.npz") + " --fractions 0.5,0.5 -o " + in("t.npz")),
            2);  // the input is not written over
  EXPECT_EQ(read_file(in("t.npz")), once);
  ASSERT_EQ(run("data split glyphs --limit 200 --fractions 140,30,30 --stratify --seed 1 -o " +
                in("t.npz")),
            0)
      << err;
  EXPECT_NE(read_file(in("t.npz")), once);
  ASSERT_EQ(run("data split glyphs --limit 200 --folds 5 -o " + in("f.json")), 0) << err;
  EXPECT_EQ(Json::parse(read_file(in("f.json")))["fold4"].size(), 40u);
  EXPECT_EQ(run("data split glyphs --limit 200 --fractions 0.5,0.6"), 2);
  EXPECT_NE(err.find("0.5 + 0.6 = 1.1, should be 1"), std::string::npos);
  EXPECT_EQ(run("data split glyphs --limit 200"), 2);
  EXPECT_EQ(run("data split glyphs --limit 200 --folds 0"), 2);
  EXPECT_NE(err.find("0 folds of 200 samples, should be from 2"), std::string::npos) << err;
}

}  // namespace
}  // namespace hebb
