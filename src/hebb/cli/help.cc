// hebb help: what there is to write in a configuration, from the tables that the program itself
// reads it with.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>

#include "hebb/base/check.h"
#include "hebb/base/fields_json.h"
#include "hebb/base/nearest.h"
#include "hebb/base/options.h"
#include "hebb/cli/commands.h"
#include "hebb/cli/option_text.h"
#include "hebb/data/augment.h"
#include "hebb/data/file_format.h"
#include "hebb/data/glyphs.h"
#include "hebb/data/open.h"
#include "hebb/metrics/metric_entry.h"
#include "hebb/nn/build.h"
#include "hebb/nn/initialisers.h"
#include "hebb/nn/losses.h"
#include "hebb/optim/parse.h"
#include "hebb/optim/penalty.h"
#include "hebb/run/config.h"
#include "hebb/tasks/task.h"

namespace hebb::cli {
namespace {

struct Word {
  std::string name, usage, what;
  std::string group = {};  // a heading above those that have it
  HEBB_FIELDS(name, usage, what)
};

template <class Table>
std::vector<Word> words(const Table& table) {
  std::vector<Word> out;
  for (const auto& entry : table)
    out.push_back({std::string(entry.name), std::string(entry.usage), std::string(entry.what)});
  return out;
}

std::vector<Word> config_words() {
  std::vector<Word> out;
  for (const KeyHelp& key : config_keys())
    out.push_back({key.table + "." + key.key, fmt::format("{} = {}", key.key, key.value), key.what,
                   "[" + key.table + "]"});
  return out;
}

std::vector<Word> metric_words() {
  std::vector<Word> out;
  for (const std::string& name : metrics::metric_names()) {
    const std::string full = metrics::full_name(name),
                      better = metrics::metric(name).better == metrics::Better::higher ? "higher"
                                                                                       : "lower";
    out.push_back({name, name,
                   full == name
                       ? fmt::format("{}; {} is better", metrics::metric_sentence(name), better)
                       : "another name of " + full});
  }
  return out;
}

std::vector<Word> task_words() {
  std::vector<Word> out;
  for (const Task* task : all_tasks())
    out.push_back({std::string(task->name), std::string(task->name), std::string(task->what)});
  return out;
}

std::vector<Word> data_words() {
  std::vector<Word> out;
  for (const std::string& name : data::known_names())
    out.push_back(
        {name, name + "[:train|:test]",
         name == data::glyphs_name ? "digits that hebb draws itself" : "found, else downloaded"});
  out.push_back({"folder", "FOLDER",
                 "a folder with a folder for each class, with PNG and JPEG pictures in it"});
  for (const data::FileFormat* format : data::file_formats())
    out.push_back({std::string(format->name), fmt::format("FILE{}", format->endings[0]),
                   std::string(format->what)});
  return out;
}

std::vector<Word> status_words() {
  return {{"0", "0", "done"},
          {"1", "1", "failed; the cause is in a file or the machine"},
          {"2", "2", "the remedy is on the command line or in the configuration"},
          {"3", "3", "a gate or check said no"},
          {"130", "130",
           "stopped by Ctrl-C, after the step was done and saved; a second one stops at once"},
          {"143", "143", "stopped by SIGTERM, in the same way"},
          {"129", "129",
           "stopped by SIGHUP (the terminal was closed), in the same way; `nohup hebb train ...` "
           "trains on"},
          {"141", "141",
           "stopped because nobody reads the output any more (SIGPIPE), in the same way"}};
}

// Each is tried by a test as it stands here: FILE.toml, then its content, indented.
constexpr const char* data_examples = R"(
A table: a line with the names of the columns, then a line a sample. Separator, encoding and what each column holds are told by looking.

  houses.toml
    [data]
    dataset = "houses.csv"      # rooms,age,price
    target = "price"            # numbers: a regression; words, or few whole numbers: classes. Quantities are learned
                                # by mean and deviation; metrics and predictions are in their own unit
    columns = ["rooms", "age"]  # left out: all that something can be learnt from
    normalize = "auto"          # by mean and deviation of the training part
    [model]
    layers = ["linear 32", "relu", "linear 1"]

Arrays of NumPy: np.savez("signals.npz", x=x, y=y), x float [samples, ...], y whole numbers for classes, else floats.

  signals.toml
    [data]
    dataset = "signals.npz"     # x [samples, 64], y of 0, 1, 2
    normalize = "auto"
    split = { train = 0.8, validation = 0.1, test = 0.1 }
    [model]
    layers = ["linear 32", "relu", "linear 3"]

Pictures: pets/cat/1.jpg, pets/dog/2.png, ...: the name of a picture's folder is its class.

  pets.toml
    [data]
    dataset = "pets"
    split = { train = 0.8, validation = 0.1, test = 0.1 }
    stratify = true
    augment = ["horizontal_flip"]
    [model]
    input = [3, 32, 32]         # the pictures are brought to this size: channels, height, width
    layers = ["conv2d 16 kernel=3", "relu", "max_pool2d 2", "flatten", "linear 2"]

Parts in files of their own: train = "train.csv", validation = "validation.csv", test = "test.csv" instead of dataset and split.
Rows that belong together: group = "patient"; rows in time: time = "date"; a column that says the part: split = { column = "part" };
folds: split = { folds = 5, fold = 0 }, or hebb train houses.toml --folds 5; lists of samples: split = { file = "parts.json" }.
Look first: hebb data stats houses.csv --target price; hebb train houses.toml --check.
hebb init my.toml --data X --target COLUMN looks by itself, at any of these, and writes what trains.)";

constexpr const char* config_hint =
    "\nA table's keys from the command line: --set train.checkpoint.keep=3. `hebb init FILE.toml` "
    "writes an example, `hebb help data` "
    "shows some.";

struct Topic {
  std::string_view name, what;
  std::vector<Word> (*words)();
  std::string more = {};                        // for people, below the words
  std::vector<SpecHelp> (*family)() = nullptr;  // of words with options of their own
  std::string_view also = {};                   // the name as others spell it
};

constexpr const char* word_hint = "\nOne of them with all that it takes: hebb help WORD.";

// Of layers, each with an example that is tried by a test as it stands here.
std::vector<Word> block_words() {
  return {
      {"residual",
       R"({ residual = ["conv2d 16 3 padding=1", "relu"], shortcut = ["conv2d 16 1"] })",
       "adds what the shortcut makes; without one, what came in"},
      {"parallel", R"({ parallel = [["conv2d 8 1"], ["conv2d 8 3 padding=1"], []], join = "cat" })",
       "branches side by side, [] hands on what came in; joined along channels (cat), added "
       "(add) or multiplied (mul)"},
      {"repeat", R"({ repeat = 4, layers = ["linear 64", "relu"] })",
       "a block four times, each with weights of its own; without repeat, the block itself"}};
}

std::string layer_hint() {
  std::string out = "\nBlocks stand among the lines and hold lists of their own:\n";
  for (const Word& block : block_words())
    out += fmt::format("  {}\n      {}\n", block.usage, block.what);
  return out + word_hint;
}

const std::vector<Topic>& topics() {
  static const std::vector<Topic> all = {
      {"layers", "what model.layers is made of", [] { return words(nn::layer_help()); },
       layer_hint(), nn::layer_help},
      {"optimizers", "train.optimizer", [] { return words(optim::optimizer_help()); }, word_hint,
       optim::optimizer_help, "optimisers"},
      {"schedules", "train.schedule: the learning rate over time",
       [] { return words(optim::schedule_help()); }, word_hint, optim::schedule_help},
      {"penalties", "train.penalty: on the size of weights, beside the loss",
       [] { return words(optim::penalty_help()); }, word_hint, optim::penalty_help},
      {"losses", "train.loss; left out, it follows from the task",
       [] { return words(loss_help()); }, word_hint, loss_help},
      {"metrics", "train.metrics", metric_words},
      {"tasks", "train.task; left out, by targets and model", task_words},
      {"initializers", "model.init: initial weights; left out, PyTorch's",
       [] { return words(nn::init_help()); }, word_hint, nn::init_help, "initialisers"},
      {"augment", "data.augment: random changes of training pictures",
       [] { return words(data::transform_help()); }, word_hint, data::transform_help},
      {"data", "what a data SPEC may be: data.dataset, data.train, --data", data_words,
       data_examples},
      {"config", "every key of a configuration, with its default", config_words, config_hint},
      {"exit-status", "what the program returns", status_words},
  };
  return all;
}

void print_words(const std::vector<Word>& all) {
  size_t width = 0;
  for (const Word& word : all)
    if (word.usage.size() <= 40)
      width = std::max(width, word.usage.size());
  std::string group;
  for (const Word& word : all) {
    if (word.group != group)
      print_line((group.empty() ? "" : "\n") + word.group);
    group = word.group;
    if (word.usage.size() <= width)
      print_line(fmt::format("  {:<{}}  {}", word.usage, width, word.what));
    else
      print_line(fmt::format("  {}\n  {:<{}}  {}", word.usage, "", width, word.what));
  }
}

void print_topic(const Topic& topic, const Global& global) {
  const std::vector<Word> all = topic.words();
  if (global.json)
    return print_json(fields::to_json(all));
  print_line(fmt::format("{}: {}\n", topic.name, topic.what));
  print_words(all);
  if (!topic.more.empty())
    print_line(topic.more);
}

// A word of a family: "conv2d".
struct FamilyWord {
  std::string_view topic;
  SpecHelp help;
  std::vector<Word> options;
};

// Several families may have it: "constant" is a schedule, and how weights begin.
std::vector<FamilyWord> family_words(const std::string& name) {
  std::vector<FamilyWord> out;
  for (const Topic& topic : topics()) {
    if (!topic.family)
      continue;
    for (const SpecHelp& help : topic.family()) {
      if (help.name != name)
        continue;
      std::vector<Word> options;
      for (const OptionHelp& option : options_help(*help.options))
        options.push_back(
            {option.key,
             option.note->needed ? option.key : fmt::format("{}={}", option.key, option.value),
             option_text(option)});
      out.push_back({topic.name, help, std::move(options)});
    }
  }
  return out;
}

Json to_json(const FamilyWord& word) {
  return Json{{"topic", std::string(word.topic)},
              {"name", word.help.name},
              {"what", word.help.what},
              {"usage", word.help.usage},
              {"options", fields::to_json(word.options)}};
}

void print_family_word(const FamilyWord& word) {
  print_line(fmt::format("{}: {}\n\n  {}", word.topic, word.help.what, word.help.usage));
  size_t width = 0;
  for (const Word& option : word.options)
    width = std::max(width, option.usage.size());
  if (!word.options.empty())
    print_line("");
  for (const Word& option : word.options)
    print_line(fmt::format("  {:<{}}  {}", option.usage, width, option.what));
}

// "train.threshold", "threshold", or "data.split" with all that stands in it; "residual", a block.
std::vector<Word> keys_meant(const std::string& name) {
  const std::vector<Word> all = config_words();
  std::vector<Word> meant;
  const auto add_those = [&](const auto& is_meant) {
    std::copy_if(all.begin(), all.end(), std::back_inserter(meant),
                 [&](const Word& word) { return is_meant(word.name); });
  };
  add_those([&](const std::string& key) { return key == name || key.starts_with(name + "."); });
  if (meant.empty())
    add_those([&](const std::string& key) { return key.ends_with("." + name); });
  for (const Word& block : block_words())
    if (block.name == name)
      meant.push_back(block);
  return meant;
}

// The words and keys that are called so, all of them: "threshold" is a layer and a key. Returns
// whether there is one. As JSON a word is an object, with "also" and "keys" for the others; keys
// alone are a list.
bool print_words_and_keys(const std::string& name, const Global& global) {
  const std::vector<FamilyWord> found = family_words(name);
  const std::vector<Word> keys = keys_meant(name);
  if (global.json && !found.empty()) {
    Json out = to_json(found[0]);
    for (size_t i = 1; i < found.size(); ++i)
      out["also"].push_back(to_json(found[i]));
    if (!keys.empty())
      out["keys"] = fields::to_json(keys);
    print_json(out);
  } else if (global.json && !keys.empty()) {
    print_json(fields::to_json(keys));
  } else {
    for (const FamilyWord& word : found) {
      if (&word != &found[0])
        print_line("");
      print_family_word(word);
    }
    if (!found.empty() && !keys.empty())
      print_line("");
    print_words(keys);
  }
  return !found.empty() || !keys.empty();
}

void overview(const Command& hebb, const Global& global) {
  if (global.json) {
    Json commands = Json::array(), names = Json::array();
    for (const Command& command : hebb.commands())
      commands.push_back({{"name", command.name()}, {"what", command.what()}});
    for (const Topic& topic : topics())
      names.push_back({{"name", topic.name}, {"what", topic.what}});
    return print_json(Json{{"commands", commands}, {"topics", names}});
  }
  print_line(
      "hebb: deep learning from data to service, in one program\n\nCommands (hebb COMMAND "
      "--help):");
  for (const Command& command : hebb.commands())
    print_line(fmt::format("  {:<12} {}", command.name(), command.what()));
  print_line("\nTopics (hebb help TOPIC):");
  for (const Topic& topic : topics())
    print_line(fmt::format("  {:<12} {}", topic.name, topic.what));
  print_line("\nWith every command: --json  --quiet  --threads N  --seed N");
  print_line("\nTo begin: hebb init my.toml, then hebb train my.toml");
}

// A command, or one of its own: "data get".
void print_command(const Command& hebb, const std::vector<std::string>& words,
                   const Global& global) {
  Command command = hebb;
  std::string name;
  for (const std::string& word : words) {
    std::vector<Command> found;
    std::vector<std::string> known;
    for (const Command& next : command.commands()) {
      known.push_back(next.name());
      if (next.name() == word)
        found.push_back(next);
    }
    if (name.empty())
      for (const Topic& topic : topics())
        if (std::find(known.begin(), known.end(), topic.name) == known.end())
          known.emplace_back(topic.name);
    if (found.empty() && known.empty())
      fail(ErrorKind::usage, "help", "'{}' has no commands of its own, such as '{}'", name, word);
    if (found.empty())
      throw Error(ErrorKind::usage, "help",
                  unknown_word(name.empty() ? "topic" : name + " command", word, known));
    command = found.front();
    name += (name.empty() ? "" : " ") + word;
  }
  if (global.json)
    return print_json(Json{{"name", name}, {"what", command.what()}, {"usage", command.help()}});
  std::printf("%s", command.help().c_str());
}

void help(const Command& hebb, const std::vector<std::string>& wanted, const Global& global) {
  if (wanted.empty())
    return overview(hebb, global);
  for (const Topic& topic : topics()) {
    const bool meant = topic.name == wanted[0] || (!topic.also.empty() && topic.also == wanted[0]);
    if (!meant)
      continue;
    if (wanted.size() == 1)
      return print_topic(topic, global);
    const std::vector<Command> commands = hebb.commands();
    const bool command = std::any_of(commands.begin(), commands.end(),
                                     [&](const Command& c) { return c.name() == topic.name; });
    check_in(command, ErrorKind::usage, "help",
             "'{}' is a topic of its own; one topic at a time: hebb help {}", wanted[0], wanted[0]);
  }
  const std::vector<Command> commands = hebb.commands();
  const bool command = std::any_of(commands.begin(), commands.end(),
                                   [&](const Command& c) { return c.name() == wanted[0]; });
  if (!command && wanted.size() == 1 && print_words_and_keys(wanted[0], global))
    return;
  if (wanted.size() == 1 && wanted[0].find('.') != std::string::npos) {
    std::vector<std::string> keys;
    for (const Word& key : config_words())
      keys.push_back(key.name);
    throw Error(ErrorKind::usage, "help", unknown_word("key", wanted[0], keys));
  }
  print_command(hebb, wanted, global);
}

}  // namespace

void add_help_command(Command& hebb, const Global& global) {
  const auto topic = std::make_shared<std::vector<std::string>>();
  Command command =
      hebb.add("help", "what can be written in a configuration: layers, optimizers, config, ...");
  command
      .option("topic", *topic,
              "a topic, a word of one, a key of a configuration (train.threshold), a command, or a "
              "command of a command (data get)")
      .type_name("TOPIC");
  command.example("hebb help layers");
  command.run([hebb, topic, &global] { help(hebb, *topic, global); });
}

}  // namespace hebb::cli
