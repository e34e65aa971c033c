// The lists of words that a configuration may hold: every word is printed, parsed and printed again
// the same; every bound is refused by its name; every alias is taken; help lists every word. Words
// that a program adds are found, too.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hebb/base/error.h"
#include "hebb/base/options.h"
#include "hebb/data/transform_entry.h"
#include "hebb/metrics/metric_entry.h"
#include "hebb/nn/activation.h"
#include "hebb/nn/build.h"
#include "hebb/nn/initialisers.h"
#include "hebb/nn/layer_entry.h"
#include "hebb/nn/linear.h"
#include "hebb/nn/loss_entry.h"
#include "hebb/nn/losses.h"
#include "hebb/ops/arithmetic.h"
#include "hebb/ops/create.h"
#include "hebb/ops/loss.h"
#include "hebb/optim/entries.h"
#include "hebb/optim/parse.h"
#include "hebb/optim/sgd.h"
#include "support/message_of.h"

namespace hebb {
namespace {

struct Words {
  std::string thing;
  std::vector<SpecHelp> (*help)();
  std::string (*print)(std::string_view line);
};

std::string print_transform(std::string_view line) {
  return data::make_transform(line)->to_string();
}

const std::vector<Words>& families() {
  static const std::vector<Words> all = {
      {"layer", nn::layer_help, nn::print_layer},
      {"loss", loss_help, print_loss},
      {"initialiser", nn::init_help, nn::print_initialiser},
      {"optimizer", optim::optimizer_help, optim::print_optimizer},
      {"schedule", optim::schedule_help, optim::print_schedule},
      {"transform", data::transform_help, print_transform}};
  return all;
}

using Kind = OptionHelp::Kind;

bool is_number(const OptionHelp& option) {
  return option.kind == Kind::whole || option.kind == Kind::number || option.kind == Kind::wholes ||
         option.kind == Kind::range;
}

std::string text_of(double number) {
  return number == std::floor(number) ? std::to_string(int64_t(number)) : fmt::format("{}", number);
}

// The number as the option is written with it: every part of it.
std::string written(const OptionHelp& option, double number) {
  const std::string one = text_of(number);
  std::string out = one;
  for (int i = 1; i < std::max(option.parts, option.kind == Kind::range ? 2 : 1); ++i)
    out += "," + one;
  return out;
}

// Some value that the option may have, and that is not its default where there is a choice.
std::string value_of(const OptionHelp& option) {
  if (option.kind == Kind::flag)
    return option.value == "true" ? "false" : "true";
  if (!option.choices.empty())
    return option.choices.back();
  if (option.kind == Kind::text)
    return option.value == "none" ? "1" : option.value;
  for (double number : {2.0, 0.25, 0.125, 3.0})
    if (within_bounds(*option.note, number) && written(option, number) != option.value &&
        (number >= 1 || option.kind == Kind::number || option.kind == Kind::range))
      return written(option, number);
  return option.value;
}

// The word with what it needs.
std::string least_line(const SpecHelp& word) {
  std::string line = word.name;
  for (const OptionHelp& option : options_help(*word.options))
    if (option.note->needed)
      line += " " + option.key + "=" + value_of(option);
  if (word.name == "translation")  // one of two
    line += " fraction=0.25";
  return line;
}

std::string line_with(const SpecHelp& word, const OptionHelp& option, const std::string& key,
                      const std::string& value) {
  std::string line = word.name;
  for (const OptionHelp& other : options_help(*word.options))
    if (other.note->needed && other.key != option.key)
      line += " " + other.key + "=" + value_of(other);
  if (word.name == "translation" && option.key != "fraction" && option.key != "pixels")
    line += " fraction=0.25";
  return line + " " + key + "=" + value;
}

TEST(Words, ArePrintedAndParsedTheSame) {
  for (const Words& family : families())
    for (const SpecHelp& word : family.help()) {
      const std::string line = least_line(word);
      SCOPED_TRACE(line);
      const std::string printed = family.print(line);
      EXPECT_EQ(SpecLine::parse(printed).name, word.name);
      EXPECT_EQ(family.print(printed), printed);
      for (const OptionHelp& option : options_help(*word.options)) {
        const std::string given = line_with(word, option, option.key, value_of(option)),
                          once = family.print(given);
        EXPECT_EQ(family.print(once), once) << given;
        if (value_of(option) != option.value) {
          EXPECT_NE(once.find(option.parts > 1 ? option.key : value_of(option).substr(0, 4)),
                    std::string::npos)
              << given << " became " << once;
        }
      }
    }
}

TEST(Words, NoneStaysWhereTheDefaultIsANumber) {
  EXPECT_EQ(nn::print_layer("batch_norm2d momentum=none"), "batch_norm2d momentum=none");
  EXPECT_EQ(nn::print_layer("weight_norm layer=conv1d:4:3:padding=1 dim=none"),
            "weight_norm layer=conv1d:4:3:padding=1 dim=none");
  EXPECT_EQ(nn::print_layer("weight_norm layer=linear:4"), "weight_norm linear:4");
}

TEST(Words, TakeEveryAlias) {
  int seen = 0;
  for (const Words& family : families())
    for (const SpecHelp& word : family.help())
      for (const OptionHelp& option : options_help(*word.options))
        for (const std::string& alias : option.aliases) {
          const std::string value = value_of(option);
          EXPECT_EQ(family.print(line_with(word, option, alias, value)),
                    family.print(line_with(word, option, option.key, value)))
              << word.name << " " << alias;
          ++seen;
        }
  EXPECT_GT(seen, 40);
}

TEST(Words, RefuseWhatIsOutOfBounds) {
  int seen = 0;
  for (const Words& family : families())
    for (const SpecHelp& word : family.help())
      for (const OptionHelp& option : options_help(*word.options)) {
        if (!is_number(option))
          continue;
        const Note& note = *option.note;
        struct Outside {
          double number, bound;
        };
        std::vector<Outside> outside;
        if (std::isfinite(note.at_least))
          outside.push_back({note.at_least - 1, note.at_least});
        if (std::isfinite(note.above))
          outside.push_back({note.above, note.above});
        if (std::isfinite(note.at_most))
          outside.push_back({note.at_most + 1, note.at_most});
        if (std::isfinite(note.below))
          outside.push_back({note.below, note.below});
        for (const auto& [number, bound] : outside) {
          const std::string line = line_with(word, option, option.key, written(option, number)),
                            said = message_of([&] { family.print(line); });
          EXPECT_EQ(said.find(word.name + ": " + option.key + " is "), 0u) << line << ": " << said;
          const size_t should = said.find("should be ");
          ASSERT_NE(should, std::string::npos) << said;
          EXPECT_NE(said.find(text_of(bound), should), std::string::npos) << line << ": " << said;
          ++seen;
        }
      }
  EXPECT_GT(seen, 60);
}

TEST(Words, RefuseWhatIsMissingOrUnknown) {
  for (const Words& family : families()) {
    for (const SpecHelp& word : family.help()) {
      const std::string line = least_line(word);
      EXPECT_NE(message_of([&] { family.print(line + " nosuchkey=1"); }).find("nosuchkey"),
                std::string::npos)
          << line;
      for (const OptionHelp& option : options_help(*word.options))
        if (option.note->needed) {
          EXPECT_NE(message_of([&] { family.print(word.name); }).find("is missing"),
                    std::string::npos)
              << word.name;
        }
    }
    EXPECT_NE(message_of([&] {
                family.print("nosuchword");
              }).find("unknown " + family.thing + " 'nosuchword'"),
              std::string::npos);
  }
}

TEST(Words, AllHaveASentence) {
  for (const Words& family : families())
    for (const SpecHelp& word : family.help()) {
      EXPECT_FALSE(word.what.empty()) << word.name;
      EXPECT_EQ(word.usage.find(word.name), 0u);
      for (const OptionHelp& option : options_help(*word.options))
        EXPECT_FALSE(option.note->what.empty()) << word.name << " " << option.key;
    }
  for (const std::string& name : metrics::metric_names())
    EXPECT_FALSE(metrics::metric_sentence(name).empty()) << name;
}

struct Scale : nn::Module {
  double factor;
  explicit Scale(double factor) : factor(factor) {}
  Tensor forward(const Tensor& x) const { return x * factor; }
  HEBB_NO_FIELDS()
};
struct ScaleOptions {
  double factor = 1;
  HEBB_FIELDS(factor)
  static constexpr Note notes[] = {{.field = "factor", .place = 1, .above = 0, .what = "a factor"}};
};
template <class Add>
void expect_taken_once(const Add& add) {
  add();
  EXPECT_NE(message_of(add).find("already"), std::string::npos);
}

// Runs in a process of its own under ctest; in one with others the words stay.
TEST(WordsOfPrograms, AreFoundInEveryFamily) {
  expect_taken_once([] {
    nn::add_layer(
        {.name = "scale",
         .what = "x times FACTOR",
         .options = &options_type<ScaleOptions>,
         .make = [](const void* o) -> nn::AnyModule { return Scale(as<ScaleOptions>(o).factor); }});
  });
  nn::Sequential net = nn::build({"linear 2", "scale 3"}, {4});
  EXPECT_EQ(net(zeros({1, 4})).shape(), (Dims{1, 2}));
  EXPECT_NE(message_of([] { nn::build({"scale 0"}, {4}); }).find("should be above 0"),
            std::string::npos);

  expect_taken_once([] {
    add_loss({.name = "twice", .what = "twice the squared error", .make = [](const void*) {
                return Loss([](const Tensor& x, const Tensor& y) { return mse_loss(x, y) * 2.0; });
              }});
  });
  EXPECT_NEAR(parse_loss("twice")(ones({2}), zeros({2})).item(), 2, 1e-6);

  expect_taken_once([] {
    nn::add_initialiser({.name = "all_ones",
                         .what = "all one",
                         .fill = [](const void*, Tensor& w, uint64_t) { w.fill_(1); }});
  });
  nn::initialise(net, "all_ones");
  EXPECT_EQ(net.parameters()[0].to_vector<double>(), std::vector<double>(8, 1));

  expect_taken_once([] {
    optim::add_optimizer({.name = "slow", .what = "sgd, slowly", .make = [](const void*) {
                            return optim::sgd({.lr = 1e-6});
                          }});
  });
  EXPECT_EQ(optim::parse_optimizer("slow")({{.params = net.parameters()}})->lr(), 1e-6);

  expect_taken_once([] {
    optim::add_schedule({.name = "halved", .what = "half of it", .make = [](const void*) {
                           return optim::lambda([](int64_t) { return 0.5; });
                         }});
  });
  EXPECT_EQ(optim::parse_schedule("halved").lr(1, {}), 0.5);

  expect_taken_once([] {
    metrics::add_metric({.name = "my_error",
                         .what = "the mean squared error",
                         .make = [](std::string_view) { return metrics::mean_squared_error(); }});
  });
  EXPECT_EQ(metrics::metric("my_error").better, metrics::Better::lower);

  expect_taken_once([] {
    data::add_transform({.name = "my_flip", .what = "a flip", .make = [](const void*) {
                           return data::make_transform("horizontal_flip");
                         }});
  });
  EXPECT_EQ(data::make_transform("my_flip")->to_string(), "horizontal_flip p=0.5");
}

}  // namespace
}  // namespace hebb
