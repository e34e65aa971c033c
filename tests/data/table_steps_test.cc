// The steps of a table's columns: they agree with scikit-learn (reference/table_steps.py), are made
// again from their line and state, and never meet a cell that they have no answer for.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "hebb/base/error.h"
#include "hebb/data/date_form.h"
#include "hebb/data/recipe.h"
#include "hebb/data/step.h"
#include "hebb/data/steps/quantiles.h"
#include "support/message_of.h"
#include "support/places.h"

namespace hebb::data {
namespace {

using Json = nlohmann::json;
using Doubles = std::vector<double>;
using Strings = std::vector<std::string>;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

const Json& reference() {
  static const Json all = Json::parse(read_file(reference_folder() / "table_steps.json"));
  return all;
}

Field number_field(const std::string& name, FieldKind kind = FieldKind::number) {
  return {.name = name, .kind = kind, .dtype = f64, .shape = {}};
}
Field word_field(const std::string& name) {
  return {.name = name, .kind = FieldKind::category, .dtype = u8, .shape = {-1}};
}

// One column of numbers or words as a training part.
class Column : public Fitting {
 public:
  Column(Field field, Doubles numbers, Strings words = {})
      : field_(std::move(field)), numbers_(std::move(numbers)), words_(std::move(words)) {}

  const DatasetStats& statistics(int64_t) const override {
    throw std::logic_error("not asked for");
  }
  Schema schema() const override { return {field_}; }
  void each(FunctionRef<void(const Record&)> see) const override {
    for (size_t i = 0; i < size(); ++i)
      see(words_.empty() ? record(numbers_[i]) : record(words_[i]));
  }

  // Two blocks in a part.
  int64_t parts() const override { return int64_t(size() / (2 * block) + 1); }
  void each_block(FunctionRef<void(int64_t, const Record&)> see) const override {
    for (size_t i = 0; i < size(); i += block)
      see(int64_t(i / (2 * block)), block_of(i, std::min(i + block, size())));
  }
  size_t size() const { return std::max(numbers_.size(), words_.size()); }

  // The samples from `begin` to `end` as one record.
  Record block_of(size_t begin, size_t end) const {
    Record out;
    Value& value = out.add(field_.name);
    if (words_.empty())
      std::copy(numbers_.begin() + ptrdiff_t(begin), numbers_.begin() + ptrdiff_t(end),
                static_cast<double*>(value.make(f64, {}, int64_t(end - begin))));
    else
      std::copy(words_.begin() + ptrdiff_t(begin), words_.begin() + ptrdiff_t(end),
                value.make_texts(int64_t(end - begin)).begin());
    return out;
  }

  Record record(double number) const {
    Record out;
    *static_cast<double*>(out.add(field_.name).make(f64, {})) = number;
    return out;
  }
  Record record(const std::string& word) const {
    Record out;
    void* to = out.add(field_.name).make(u8, {int64_t(word.size())});
    std::copy(word.begin(), word.end(), static_cast<char*>(to));
    return out;
  }

  // What a fitted step, made again from what it saves, makes of a cell: what its schema says.
  template <class Cell>
  Doubles made(const Step& step, const Cell& cell) const {
    const auto again = make_step(step.line(), step.state());
    EXPECT_FALSE(again->needs_fit());
    EXPECT_EQ(again->state(), step.state());
    Record one = record(cell), other = record(cell);
    Philox random(0);
    step.apply(one, random);
    again->apply(other, random);
    const Value &a = one.at(field_.name), &b = other.at(field_.name);
    const Schema schema = step.map({field_});
    EXPECT_EQ(a.shape(), schema[0].shape);
    EXPECT_EQ(a.dtype(), schema[0].dtype);
    EXPECT_EQ(std::memcmp(a.bytes(), b.bytes(), size_t(a.count() * item_size(a.dtype()))), 0);
    if (a.dtype() == i64)
      return {double(*a.data<int64_t>())};
    return {a.data<double>(), a.data<double>() + a.count()};
  }

 private:
  static constexpr size_t block = 7;

  Field field_;
  Doubles numbers_;
  Strings words_;
};

void expect_near(const Doubles& made, const Doubles& wanted, double relative,
                 const std::string& what) {
  ASSERT_EQ(made.size(), wanted.size()) << what;
  for (size_t i = 0; i < made.size(); ++i)
    EXPECT_NEAR(made[i], wanted[i], relative * std::max(1.0, std::fabs(wanted[i])))
        << what << " " << i;
}

TEST(TableSteps, NumbersAreScikitLearns) {
  for (const Json& c : reference().at("numbers")) {
    const std::string name = c.at("name");
    const Column column(number_field("a"), c.at("values").get<Doubles>());
    const int64_t quantiles = c.at("quantiles");
    const auto quantile = make_step(fmt::format("quantile {}", quantiles))->fitted(column),
               standard = make_step("standard")->fitted(column),
               bins = make_step(fmt::format("piecewise_linear {}", quantiles))->fitted(column);
    const Doubles tried = c.at("tried");
    for (size_t i = 0; i < tried.size(); ++i) {
      const std::string what = fmt::format("{} {} at {}", name, quantiles, tried[i]);
      expect_near(column.made(*quantile, tried[i]), {c["quantile"][i].get<double>()}, 1e-8, what);
      expect_near(column.made(*standard, tried[i]), {c["standard"][i].get<double>()}, 1e-6, what);
      if (c.contains("piecewise_linear"))
        expect_near(column.made(*bins, tried[i]), c["piecewise_linear"][i].get<Doubles>(), 1e-6,
                    what);
    }
  }
  for (const Json& c : reference().at("normal"))
    EXPECT_NEAR(normal_quantile(c.at("p")), c.at("value").get<double>(), 4e-14)
        << c.at("p").get<double>();
}

TEST(TableSteps, MissingNumbersAreScikitLearns) {
  Doubles values;
  for (const Json& v : reference()["impute"]["values"])
    values.push_back(v.is_null() ? nan : v.get<double>());
  const Column column(number_field("a"), values);
  const auto step = make_step("impute")->fitted(column);
  EXPECT_TRUE(step->fills_missing());
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(column.made(*step, values[i]), reference()["impute"]["made"][i].get<Doubles>());
  EXPECT_EQ(step->map({number_field("a")})[0].labels, (Strings{"a", "a missing"}));
  // First missing at prediction.
  const Column full(number_field("a"), {3, 1, 2});
  const auto filled = make_step("impute")->fitted(full);
  EXPECT_EQ(full.made(*filled, nan), Doubles{2});
  EXPECT_EQ(full.made(*filled, 7.0), Doubles{7});
  EXPECT_EQ(Column(number_field("a"), {nan, nan})
                .made(*make_step("impute")->fitted(Column(number_field("a"), {nan, nan})), nan),
            (Doubles{0, 1}));
}

TEST(TableSteps, WordsAreScikitLearns) {
  const auto words = reference()["one_hot"]["words"].get<Strings>();
  const Column column(word_field("c"), {}, words);
  const auto step = make_step("one_hot rare=1")->fitted(column);
  for (size_t i = 0; i < words.size(); ++i)
    EXPECT_EQ(column.made(*step, words[i]), reference()["one_hot"]["made"][i].get<Doubles>());
  EXPECT_EQ(step->map({word_field("c")})[0].labels, (Strings{"c=blue", "c=green", "c=red"}));
  // Never seen, and none was rare: the shares of training. Missing: the most frequent one.
  expect_near(column.made(*step, std::string("pink")), {2 / 6.0, 1 / 6.0, 3 / 6.0}, 1e-12, "pink");
  EXPECT_EQ(column.made(*step, std::string()), (Doubles{0, 0, 1}));
}

TEST(TableSteps, RareWordsShareASlotWithThoseNeverSeen) {
  Strings words(10, "a");
  words.insert(words.end(), 8, "b");
  words.insert(words.end(), {"c", "d", "d", ""});
  const Column column(word_field("w"), {}, words);
  const auto step = make_step("one_hot")->fitted(column);
  EXPECT_EQ(step->map({word_field("w")})[0].labels,
            (Strings{"w=a", "w=b", "w other", "w missing"}));
  EXPECT_EQ(column.made(*step, std::string("b")), (Doubles{0, 1, 0, 0}));
  for (const char* rare : {"c", "d", "never", "\xC3\xA9"})
    EXPECT_EQ(column.made(*step, std::string(rare)), (Doubles{0, 0, 1, 0})) << rare;
  EXPECT_EQ(column.made(*step, std::string()), (Doubles{1, 0, 0, 1}));
  const auto codes = make_step("codes")->fitted(column);
  const auto code = [&](const char* word) { return column.made(*codes, std::string(word))[0]; };
  EXPECT_EQ(code("a"), 1);
  EXPECT_EQ(code("b"), 2);
  EXPECT_EQ(code("c"), 0);
  EXPECT_EQ(code("never"), 0);
  EXPECT_EQ(code(""), 3);
  const auto most = make_step("one_hot 1 rare=1")->fitted(column);
  EXPECT_EQ(column.made(*most, std::string("b")), (Doubles{0, 1, 0}));
}

TEST(TableSteps, DatesBecomeTheirParts) {
  Doubles times;
  for (const Json& c : reference()["dates"]) {
    const auto seconds = parse_date(c.at("text").get<std::string>(), "%Y-%m-%d %H:%M:%S");
    ASSERT_TRUE(seconds.has_value());
    EXPECT_EQ(*seconds, c.at("seconds").get<double>());
    times.push_back(*seconds);
  }
  const Column column(number_field("t", FieldKind::time), times);
  const auto step = make_step("date_parts")->fitted(column);
  for (const Json& c : reference()["dates"]) {
    Doubles wanted = c.at("parts").get<Doubles>();
    wanted.push_back(c.at("seconds").get<double>() / 86400);
    EXPECT_EQ(column.made(*step, c.at("seconds").get<double>()), wanted);
  }
  // Parts that never change are left out.
  const Column days(number_field("t", FieldKind::time), {0, 86400});
  EXPECT_EQ(
      make_step("date_parts")->fitted(days)->map({number_field("t", FieldKind::time)})[0].labels,
      (Strings{"t day", "t weekday", "t day_of_year", "t days"}));
  for (const double odd : {1e300, -1e300, 2e11, -1e11})
    for (const double part : days.made(*step, odd))
      EXPECT_TRUE(std::isfinite(part)) << odd;
}

TEST(TableSteps, PeriodicNumbersAreTheirFormula) {
  const Column column(number_field("a"), {1, 2, 3, 4});
  const auto step = make_step("periodic 3 sigma=0.5")->fitted(column);
  EXPECT_EQ(make_step("periodic 3 sigma=0.5")->fitted(column)->state(), step->state());
  const Json fitted = Json::parse(step->state())["columns"][0]["numbers"][0];
  const double mean = 2.5, deviation = std::sqrt(1.25);
  const Doubles made = column.made(*step, 3.7);
  ASSERT_EQ(made.size(), 7u);
  const double z = (3.7 - mean) / deviation;
  EXPECT_NEAR(made[0], z, 1e-12);
  for (size_t i = 0; i < 3; ++i) {
    const double angle = 2 * M_PI * fitted["frequencies"][i].get<double>() * z;
    EXPECT_NEAR(made[1 + 2 * i], std::sin(angle), 1e-12);
    EXPECT_NEAR(made[2 + 2 * i], std::cos(angle), 1e-12);
  }
}

// Sees every sample by itself, whatever a step asks for.
class OneByOne : public Fitting {
 public:
  explicit OneByOne(const Column& column) : column_(column) {}
  const DatasetStats& statistics(int64_t axis) const override { return column_.statistics(axis); }
  Schema schema() const override { return column_.schema(); }
  void each(FunctionRef<void(const Record&)> see) const override { column_.each(see); }

 private:
  const Column& column_;
};

TEST(TableSteps, SamplesTogetherAreWhatEachIsAlone) {
  Doubles numbers, times;
  Strings words;
  for (int i = 0; i < 61; ++i) {
    numbers.push_back(i % 9 == 4 ? nan : std::sin(i) * 100);
    times.push_back(i % 9 == 4 ? nan : i * 1e7 + 12345);
    words.push_back(i % 13 == 5 ? "" : std::string(size_t(i % 5) * 6 + 1, char('a' + i % 5)));
  }
  Doubles whole = numbers;
  std::replace_if(
      whole.begin(), whole.end(), [](double v) { return std::isnan(v); }, 7.0);
  const Column missing(number_field("a"), numbers), all(number_field("a"), whole),
      dates(number_field("a", FieldKind::time), times), texts(word_field("a"), {}, words);
  const std::vector<std::pair<const char*, const Column*>> cases = {
      {"impute", &missing},         {"impute", &all},           {"impute", &dates},
      {"standard", &all},           {"quantile 20", &all},      {"piecewise_linear 5", &all},
      {"periodic 3", &all},         {"date_parts", &dates},     {"one_hot", &texts},
      {"one_hot 2 rare=1", &texts}, {"one_hot rare=9", &texts}, {"codes", &texts},
      {"codes 2", &texts}};
  Philox random(0);
  for (const auto& [line, column] : cases) {
    SCOPED_TRACE(line);
    const auto step = make_step(line)->fitted(*column);
    EXPECT_TRUE(step->takes_many());
    EXPECT_EQ(step->state(), make_step(line)->fitted(OneByOne(*column))->state());
    Record together = column->block_of(0, numbers.size());
    step->apply(together, random);
    const Value& made = together.at("a");
    ASSERT_EQ(made.samples(), int64_t(numbers.size()));
    const auto bytes = size_t(made.count() * item_size(made.dtype()));
    size_t i = 0;
    column->each([&](const Record& record) {
      Record alone = record;
      step->apply(alone, random);
      const Value& one = alone.at("a");
      EXPECT_EQ(one.shape(), made.shape());
      EXPECT_EQ(one.dtype(), made.dtype());
      EXPECT_EQ(std::memcmp(one.bytes(), made.data<char>() + i++ * bytes, bytes), 0) << i;
    });
  }
}

TEST(TableSteps, ColumnsOfSeveralSamplesAreJoinedSampleBySample) {
  const auto fill = [](Record& to) {
    auto* a = static_cast<double*>(to.add("a").make(f64, {}, 3));
    auto* b = static_cast<double*>(to.add("b").make(f64, {2}, 3));
    auto* c = static_cast<int64_t*>(to.add("c").make(i64, {}, 3));
    for (int i = 0; i < 3; ++i)
      a[i] = i, b[2 * i] = 10 + i, b[2 * i + 1] = 20 + i, c[i] = 30 + i;
  };
  Record record, other;
  fill(record);
  fill(other);
  Philox random(0);
  columns_step({"b", "c", "a"})->apply(record, random);
  EXPECT_EQ(record.at("x").shape(), Dims{3});
  const auto numbers = [](const Value& value) {
    const auto* first = value.data<double>();
    return Doubles(first, first + value.samples() * value.count());
  };
  EXPECT_EQ(numbers(record.at("x")), (Doubles{10, 20, 0, 11, 21, 1, 12, 22, 2}));
  EXPECT_EQ(std::vector<int64_t>(record.at("codes").data<int64_t>(),
                                 record.at("codes").data<int64_t>() + 3),
            (std::vector<int64_t>{30, 31, 32}));
  columns_step({"c", "b", "a"}, true)->apply(other, random);
  EXPECT_EQ(numbers(other.at("x")), (Doubles{10, 20, 0, 30, 11, 21, 1, 31, 12, 22, 2, 32}));
  make_step("cast")->apply(other, random);
  EXPECT_EQ(other.at("x").samples(), 3);
  EXPECT_EQ(other.at("x").data<float>()[11], 32);
}

TEST(TableSteps, FlagsStayBesideWhatIsScaled) {
  const Field both{.name = "a",
                   .kind = FieldKind::number,
                   .dtype = f64,
                   .shape = {2},
                   .labels = {"a", "a missing"}};
  const auto step =
      make_step("standard",
                R"({"columns":[{"name":"a","numbers":[{"mean":2,"std":4},{"mean":0,"std":0}]}]})");
  Record record;
  auto* values = static_cast<double*>(record.add("a").make(f64, {2}));
  values[0] = 6, values[1] = 1;
  Philox random(0);
  step->apply(record, random);
  EXPECT_EQ(record.at("a").data<double>()[0], 1);
  EXPECT_EQ(record.at("a").data<double>()[1], 1);
  EXPECT_EQ(step->map({both})[0].labels, both.labels);
}

TEST(TableSteps, RefuseStatesThatCannotBe) {
  const auto said = [](const std::string& line, const std::string& state, const Field& in) {
    return hebb::message_of([&] { make_step(line, state)->map({in}); });
  };
  const Field a = number_field("a"), w = word_field("w");
  const auto refuses = [&](const std::string& line, const std::string& state, const Field& in,
                           const std::string& words) {
    EXPECT_NE(said(line, state, in).find(words), std::string::npos)
        << line << ": " << said(line, state, in);
  };
  // The columns' state, of which one says {...}.
  const auto columns = [](const std::string& one) { return R"({"columns":[{)" + one + "}]}"; };
  const std::string filled = R"("name":"NAME","value":0,"says_so":false)";
  const auto filled_as = [&](const std::string& from, const std::string& to) {
    return columns(std::string(filled).replace(filled.find(from), from.size(), to));
  };
  refuses("impute", filled_as("NAME", "b"), a, "there is no field 'b'");
  refuses("impute", filled_as("NAME", "w"), w, "impute: cannot change w: category");
  refuses("impute", filled_as(":0", ":null"), a,
          "impute: its state cannot be read: state.columns[0].value: should be a number, is null");
  refuses("impute", filled_as(":0", ":\"x\""), a, "columns[0].value: should be a number, is \"x\"");
  refuses("impute", filled_as("value", "valeu"), a, "unknown key 'valeu'; did you mean 'value'?");
  refuses("impute", filled_as(",\"says_so\":false", ""), a, "columns[0].says_so: is missing");
  refuses("impute", R"({"columns":3})", a, "state.columns: should be a list, is 3");
  refuses("impute", R"({"column":[]})", a, "state: unknown key 'column'; did you mean 'columns'?");
  refuses("quantile", columns(R"("name":"a","numbers":[{"quantiles":[2,1]}])"), a,
          "columns[0].numbers[0]: should be two quantiles or more, none below the one before it");
  refuses("piecewise_linear", columns(R"("name":"a","numbers":[{"edges":[1,1]}])"), a,
          "numbers[0]: should be two edges or more, each above the one before it");
  for (const char* std : {"-1", "0"})
    refuses("standard",
            columns(R"("name":"a","numbers":[{"mean":1,"std":)" + (std + std::string("}]"))), a,
            "numbers[0]: should be a mean and a std above 0, both finite");
  refuses("standard", columns(R"("name":"a","numbers":[{"mean":1,"std":1},{"mean":0,"std":1}])"), a,
          "was fitted for 2 numbers of 'a'");
  refuses("periodic", columns(R"("name":"a","numbers":[{"mean":1,"std":1,"frequencies":[]}])"), a,
          "numbers[0]: should be a mean, a std above 0 and frequencies, all finite");
  const auto words = [&](const char* values, const char* shares, int usual) {
    return columns(fmt::format(
        R"("name":"w","values":{},"shares":{},"usual":{},"other":false,"says_so":false)", values,
        shares, usual));
  };
  refuses("one_hot", words(R"(["b","a"])", "[0,0,0]", 0), w,
          "columns[0].values[1]: is 'a' behind 'b'; words should be sorted, each once");
  refuses("one_hot", words("[]", "[1]", 0), w,
          "columns[0].values: is empty, should hold a word where other is false");
  refuses("one_hot", words(R"(["a"])", "[1]", 0), w,
          "columns[0].shares: has 1 numbers, should have 2");
  refuses("one_hot", words(R"(["a"])", "[1,0]", 5), w,
          "columns[0].usual: is 5, should be from 0 to 1: the place of a word in values");
  refuses("one_hot", words(R"(["a"])", "[0.5,-0.25]", 0), w,
          "columns[0].shares[1]: is -0.25, should be at least 0");
  refuses("date_parts", columns(R"("name":"a","parts":["year","moon"])"), a,
          "columns[0].parts[1]: is 'moon', should be one of year, month, day");
  refuses("date_parts", columns(R"("name":"a","parts":["year","days","year"])"), a,
          "columns[0].parts[2]: is 'year', as parts[0] is; each should stand there once");
  refuses("quantile 1", "", a, "at least 2");
}

}  // namespace
}  // namespace hebb::data
