// Configurations: defaults, what is refused and where the mistake stands, --set.

#include "hebb/run/config.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "hebb/base/error.h"
#include "support/message_of.h"

namespace hebb {
namespace {

constexpr const char* least =
    "[data]\ndataset = \"glyphs\"\n[model]\nlayers = [\"flatten\", \"linear 10\"]\n";

std::string refused_config(const std::string& more, const std::vector<std::string>& settings = {}) {
  try {
    parse_config(least + more, "c.toml", settings);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "no error";
}

TEST(Config, Defaults) {
  const Config c = parse_config(least, "c.toml");
  EXPECT_EQ(c.train.epochs, 10);
  EXPECT_EQ(c.train.batch_size, 64);
  EXPECT_FALSE(c.train.drop_last);
  EXPECT_EQ(c.train.optimizer, "adam");
  EXPECT_EQ(c.train.schedule, "constant");
  EXPECT_EQ(c.train.accumulate, 1);
  EXPECT_EQ(c.train.checkpoint.every_epochs, 1);
  EXPECT_EQ(c.train.checkpoint.keep, 2);
  EXPECT_FALSE(c.train.early_stopping);
  EXPECT_EQ(c.data.workers, 1);
  EXPECT_EQ(c.data.split_seed, 0);
  EXPECT_EQ(c.data.normalize.kind, Normalization::Kind::none);
  EXPECT_FALSE(c.data.split);
  const Config stops =
      parse_config(std::string(least) + "[train]\nearly_stopping = {}\n", "c.toml");
  EXPECT_EQ(stops.train.early_stopping->monitor, "val_loss");
  EXPECT_TRUE(stops.train.early_stopping->restore_best);
}

TEST(Config, MistakesNameTheirLine) {
  const std::pair<const char*, const char*> all[] = {
      {"[train]\nepoch = 3\n",
       "c.toml:6: unknown key 'epoch'; did you mean 'epochs'? (in [train])"},
      {"[trian]\n", "c.toml:5: unknown table 'trian'; did you mean 'train'?"},
      {"[train]\nepochs = \"three\"\n",
       "c.toml:6: 'train.epochs' is a text, should be a whole number"},
      {"[train]\nepochs = 1.5\n", "c.toml:6: 'train.epochs' is a number, should be a whole number"},
      {"[train]\noptimizer = 3\n",
       "c.toml:6: 'train.optimizer' is a whole number, should be a text in quotes"},
      {"[train]\ndrop_last = 1\n",
       "c.toml:6: 'train.drop_last' is a whole number, should be true or false"},
      {"[train]\nmetrics = \"accuracy\"\n",
       "c.toml:6: 'train.metrics' is a text, should be a list of texts"},
      {"[train]\ncheckpoint = 3\n",
       "c.toml:6: 'train.checkpoint' is a whole number, should be a table"},
      {"[train]\nclip_norm = inf\n", "c.toml:6: 'train.clip_norm' is inf, should be finite"},
      {"[train]\n\nbatch_size = 0\n",
       "c.toml:7: 'train.batch_size' is 0, should be from 1 to 2147483647"},
      {"[train]\noptimizer = \"sgd\"\noptimiser = \"adam\"\n",
       "c.toml:6: 'train.optimizer' is given twice: 'optimiser' is another name of it"},
      {"[train]\nprecision = \"f16\"\n", "c.toml:6: 'train.precision' is f16, should be \"f32\""},
      {"[train]\nclip_norm = -1\n",
       "c.toml:6: 'train.clip_norm' is -1, should be above 0, or 0 for none"},
      {"[train.checkpoint]\nkeep = 0\n",
       "c.toml:6: 'train.checkpoint.keep' is 0, should be at least 1"},
      {"[train]\nseed = -1\n", "c.toml:6: 'train.seed' is -1, should be at least 0"},
      {"[train]\nthreads = 1025\n", "c.toml:6: 'train.threads' is 1025"},
      {"[train]\nprecision = \"f16\"\n", "c.toml:6: 'train.precision' is f16"},
      {"[train]\nmax_time = \"00:00\"\n",
       "c.toml:6: 'train.max_time' is \"00:00\", should be above 0"},
      {"[train]\nmetrics = [\"accuracy\", 3]\n",
       "c.toml:6: 'train.metrics[1]' is a whole number, should be a text in quotes"},
      {"[train]\nloss = \"mse\n",
       "c.toml:6: this is not TOML: a text in quotes holds the end of its line or a control "
       "character"},
      {"[train]\nmax_time = \"1:xx\"\n",
       "c.toml:6: 'train.max_time' is \"1:xx\", should be DD:HH:MM:SS"},
      {"[train]\ncheckpoint = { keep = 0 }\n", "c.toml:6: 'train.checkpoint.keep' is 0"},
      {"[train]\nearly_stopping = { patience = -1 }\n",
       "c.toml:6: 'train.early_stopping.patience' is -1"},
      {"[data.split]\ntrain = 0.5\n", "c.toml:5: 'data.split' adds up to 0.5, should be 1"},
      {"[data.split]\nvalidation = 1\n", "c.toml:5: the parts of 'data.split' should be above 0"},
      {"[train\n", "c.toml:5: this is not TOML"},
  };
  for (const auto& [text, words] : all)
    EXPECT_EQ(refused_config(text).substr(0, std::string(words).size()), words);
}

// However deep: the parser and the tree's destructor call themselves once for each level.
TEST(Config, DeeplyNestedTextsAreRefusedInOneLine) {
  const auto times = [](const char* part, size_t n) {
    std::string out;
    while (n-- > 0)
      out += part;
    return out;
  };
  constexpr size_t deep = 50'000;
  const std::string dots = times("a.", deep) + "a", lists = times("[", deep),
                    tables = times("{a=", deep);
  const std::string says =
      "tables and lists are nested more than 100 levels deep; `hebb help config` shows the keys "
      "that there are";
  for (const std::string& text :
       {dots + " = 1\n", "[" + dots + "]\n", "[[" + dots + "]]\n", "a = " + lists + "\n",
        "a = " + tables + "\n", "a = " + times("[{a.a.a.a=", deep) + "\n",
        times("a.", 60) + "a = {" + times("b.", 60) + "b = 1}\n",
        "a = [\n" + times("[\n", 120) + "\n"})
    EXPECT_EQ(refused_config(text).substr(refused_config(text).find(' ') + 1), says);
  EXPECT_EQ(refused_config(dots + " = 1\n").substr(0, 9), "c.toml:5:");
  EXPECT_EQ(refused_config("", {dots + "=1"}),
            "--set: the key has 50001 parts; `hebb help config` shows the keys that there are");
  for (const std::string& value : {lists, tables})
    EXPECT_EQ(refused_config("", {"train.epochs=" + value}), "--set train.epochs: " + says);
  EXPECT_EQ(parse_config(least, "c.toml", {"data.target=" + dots}).data.target, dots)
      << "a text has no depth";
  const Config flat = parse_config(std::string(least) + "[data.normalize]\nmean = [0.1, 0.2,\n0.3" +
                                       times(", 0.5", 300) + "]\nstd = [0.1, 0.2, 0.3" +
                                       times(", 0.5", 300) + "] # " + dots + lists + "\n",
                                   "c.toml");
  EXPECT_EQ(flat.data.normalize.mean.size(), 303u);
}

TEST(Config, MistakesInSettingsAreNotTheFiles) {
  EXPECT_EQ(refused_config("", {"train.epochs=0"}),
            "--set train.epochs: 'train.epochs' is 0, should be from 1 to 2147483647");
  EXPECT_EQ(refused_config("[train]\nepochs = 3\n", {"train.epochs=\"x\""}),
            "--set train.epochs: 'train.epochs' is a text, should be a whole number");
  EXPECT_EQ(refused_config("", {"train.epoch=0"}).substr(0, 25), "--set train.epoch: unknow");
  EXPECT_EQ(refused_config("", {"train.checkpoint={ keep = 0 }"}).substr(0, 25),
            "--set train.checkpoint: '");
  EXPECT_EQ(refused_config("[train]\nepochs = 0\n", {"train.seed=3"}).substr(0, 9), "c.toml:6:");
  EXPECT_EQ(refused_config("", {"train.epochs"}).substr(0, 6), "--set:");
}

TEST(Config, SettingsAreTomlOrPlainWords) {
  const Config c =
      parse_config(least, "c.toml",
                   {"train.epochs=3", "train.optimizer=sgd lr=0.1", "model.layers=[\"flatten\"]",
                    "data.split.train=1", "train.drop_last=true"});
  EXPECT_EQ(c.train.epochs, 3);
  EXPECT_EQ(c.train.optimizer, "sgd lr=0.1");
  EXPECT_EQ(std::get<std::string>(c.model.layers.at(0)), "flatten");
  EXPECT_EQ(c.data.split->train, 1);
  EXPECT_TRUE(c.train.drop_last);
}

TEST(Config, SettingsOfTextsNeedNoQuotes) {  // which a shell would take anyway
  const Config c = parse_config(least, "c.toml",
                                {"data.target=5", "train.max_time=00:30:00", "train.loss=\"mse\""});
  EXPECT_EQ(c.data.target, "5");
  EXPECT_EQ(c.train.max_time, "00:30:00");
  EXPECT_EQ(c.train.loss, "mse");
  for (const char* setting :
       {"data.target=[5]", "model.layers=[5]"})  // a list is none, and its items are no settings
    EXPECT_NE(message_of([&] {
                parse_config(least, "c.toml", {setting});
              }).find("should be a text in quotes"),
              std::string::npos)
        << setting;
  const Config twice = parse_config(least, "c.toml", {"data.target=5", "data.target=6"});
  EXPECT_EQ(twice.data.target, "6");
}

TEST(Config, NoneTakesBackWhatTheFileHolds) {
  const std::string text = std::string(least) + "[data.split]\ntrain = 0.9\nvalidation = 0.1\n";
  EXPECT_TRUE(parse_config(text, "c.toml").data.split);
  EXPECT_FALSE(parse_config(text, "c.toml", {"data.split=none"}).data.split);
  EXPECT_EQ(parse_config(text, "c.toml", {"data.target=none"}).data.target, "none")
      << "a text is one";
}

TEST(Config, EveryKeyHasASentence) {
  std::vector<std::string> keys;
  for (const KeyHelp& key : config_keys()) {
    EXPECT_FALSE(key.what.empty()) << key.table << "." << key.key;
    EXPECT_LT(key.what.size(), 125u) << key.what;
    keys.push_back(key.table + "." + key.key + " = " + key.value);
  }
  for (const char* key : {"data.split = none", "data.split.train = 0.0",
                          "train.early_stopping.patience = 3", "train.checkpoint.keep = 2"})
    EXPECT_EQ(std::count(keys.begin(), keys.end(), key), 1) << key;
}

TEST(Config, CharactersBeyondAsciiStandInStringsAndComments) {
  const Config c = parse_config(
      "# gr\u00F6\u00DFe\n[data]\ndataset = 'l\u00E4ufe \\ \"'\ntarget = \"gr\u00F6\u00DFe "
      "\U0001F600 \\\" \u20AC\"\n"
      "columns = [\"\"\"a\\\n  \u00E4\"b\"\"\"\"]\n[model]\nlayers = ['''\u00FC''''', \"\"]\n",
      "c.toml");
  EXPECT_EQ(c.data.dataset, "l\u00E4ufe \\ \"");
  EXPECT_EQ(c.data.target, "gr\u00F6\u00DFe \U0001F600 \" \u20AC");
  EXPECT_EQ(c.data.columns, std::vector<std::string>{"a\u00E4\"b\""});
  ASSERT_EQ(c.model.layers.size(), 2u);
  EXPECT_EQ(std::get<std::string>(c.model.layers[0]), "\u00FC''");
  EXPECT_EQ(refused_config("[train]\nepochs = 0.'\u0400").substr(0, 27),
            "c.toml:6: this is not TOML:");
  EXPECT_EQ(refused_config("[train]\ntr\u00E4in = 1\n"),
            "c.toml:6: '\u00E4' may stand in quotes and comments only");
  EXPECT_EQ(refused_config("a = \"\xFF\"\n"), "c.toml:5: the text holds bytes that are no UTF-8");
  EXPECT_EQ(refused_config("[train]\noptimizer = \"ad\u00E4m\n").substr(0, 27),
            "c.toml:6: this is not TOML:");
  EXPECT_EQ(parse_config(least, "c.toml", {"data.target=gr\u00F6\u00DFe"}).data.target,
            "gr\u00F6\u00DFe");
  EXPECT_EQ(refused_config("", {"data.target=\xFF"}),
            "--set data.target: the value holds bytes that are no UTF-8");
}

TEST(Config, BlocksOfLayers) {
  const auto layers_of = [](const std::string& list) {
    const Config c =
        parse_config("[data]\ndataset = \"mnist\"\n[model]\nlayers = " + list, "c.toml");
    const std::string toml = to_toml(c);
    EXPECT_EQ(to_toml(parse_config(toml, "again.toml")), toml);
    for (const auto& [key, value] : config_values(c))
      if (key == "model.layers")
        return value;
    return std::string();
  };
  EXPECT_EQ(layers_of("[\"relu\", { residual = [\"linear 2\"] }]"),
            "[\"relu\", { residual = [\"linear 2\"], shortcut = [] }]");
  EXPECT_EQ(layers_of("[{ parallel = [[], [\"relu\", { layers = [\"tanh\"] }]], join = \"mul\" }]"),
            "[{ parallel = [[], [\"relu\", { layers = [\"tanh\"] }]], join = \"mul\" }]");
  EXPECT_EQ(layers_of("[{ layers = [\"relu\"], repeat = 4 }]"),
            "[{ repeat = 4, layers = [\"relu\"] }]");
  const auto refused = [](const std::string& list) {
    return message_of([&] {
      parse_config("[data]\ndataset = \"mnist\"\n[model]\nlayers = [\"relu\",\n  " + list + "]",
                   "c.toml");
    });
  };
  EXPECT_EQ(refused("{ residual = [\"relu\"], shortcutt = [] }"),
            "c.toml:5: unknown key 'shortcutt'; did you mean 'shortcut'? (in [model.layers[1]])");
  EXPECT_EQ(refused("{ shortcut = [] }"),
            "c.toml:5: 'model.layers[1]' is a table without layers, should be a text in quotes, a "
            "layer's line, or a block: { residual = [...] } or { parallel = [...] } or { layers = "
            "[...] }");
  EXPECT_EQ(refused("{ repeat = true, layers = [] }"),
            "c.toml:5: 'model.layers[1].repeat' is true or false, should be a whole number");
  EXPECT_EQ(refused("7").substr(0, 52), "c.toml:5: 'model.layers[1]' is a whole number, shoul");
  EXPECT_EQ(refused("{ parallel = [\"relu\"] }"),
            "c.toml:5: 'model.layers[1].parallel[0]' is a text, should be a list of layers, like "
            "[\"flatten\", \"linear 10\"]");
  EXPECT_EQ(refused("{ parallel = [[\"relu\"]], join = \"sum\" }"),
            "c.toml:5: 'model.layers[1].join' is \"sum\", should be \"cat\" or \"add\" or \"mul\"");
}

TEST(Config, WhatIsWrittenReadsBack) {
  Config c = parse_config(least, "c.toml");
  c.data.target = "\n a \"b\" \\ 'c'\r\n\t\x01\x7F \u00E9";
  c.train.max_time = "";
  c.train.clip_norm = 1e-300;
  const std::string text = to_toml(c);
  EXPECT_NE(text.find(R"(target = "\n a \"b\" \\ 'c'\u000D\n\t\u0001\u007F )"), std::string::npos)
      << text;
  EXPECT_EQ(differing_keys(parse_config(text, "again"), c), std::vector<std::string>{});
}

TEST(Config, WeightsOfClassesReadBack) {
  const Config c = parse_config(
      std::string(least) + "[train]\nclass_weights = { \"a b\" = 2, 0 = 0.5, dog = 0 }\n", "c");
  EXPECT_EQ(c.train.class_weights.kind, ClassWeights::Kind::given);
  const std::string text = to_toml(c);
  EXPECT_NE(text.find("class_weights = { \"0\" = 0.5, \"a b\" = 2.0, \"dog\" = 0.0 }\n"),
            std::string::npos)
      << text;
  EXPECT_EQ(differing_keys(parse_config(text, "again"), c), std::vector<std::string>{});
  EXPECT_EQ(parse_config(text, "again", {"train.class_weights=none"}).train.class_weights.kind,
            ClassWeights::Kind::none);
  EXPECT_EQ(refused_config("[train]\nclass_weights = { cat = -1, dog = 1 }\n"),
            "c.toml:6: 'train.class_weights.cat' is -1, should be at least 0");
}

TEST(Config, RulesOfParametersReadBack) {
  const std::string text =
      std::string(least) +
      "parameters = [{ match = \"0.*\", lr = 0.5, min_lr = 1e-4 }, { match = \"*\" }]\n";
  const Config c = parse_config(text, "c.toml"), again = parse_config(to_toml(c), "again");
  EXPECT_EQ(differing_keys(again, c), std::vector<std::string>{});
  ASSERT_EQ(again.model.parameters.size(), 2u);
  EXPECT_EQ(again.model.parameters[0].min_lr, 1e-4);
  EXPECT_FALSE(again.model.parameters[1].min_lr);
}

TEST(Config, InitialisersByNameKeepTheirOrder) {
  const auto config = [](const std::string& init) {
    std::string text(least);
    const std::string_view table = "[model]\n";
    return parse_config(text.insert(text.find(table) + table.size(), "init = " + init + "\n"),
                        "c.toml");
  };
  EXPECT_EQ(config(R"("kaiming_normal")").model.init.line, "kaiming_normal");
  const Config c = config(R"({ "head.*" = "normal std=0.02", "*.bias" = "zeros", "*" = "ones" })");
  ASSERT_EQ(c.model.init.rules.size(), 3u);
  EXPECT_EQ(c.model.init.rules[0].match, "head.*");
  EXPECT_EQ(c.model.init.rules[0].line, "normal std=0.02");
  EXPECT_EQ(c.model.init.rules[1].match, "*.bias");
  EXPECT_EQ(c.model.init.rules[2].match, "*");
  const Config again = parse_config(to_toml(c), "again");
  EXPECT_EQ(differing_keys(again, c), std::vector<std::string>{});
  EXPECT_EQ(again.model.init.rules[0].match, "head.*");
  const auto refusal = [&](const char* init) { return message_of([&] { config(init); }); };
  EXPECT_NE(refusal("3").find("a text in quotes, or a table"), std::string::npos);
  EXPECT_NE(refusal("{}").find("names no parameters"), std::string::npos);
  EXPECT_NE(refusal(R"({ "*" = 0 })").find(R"(model.init."*")"), std::string::npos);
}

// A run of before these keys has the same hash as ever, by which its checkpoints know it.
TEST(Config, NewKeysLeaveOldRunsAsTheyWere) {
  for (const std::string& key : changed_keys(parse_config(least, "c.toml")))
    for (const char* newer : {"normalize_target", "class_weights"})
      EXPECT_EQ(key.find(newer), std::string::npos) << key;
  EXPECT_EQ(to_toml(parse_config(least, "c.toml")).find("normalize_target"), std::string::npos);
}

TEST(Config, Durations) {
  EXPECT_EQ(parse_duration("", "x"), 0);
  EXPECT_EQ(parse_duration("90", "x"), 90);
  EXPECT_EQ(parse_duration("1:30", "x"), 90);
  EXPECT_EQ(parse_duration("01:30:00", "x"), 5400);
  EXPECT_EQ(parse_duration("2:00:00:01", "x"), 2 * 86400 + 1);
  for (const char* bad : {":", "1:", "a", "1:2:3:4:5", "-1", "1.5"})
    EXPECT_THROW(parse_duration(bad, "x"), Error) << bad;
}

TEST(Config, KeysHaveOtherNames) {
  const std::string rest = "[data]\ndataset = \"glyphs\"\n[model]\nlayers = [\"linear 2\"]\n";
  const Config c = parse_config(rest + "[train]\noptimiser = \"sgd lr=0.1\"\n", "c.toml");
  EXPECT_EQ(c.train.optimizer, "sgd lr=0.1");
  EXPECT_EQ(parse_config(rest, "c.toml", {"data.normalise=auto"}).data.normalize.kind,
            Normalization::Kind::automatic);
}

TEST(Config, ResumeGoesByTheKeysNotes) {
  Config run;
  run.data.workers = 3;
  run.train.checkpoint.keep = 9;
  run.train.loss = "mse";
  run.model.input = {4};
  Config now;
  EXPECT_TRUE(
      differing_keys(without_free_keys(with_resolved_keys(now, run)), without_free_keys(run))
          .empty());
  now.train.loss = "l1";
  now.train.epochs = 11;
  const std::vector<std::string> keys =
      differing_keys(without_free_keys(with_resolved_keys(now, run)), without_free_keys(run));
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0], "train.epochs (11, was 10)");  // which extends the run
  EXPECT_EQ(differing_keys(without_extendable_keys(now), without_extendable_keys(run)).size(), 4u);
  EXPECT_EQ(keys[1], "train.loss (\"l1\", was \"mse\")");
}

}  // namespace
}  // namespace hebb
