// What a person gets wrong, from outside: the exit status, one clear line, and nothing lost.

#include <zlib.h>

#include "hebb/formats/image.h"
#include "support/program.h"
#include "support/tiny_run.h"

namespace hebb {
namespace {

using BadInput = ProgramTest;

std::string be32(uint32_t v) {
  return {char(v >> 24), char(v >> 16), char(v >> 8), char(v)};
}

std::string chunk(const std::string& name, const std::string& content) {
  const std::string summed = name + content;
  return be32(uint32_t(content.size())) + summed +
         be32(uint32_t(
             ::crc32(0, reinterpret_cast<const Bytef*>(summed.data()), uInt(summed.size()))));
}

// A PNG that claims this size and has hardly any content.
std::string png_of(uint32_t width, uint32_t height) {
  return "\x89PNG\r\n\x1a\n" +
         chunk("IHDR", be32(width) + be32(height) + std::string("\x08\0\0\0\0", 5)) +
         chunk("IDAT", "0123456789") + chunk("IEND", "");
}

std::string idx_labels(uint32_t n, char value) {
  return std::string("\0\0\x08\x01", 4) + be32(n) + std::string(n, value);
}
std::string idx_pictures(uint32_t n, size_t bytes) {
  return std::string("\0\0\x08\x03", 4) + be32(n) + be32(28) + be32(28) + std::string(bytes, '\7');
}

TEST_F(BadInput, FoldersOfDataSets) {  // one that is named replaces all others, and files of two
                                       // sets are not mixed
  write("c.toml", "[data]\ndataset = \"mnist\"\n[model]\nlayers = [\"flatten\", \"linear 10\"]\n");
  write("some/mnist/t10k-labels-idx1-ubyte", idx_labels(2, 1));
  write("all/mnist/t10k-labels-idx1-ubyte", idx_labels(2, 1));
  write("all/mnist/t10k-images-idx3-ubyte", idx_pictures(2, 2 * 28 * 28));
  ASSERT_EQ(run("data stats mnist:test --limit 2 --data-dir all"), 0) << err;
  write("data/mnist/t10k-images-idx3-ubyte", idx_pictures(2, 2 * 28 * 28));
  EXPECT_EQ(run("doctor --data-dir nowhere"), 3);
  EXPECT_NE(out.find("nowhere, does not exist (--data-dir)"), std::string::npos) << out;
  ASSERT_EQ(run("data list --data-dir some --json"), 0) << err;
  EXPECT_TRUE(json()["data_sets"][1]["folder"].is_null()) << out;
}

TEST_F(BadInput, NumbersOfTheCommandLine) {
  expect_refusal(2, "predict r p.png --top 0", "--top is 0, should be above 0");
  expect_refusal(2, "version --threads -1", "--threads");
}

TEST_F(BadInput, Configuration) {
  write("c.toml", tiny_mlp());
  const auto set = [](const std::string& setting) {
    return "train c.toml --set '" + setting + "'";
  };
  expect_refusal(2, "train nothing.toml", "nothing.toml");
  expect_refusal(2, set("train.epoch=3"), "did you mean 'epochs'");
  expect_refusal(2, set("trian.epochs=3"), "did you mean 'train'");
  expect_refusal(2, set("trian.epochs=3"), "--set trian.epochs");
  expect_refusal(2, set("data.split={train=0,validation=1}"), "should be above 0 for train");
  expect_refusal(2, set("train.epochs=\"three\""),
                 "'train.epochs' is a text, should be a whole number");
  expect_refusal(2, set("train.epochs=0"), "'train.epochs' is 0, should be from 1 to 2147483647");
  expect_refusal(2, set("train.optimizer=\"adam lr=0\""), "train.optimizer: ");
  expect_refusal(2, set("train.optimizer=\"adam lr=-0.1\""), "should be above 0");
  expect_refusal(2, set("train.optimizer=\"sgd lr=0.1 momentum=1\""), "momentum");
  expect_refusal(2, set("train.optimizer=\"adan\""), "did you mean");
  expect_refusal(2, set("train.schedule=\"cosin\""), "did you mean 'cosine'");
  expect_refusal(2, set("train.loss=\"cross_entrop\""), "did you mean 'cross_entropy'");
  expect_refusal(2, set("train.metrics=[\"acuracy\"]"), "did you mean 'accuracy'");
  expect_refusal(2, set("data.split={ train = 0.8, validation = 0.1 }"), "should be 1");
  expect_refusal(2, set("data.dataset=\"glyps\""), "did you mean 'glyphs'");
  expect_refusal(2, set("data.augment=[\"horizontal_flop\"]"), "data.augment: ");
  EXPECT_NE(err.find("did you mean 'horizontal_flip'"), std::string::npos) << err;
  expect_refusal(2, set("data.normalize={ mean = [0.1, 0.2], std = [1, 1] }"), "normalize");
  expect_refusal(2, set("model.input=[3, 28, 28]"), "model.input");
  expect_refusal(2, set("model.layers=[\"flatten\", \"linear 7\"]"), "10 classes");
  expect_refusal(2, set("model.layers=[\"linear 10\"]"), "flatten");
  expect_refusal(2, set("model.layers=[\"flatten\", \"linea 10\"]"), "did you mean 'linear'");
  expect_refusal(2, set("model.freeze=[\"nothing.*\"]"), "no parameter is named");
  expect_refusal(2, set("train.loss=\"mse\""), "train.loss: ");
  expect_refusal(2, set("train.loss=\"mse\"") + " --check", "train.loss: ");
  expect_refusal(
      2, set("train.metrics=[\"mean_absolute_error\"]"),
      "train.metrics: mean_absolute_error is of quantities, but the targets are classes");
  expect_refusal(2, set("model.input=[1, \"a\", 28]"),
                 "--set model.input: 'model.input[1]' is a text, should be a whole number");
  expect_refusal(2, set("train.epochs=0"), "--set train.epochs: ");
  expect_refusal(2, set("model.freeze=[\"*\"]"), "nothing is left to train");
  expect_refusal(2, set("model.init=\"xavier\""), "xavier_uniform");
  expect_refusal(2, set("train.early_stopping={ monitor = \"val_acc\" }"), "val_acc");
  expect_refusal(2, set("model.weights=nosuch"),
                 "model.weights: there is no nosuch; it should be a .safetensors file or");
  expect_refusal(2, set("model.weights=."), "model.weights: there is no ./weights.safetensors");
  expect_refusal(1, set("model.weights=c.toml"), "model.weights: c.toml: is no safetensors file");
  expect_refusal(2, set("data.dataset=nosuch.csv"),
                 "data.dataset: nosuch.csv: there is no such file or folder");
  expect_refusal(2, set("data.dataset=glips"), "data.dataset: unknown data set or path 'glips'");
  expect_refusal(2, set("data.target=y"), "data.dataset: glyphs: target 'y' names a column");
  expect_refusal(2, set("model.layers=[\"flatten\", \"linear 1000000000000\"]"),
                 "one sample would become more than 1073741824 numbers");
  expect_refusal(2, set("model.layers=[\"flatten\", \"linear 1000000000\"]"),
                 "model.layers: do not fit into memory");
  const char* const fits = "does not fit into 64 bits; a whole number should be from";
  expect_refusal(2, set("train.seed=9223372036854775808"),
                 std::string("--set train.seed: 9223372036854775808 ") + fits);
  expect_refusal(2, set("train.epochs=-9223372036854775809"), fits);
  expect_refusal(2, set("model.input=[1, 28, 99999999999999999999]"),
                 std::string("99999999999999999999 ") + fits);
  expect_refusal(2, set("train.clip_norm=1e400"), "1e400 is too large");
  expect_refusal(2, set("model.layers=[\"flatten, 3]"), "--set model.layers: this is not TOML");
  write("large.toml", "[train]\nseed = 9223372036854775808");
  expect_refusal(2, "train large.toml", std::string("large.toml:2: 9223372036854775808 ") + fits);
  write("other.toml", "[data]\ntrain = \"nosuch.csv\"\n[model]\nlayers = [\"linear 1\"]");
  expect_refusal(2, "train other.toml", "data.train: nosuch.csv");
  write("broken.toml", "[train\nepochs = 3");
  expect_refusal(2, "train broken.toml", "broken.toml:1");
  EXPECT_FALSE(fs::exists(at("runs/c-1")));  // none of them has left a run
}

TEST_F(BadInput, CommandLine) {
  expect_refusal(2, "trian", "did you mean 'train'");
  expect_refusal(2, "train", "config");
  expect_refusal(2, "train c.toml --nothing", "--nothing");
  expect_refusal(2, "help laiers", "did you mean 'layers'");
  expect_refusal(2, "help dat", "did you mean 'data'?");
  expect_refusal(2, "help data gett", "unknown data command 'gett'; did you mean 'get'");
  expect_refusal(2, "help train get", "'train' has no commands of its own");
  expect_refusal(2, "init my.yaml", "my.yaml: should end with .toml");
  expect_refusal(2, "init none/my.toml", "there is no folder none");
  expect_refusal(2, "init my.toml --data cifar", "unknown data set or path 'cifar'");
  expect_refusal(2, "eval r --report none/r.html", "none/r.html: there is no folder none");
  expect_refusal(2, "data split glyphs --folds 2 -o none/x.json",
                 "none/x.json: there is no folder none");
  expect_refusal(2, "train c.toml --threads 0", "--threads");
  expect_refusal(2, "train c.toml --threads 2000", "from 1 to 1024");
  expect_refusal(2, "train c.toml --seed 9223372036854775808", "--seed");
  expect_refusal(2, "version --seed -1", "--seed");
  expect_refusal(2, "version --seed", "--seed needs a value; see hebb version --help");
  expect_refusal(2, "version --threads x", "--threads is x, should be a whole number");
  expect_refusal(2, "train c.toml --sett a=1", "unknown option '--sett'; did you mean '--set'");
  expect_refusal(2, "train c.toml --nothing=1",
                 "unknown option '--nothing'; see hebb train --help");
  expect_refusal(2, "data get mnist -o pictures",
                 "--out is for the pictures of --samples; --data-dir says where data sets lie");
  expect_refusal(2, "metrics f.npz --taks binary",
                 "unknown option '--taks'; did you mean '--task'");
  expect_refusal(2, "ops run --nmae", "unknown option '--nmae'");
  expect_refusal(2, "metrics f.npz", "--task is required; see hebb metrics --help");
  expect_refusal(
      2, "train c.toml --out --resume",
      "--out is '--resume', which reads like an option; a file of that name is './--resume'");
  expect_refusal(2, "train c.toml --out ''", "--out is empty, should have a value");
  expect_refusal(2, "eval r --data ''", "--data is empty, should have a value");
  expect_refusal(2, "train ''", "config is empty, should have a value");
  expect_refusal(2, "predict r ''", "inputs is empty, should have a value");
  expect_refusal(2, "train c.toml --set ''", "--set is empty, should have a value");
  expect_refusal(2, "train c.toml other.toml",
                 "'other.toml' is one argument too many; see hebb train --help");
  expect_refusal(2, "data", "which one? list, get, stats, split");
  expect_refusal(2, "data stats glyphs --limit many",
                 "--limit is many, should be a whole number of at most 64 bits");
  expect_refusal(2, "data split glyphs --fractions 0.5,a", "--fractions is a, should be a number");
  expect_refusal(2, "predict r p.png --top 99999999999999999999",
                 "--top is 99999999999999999999, should be a whole number");
  expect_refusal(2, "metrics f.npz --task binary --threshold x",
                 "--threshold is x, should be a number");
}

TEST_F(BadInput, Data) {
  const std::string train = "train c.toml --data-dir . --set data.dataset=fashion-mnist";
  write("c.toml", tiny_mlp());
  const auto files = [&](const std::string& pictures, const std::string& labels) {
    for (const char* part : {"train", "t10k"}) {
      write(std::string("fashion-mnist/") + part + "-images-idx3-ubyte", pictures);
      write(std::string("fashion-mnist/") + part + "-labels-idx1-ubyte", labels);
    }
  };
  files(idx_pictures(20, 20 * 784 - 5), idx_labels(20, 1));
  expect_refusal(1, train, "images-idx3-ubyte");
  files(idx_pictures(20, 20 * 784 + 20), idx_labels(20, 1));
  expect_refusal(1, train, "has 20 bytes behind the end of its data");
  files(idx_labels(20, 1), idx_labels(20, 1));
  expect_refusal(1, train,
                 "images-idx3-ubyte: is an IDX file of 1 dimension, as labels are, should have 3, "
                 "as pictures have");
  files(idx_pictures(0xffffffff, 20 * 784), idx_labels(20, 1));
  expect_refusal(1, train, "15680 bytes of data where 4294967295 x 28 x 28 u8 needs 3367254359280");
  files("\1\2\3\4" + std::string(100, 'x'), idx_labels(20, 1));
  expect_refusal(1, train, "images-idx3-ubyte");
  files(idx_pictures(20, 20 * 784), idx_labels(20, 10));
  expect_refusal(1, train, "label 10");
  fs::create_directories(at("empty"));
  EXPECT_NE(run("train c.toml --set data.dataset=empty"), 0);
  EXPECT_NE(err.find("empty"), std::string::npos) << err;
  fs::create_directories(at("classes/cat"));
  fs::create_directories(at("classes/dog"));
  write("classes/cat/1.png", "not a picture");
  write("classes/dog/1.png", png_of(60000, 60000));
  expect_refusal(1, "train c.toml --set data.dataset=classes", "1.png");
  // Neither here nor to be had: the line says where it was looked for; the same with every command.
  const std::string no_network = "export https_proxy=http://127.0.0.1:1; export HEBB_DATA=nowhere;";
  expect_refusal(
      1, "train c.toml --data-dir empty --set data.dataset=mnist",
      "is not in empty/mnist, and cannot be downloaded; where a folder is named, HEBB_DATA",
      no_network);
  expect_refusal(
      1, "data stats mnist --data-dir empty",
      "is not in empty/mnist, and cannot be downloaded; where a folder is named, HEBB_DATA",
      no_network);
  expect_refusal(1, "data get mnist",
                 "HEBB_DATA names the folder where data sets lie, if it is another one",
                 no_network);
  EXPECT_FALSE(fs::exists(at("runs/c-1")));
}

TEST_F(BadInput, ModelsAndPictures) {
  write("c.toml", tiny_mlp());
  ASSERT_EQ(run("train c.toml --out r --quiet --set train.epochs=1"), 0) << err;
  write("text.png", "this is no picture");
  write("large.png", png_of(60000, 60000));
  expect_refusal(1, "predict r text.png", "text.png");
  expect_refusal(1, "predict r large.png --json", "60000");
  expect_refusal(2, "predict r missing.png", "missing.png: there is no such picture");
  expect_refusal(2, "predict r --top 0 text.png", "--top");
  expect_refusal(2, "predict nothing text.png", "nothing");
  fs::create_directories(at("folder"));
  expect_refusal(2, "predict folder text.png", "is not a run folder");
  expect_refusal(2, "eval folder", "is not a run folder");
  expect_refusal(2, "summary folder", "is not a run folder");

  ASSERT_EQ(run("train c.toml --out other --quiet --set train.epochs=1 --set "
                "'model.layers=[\"flatten\", \"linear 10\"]'"),
            0)
      << err;
  const auto recorded = [&](const std::string& sum) {
    auto info = nlohmann::json::parse(read("r/model.json"));
    info["weights_sha256"] = sum;
    write("r/model.json", info.dump());
  };
  const std::string whole = read("r/weights.safetensors");
  std::string damaged = whole;
  damaged.replace(damaged.size() - 4, 4, "\x12\x34\x12\x3f");
  write("r/weights.safetensors", damaged);
  const std::string sum =
      "weights.safetensors: is damaged: its checksum is not the one that was recorded";
  expect_refusal(1, "eval r", sum);
  expect_refusal(1, "predict r text.png", sum);
  expect_refusal(1, "train c.toml --out further --set model.weights=r", sum);
  expect_refusal(1, "train c.toml --out further --set model.weights=r/weights.safetensors", sum);
  recorded("");  // a run of an earlier version: it is taken as it is
  ASSERT_EQ(run("eval r --quiet"), 0) << err;
  write("r/weights.safetensors",
        damaged.replace(damaged.size() - 4, 4, std::string("\0\0\xc0\x7f", 4)));
  expect_refusal(1, "eval r", "r/weights.safetensors: the weights of '");
  EXPECT_NE(err.find("are not finite"), std::string::npos) << err;
  write_png(at("grey.png"), Image{28, 28, 1, std::vector<uint8_t>(28 * 28, 7)});
  expect_refusal(1, "predict r grey.png", "are not finite");
  fs::copy_file(at("r/weights.safetensors"), at("nan.safetensors"));
  write("model.pt", std::string("PK\3\4", 4) + std::string(100, 'x'));
  expect_refusal(
      1, "train c.toml --out further --set model.weights=model.pt",
      "model.pt: is no safetensors file but a zip archive or a pickle, such as torch.save");
  write("t.csv", "a,b,y\n1,2,0\n3,4,1\n");
  expect_refusal(2, "train t.csv", "t.csv: is a file of data, should be a configuration");
  expect_refusal(1, "train c.toml --out further --set model.weights=nan.safetensors",
                 "model.weights: nan.safetensors: the weights of '");
  EXPECT_NE(err.find("are not finite"), std::string::npos) << err;
  fs::copy_file(at("other/weights.safetensors"), at("r/weights.safetensors"),
                fs::copy_options::overwrite_existing);
  expect_refusal(1, "eval r", "do not belong to this model");
  write("r/weights.safetensors", "garbage");
  expect_refusal(1, "eval r", "weights.safetensors");
  write("r/model.json", "{");
  expect_refusal(1, "eval r", "model.json");
  EXPECT_NE(err.find("is no model's description: line 1, column 2: unexpected end of input"),
            std::string::npos)
      << err;
  write("r/model.json", "{\"input\": " + std::string(100'000, '['));
  expect_refusal(1, "eval r",
                 "model.json: is no model's description: nested deeper than 64 levels");
  write("r/model.json", R"({"format": 1, "input": {"shape": [[]]}})");
  expect_refusal(1, "eval r",
                 "is no model's description: input.shape[0]: should be a whole number, is a list");
  fs::remove(at("other/weights.safetensors"));
  expect_refusal(2, "eval other", "its weights.safetensors is gone");
  auto info = nlohmann::json::parse(read("other/model.json"));
  info["result"] = nullptr;
  write("other/model.json", info.dump());
  ASSERT_EQ(run("eval other"), 0) << err;  // with its newest checkpoint
  EXPECT_NE(err.find("no weights yet; those of its checkpoint of step 15 are taken"), err.npos)
      << err;
  fs::remove_all(at("other/checkpoints"));
  expect_refusal(2, "eval other", "no weights yet");
}

TEST_F(BadInput, RunsFromOutside) {  // their own mistakes are in a file; nothing is built that its
                                     // weights cannot fill
  write("c.toml", tiny_mlp());
  ASSERT_EQ(run("train c.toml --out r --quiet --set train.epochs=1"), 0) << err;
  const std::string config = read("r/config.toml");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = config;
    const size_t found = text.find(from);
    ASSERT_NE(found, std::string::npos);
    write("r/config.toml", text.replace(found, from.size(), to));
  };
  with("linear 16", "linear 1000000000");
  expect_refusal(1, "eval r", "parameters");
  with("linear 16", "linea 16");
  expect_refusal(1, "eval r", "config.toml: model.layers[1]");
  with("epochs = 1", "epochs = 0");
  expect_refusal(1, "eval r", "config.toml");
  with("cross_entropy", "nothing");
  expect_refusal(1, "predict r x.png", "config.toml");
}

TEST_F(BadInput, ResultsThatCannotBeWritten) {
  for (const char* file : {".stdout", ".stderr"})
    write(file, "");
  for (const char* command : {"version", "help layers --json", "ops --json"}) {
    EXPECT_EQ(run(std::string(command) + " >/dev/full 2>.log #"), 1) << command;
    EXPECT_NE(read(".log").find("standard output: cannot be written"), std::string::npos)
        << read(".log");
  }
}

TEST_F(BadInput, FullDisk) {
  write("c.toml", tiny_mlp("checkpoint = { every_steps = 5 }\n"));
  // A limit of 64 blocks of 512 bytes or 1 KB for every file stands for a disk that is full: the
  // checkpoint is larger.
  expect_refusal(1, "train c.toml --out r", "cannot be written", "trap '' XFSZ; ulimit -f 16;");
  EXPECT_FALSE(fs::exists(at("r/weights.safetensors")));
  for (const auto& entry : fs::directory_iterator(at("r")))
    EXPECT_EQ(entry.path().string().find(".tmp"), std::string::npos) << entry.path();
  ASSERT_EQ(run("train c.toml --out r --resume --quiet"), 0) << err;  // when there is room again

  const std::string weights = read("r/weights.safetensors");
  auto info = nlohmann::json::parse(read("r/model.json"));
  info["result"] = nullptr;
  write("r/model.json", info.dump());
  EXPECT_EQ(run("train c.toml --out r --resume", "trap '' XFSZ; ulimit -f 16;"), 1) << err;
  EXPECT_EQ(read("r/weights.safetensors"), weights);  // what was there stays
}

TEST_F(BadInput, FolderThatCannotBeWritten) {
  write("c.toml", tiny_mlp());
  write("file", "");
  expect_refusal(1, "train c.toml --out file/r", "file/r");
  expect_refusal(1, "train c.toml --out /proc/hebb", "/proc/hebb");
  if (::geteuid() != 0) {
    fs::create_directories(at("locked"));
    fs::permissions(at("locked"), fs::perms::owner_read | fs::perms::owner_exec);
    expect_refusal(1, "train c.toml --out locked/r", "locked/r");
    fs::permissions(at("locked"), fs::perms::owner_all);
  }
  write("file.toml", "");
  expect_refusal(2, "init file.toml", "is not written over");
  expect_refusal(2, "train c.toml --out \"$(printf 'o\\377')\"",
                 "--out: holds bytes that are no UTF-8");
  EXPECT_FALSE(fs::exists(at("o\377")));
}

}  // namespace
}  // namespace hebb
