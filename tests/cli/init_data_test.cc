// hebb init --data: looks at data of any kind and writes a configuration that trains as it stands;
// each is trained, evaluated and asked.

#include <fmt/format.h>
#include <algorithm>

#include <cmath>
#include <cstdlib>

#include "hebb/formats/image.h"
#include "hebb/formats/npz.h"
#include "hebb/ops/ops.h"
#include "hebb/run/config.h"
#include "support/program.h"

namespace hebb {
namespace {

class InitData : public ProgramTest {
 protected:
  // From the data to predictions. asked: an input of predict; empty: the data.
  void walk(const std::string& data, const std::string& more = "", std::string asked = "") {
    SCOPED_TRACE(data);
    for (const char* old : {"my.toml", "r"})
      fs::remove_all(at(old));
    ASSERT_EQ(run("init my.toml --data '" + data + "' " + more), 0) << err;
    const std::string text = read("my.toml");
    ASSERT_EQ(run("train my.toml --out r --json --set train.epochs=2 --set train.threads=1"), 0)
        << err << text;
    EXPECT_TRUE(json()["baseline"].contains("linear")) << out;
    EXPECT_TRUE(json()["metrics"].contains("val_loss")) << out;  // there are all three parts
    ASSERT_EQ(run("eval r --json"), 0) << err;
    ASSERT_EQ(run("predict r '" + (asked.empty() ? data : asked) + "' -o p.csv --quiet"), 0) << err;
    EXPECT_EQ(read("p.csv").find(",,,,,"), std::string::npos);
  }
  static bool is_here(const std::string& set) {
    const char* folder = std::getenv("HEBB_DATA");
    return folder && fs::exists(fs::path(folder) / set);
  }
};

TEST_F(InitData, RawSets) {
  int tried = 0;
  const auto set = [&](const std::string& file, const std::string& target) {
    if (!is_here(file))
      return;
    ++tried;
    walk(file, target.empty() ? "" : "--target '" + target + "'",
         (fs::path(std::getenv("HEBB_DATA")) / file).string());
  };
  set("titanic/train.csv", "Survived");
  if (tried > 0) {
    EXPECT_EQ(read_config(at("my.toml")).data.id, "PassengerId");
    EXPECT_NE(read("my.toml").find("#   Age          number      177 missing; numbers from"),
              std::string::npos);
    EXPECT_NE(read("my.toml").find("classes, because the target holds 2 different whole numbers"),
              std::string::npos);
  }
  set("california-housing/housing.csv.gz", "median_house_value");
  set("small-tables/iris.csv", "");  // the last column
  set("small-tables/banknote_authentication.csv", "5");
  if (tried == 0)
    GTEST_SKIP() << "the data sets are not here";
}

TEST_F(InitData, SlowRawSets) {
  if (!is_here("adult") || !is_here("credit-default"))
    GTEST_SKIP() << "Adult and credit default are not here";
  const fs::path folder = std::getenv("HEBB_DATA");
  walk("adult/adult.data.gz", "--target 15", (folder / "adult/adult.data.gz").string());
  walk("credit-default/UCI_Credit_Card.csv.gz", "--target Y",
       (folder / "credit-default/UCI_Credit_Card.csv.gz").string());
}

TEST_F(InitData, HabitsFromTheWild) {
  std::string german =
                  "Gr\xF6\xDF"
                  "e;Stadt;Preis\r\n",
              bare, quoted = "\"a\",\"b\",\"y\"\n", tabs = "id\ta\twhen\tclass\n";
  for (int i = 0; i < 90; ++i) {
    const double a = 40 + 9 * std::sin(i * 1.3), b = 20 + 15 * std::cos(i * 0.7);
    std::string row = fmt::format("{:.2f};{};{:.2f}\r\n", a, i % 3 ? "K\xF6ln" : "Bonn", a + b);
    std::replace(row.begin(), row.end(), '.', ',');
    german += row;
    bare += fmt::format("{:.2f},{:.1f},{}\n", a, b, a > 40 ? "ja" : "nein");
    quoted += fmt::format("\"{:.2f}\",\"{:.1f}\",\"{}\"\n", a, b, a > 40 ? 1 : 0);
    tabs += fmt::format("{}\t{:.2f}\t2024-0{}-1{}\t{}\n", i + 1, a, 1 + i % 9, i % 10,
                        a > 40 ? "high" : "low");
  }
  write("german.csv", german);
  write("bare.csv", bare);
  write("quoted.csv", quoted);
  write("tabs.tsv", tabs);
  walk("german.csv");
  EXPECT_NE(read("my.toml").find("separated by semicolons, decimal commas, windows-1252"),
            std::string::npos);
  EXPECT_EQ(read_config(at("my.toml")).data.target, "Preis");
  walk("bare.csv");
  EXPECT_EQ(read_config(at("my.toml")).data.target, "3");
  EXPECT_NE(read("my.toml").find("2 classes: ja "), std::string::npos);
  walk("quoted.csv");
  EXPECT_NE(read("my.toml").find("#   If that is wrong: the loss mse or l1 makes it a quantity."),
            std::string::npos);
  walk("tabs.tsv");
  EXPECT_EQ(read_config(at("my.toml")).data.id, "id");
  EXPECT_EQ(read_config(at("my.toml")).data.target, "class");
  EXPECT_NE(read("my.toml").find("# time = \"when\""), std::string::npos);
  // What a person says of the file is written down.
  walk("german.csv", "--target Stadt --separator ';' --decimal , --kinds Preis=number");
  EXPECT_EQ(read_config(at("my.toml")).data.separator, ";");
}

TEST_F(InitData, Arrays) {
  std::vector<float> x;
  std::vector<int64_t> y;
  std::vector<double> quantity;
  for (int i = 0; i < 80; ++i) {
    for (int k = 0; k < 12; ++k)
      x.push_back(float(std::sin(i * 0.7 + k)));
    y.push_back(i % 3);
    quantity.push_back(1000 * std::sin(i * 0.7) + 0.5);
  }
  const Tensor rows = Tensor::from(x, {80, 12});
  write_npz(at("rows.npz"), {{"x", rows}, {"y", Tensor::from(y, {80})}});
  write_npz(at("series.npz"),
            {{"x", rows.reshape({80, 3, 4})}, {"y", Tensor::from(quantity, {80})}});
  Tensor pictures = Tensor::empty({80, 1, 12, 12}, u8);
  for (int64_t i = 0; i < pictures.numel(); ++i)
    pictures.data<uint8_t>()[i] = uint8_t((i * 37) % 251);
  write_npz(at("pictures.npz"), {{"x", pictures}, {"y", Tensor::from(y, {80})}});
  for (const char* file : {"rows.npz", "series.npz", "pictures.npz"})
    walk(file);
  EXPECT_NE(read("my.toml").find("conv2d 32"), std::string::npos);
  expect_refusal(2, "init other.toml --data rows.npz --target y",
                 "which an .npz file does not have");
}

TEST_F(InitData, Sequences) {
  std::vector<float> x;
  std::vector<int64_t> y;
  for (int i = 0; i < 80; ++i) {
    for (int k = 0; k < 12; ++k)
      x.push_back(float(std::sin(i * 0.7 + k)));
    y.push_back(i % 3);
  }
  const Tensor numbers = Tensor::from(x, {80, 3, 4}), labels = Tensor::from(y, {80}),
               lengths = Tensor::from(std::vector<int64_t>(80, 2), {80}),
               ids = Tensor::from(y, {80, 1});
  const auto init = [&](const char* file, const NamedTensors& arrays) {
    write_npz(at(file), arrays);
    for (const char* old : {"my.toml", "r"})
      fs::remove_all(at(old));
    EXPECT_EQ(run("init my.toml --data " + std::string(file)), 0) << err;
    EXPECT_EQ(run("train my.toml --out r --quiet --set train.epochs=2"), 0) << err;
    EXPECT_EQ(run("eval r --quiet"), 0) << err;
    EXPECT_EQ(run("predict r " + std::string(file) + " --quiet"), 0) << err;
    return read("my.toml");
  };
  const std::string series =
      init("series.npz", {{"x", numbers}, {"lengths", lengths}, {"y", labels}});
  EXPECT_NE(series.find("lstm 32 bidirectional=true"), std::string::npos) << series;
  EXPECT_NE(series.find("normalize = \"auto\""), std::string::npos);
  const std::string tokens =
      init("tokens.npz", {{"x", cat({ids, ids + 4, ids}, 1)}, {"lengths", lengths}, {"y", labels}});
  EXPECT_NE(tokens.find("embedding 7 32"), std::string::npos) << tokens;
  EXPECT_NE(tokens.find("normalize = \"none\""), std::string::npos);
  const std::string whole = init("whole.npz", {{"x", cat({ids, ids}, 1)}, {"y", labels}});
  EXPECT_NE(whole.find("Of token ids: \"embedding 3 32\""), std::string::npos) << whole;
  write_npz(at("odd.npz"), {{"x", cat({ids, ids}, 1) * 0.5}, {"lengths", lengths}, {"y", labels}});
  expect_refusal(2, "init other.toml --data odd.npz", "should be [samples, times, features]");
}

TEST_F(InitData, FoldersOfPictures) {
  const auto picture = [&](const std::string& name, int i, bool bright) {
    Image image{.width = 20 + i % 3, .height = 18, .channels = 3, .pixels = {}};
    for (int k = 0; k < image.width * image.height * 3; ++k)
      image.pixels.push_back(uint8_t((bright ? 150 : 20) + (k * 7 + i) % 60));
    write(name, encode_png(image));
  };
  for (int i = 0; i < 14; ++i) {
    picture(fmt::format("pets/cat/{}.png", i), i, true);
    picture(fmt::format("pets/dog/{}.png", i), i, false);
    picture(fmt::format("parts/train/cat/{}.png", i), i, true);
    picture(fmt::format("parts/train/dog/{}.png", i), i, false);
    picture(fmt::format("parts/test/cat/{}.png", i), i + 1, true);
    picture(fmt::format("parts/test/dog/{}.png", i), i + 1, false);
  }
  walk("pets", "", "pets/cat");
  EXPECT_EQ(read_config(at("my.toml")).model.input, (Dims{3, 18, 18}));
  EXPECT_NE(
      read("my.toml").find("28 pictures of 2 classes, in colour, from 18 to 18 high and from"),
      std::string::npos)
      << read("my.toml");
  walk("parts", "", "parts/test/cat");
  EXPECT_EQ(read_config(at("my.toml")).data.test, "parts/test");
  fs::create_directories(at("flat"));
  picture("flat/1.png", 1, true);
  expect_refusal(1, "init other.toml --data flat", "holds no class folders");
}

TEST_F(InitData, WhatTeachesNothingIsRefused) {
  std::string names = "a,name\n", same = "a,y\n";
  for (int i = 0; i < 30; ++i) {
    names += fmt::format("{},person{}\n", i, i);
    same += fmt::format("{},yes\n", i);
  }
  write("names.csv", names);
  write("same.csv", same);
  expect_refusal(2, "init my.toml --data names.csv", "30 different words in 30 rows");
  expect_refusal(2, "init my.toml --data same.csv", "all samples are of one class (yes)");
  expect_refusal(2, "init my.toml --data none.csv", "there is no such file");
  expect_refusal(2, "init my.toml --data glyphs --target y", "which glyphs is not");
  expect_refusal(2, "init my.toml --data same.csv --target z", "unknown column 'z'");
  EXPECT_FALSE(fs::exists(at("my.toml")));
}

// Names from a file may hold anything; what is written stays a configuration.
TEST_F(InitData, HostileNames) {
  const std::string longest(39, 'n');  // the fortieth byte is half of a character
  std::string table =
      "\"a \"\"b\"\"\",\"line\nbreak\",\"\x1b[2J\"," + longest + "\xC3\xB6,\"y # = 1\"\n";
  for (int i = 0; i < 40; ++i)
    table += fmt::format("{},\"x\ny\",{},{},{}\n", i, i * i, i % 7, i % 2 ? "p\"q" : "r\\s");
  write("odd.csv", table);
  walk("odd.csv");
  EXPECT_EQ(read("my.toml").find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace hebb
