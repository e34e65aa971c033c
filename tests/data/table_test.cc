// Tables of words, dates and missing cells as data sets: what is learnt from, and that a row is the
// same alone, in a batch and prepared ahead.
#include "hebb/data/table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "hebb/base/error.h"
#include "hebb/data/loader.h"
#include "hebb/data/prepared.h"
#include "hebb/data/recipe.h"
#include "hebb/data/table_recipe.h"
#include "hebb/data/table_row.h"
#include "hebb/data/table_source.h"
#include "hebb/formats/csv_rows.h"
#include "support/message_of.h"
#include "support/temp_folder.h"

namespace hebb::data {
namespace {

using Strings = std::vector<std::string>;

class Table : public TempFolder {
 protected:
  std::string write(const std::string& name, std::string_view text) {
    write_file_atomic(folder_ / name, text);
    return (folder_ / name).string();
  }

  // Numbers, words, dates, some of each missing; an identifier and a constant.
  std::string mixed() {
    std::string text = "row_id,age,town,since,same,note,kind\n";
    const char* towns[] = {"Rome", "Paris", "Oslo"};
    for (int i = 0; i < 90; ++i)
      text += fmt::format("{},{},{},{},x,\"a, {} b {} c {}\",{}\n", i + 7,
                          i % 10 == 3 ? "NA" : std::to_string(20 + i % 13),
                          i % 15 == 4 ? "" : towns[i % 3],
                          fmt::format("{:02}.{:02}.20{:02}", 1 + i % 28, 1 + i % 12, 10 + i % 9), i,
                          i * 3, i * 7, i % 2 ? "yes" : "no");
    return write("mixed.csv", text);
  }
};

TEST_F(Table, KindsDecideWhatIsLearntFrom) {
  const Dataset data = csv_table(mixed(), {.target = "kind"});
  EXPECT_EQ(data.feature_names(), (Strings{"age", "town", "since"}));
  ASSERT_EQ(data.notes().size(), 1u);
  EXPECT_NE(data.notes()[0].find("3 columns are left out: 'row_id' (identifier: its name says so"),
            std::string::npos)
      << data.notes()[0];
  const TableSource* table = table_of(data);
  ASSERT_NE(table, nullptr);
  EXPECT_TRUE(table->has_missing());
  const Schema schema = table->schema();
  EXPECT_EQ(describe(schema),
            "age: number f64[], town: category u8[-1], since: time f64[], y: category i64[]");
  EXPECT_EQ(schema[2].labels, Strings{"%d.%m.%Y"});
  EXPECT_EQ(find_field(data.recipe().output(), "x")->labels,
            (Strings{"age", "age missing", "town=Oslo", "town=Paris", "town=Rome", "town missing",
                     "since year", "since month", "since day", "since weekday", "since day_of_year",
                     "since days"}));
  EXPECT_EQ(data.sample_shape(), (Dims{12}));
}

TEST_F(Table, ARowIsTheSameEverywhere) {
  for (const auto& [numbers, embed] :
       {std::pair("", false), std::pair("standard", false), std::pair("quantile", false),
        std::pair("piecewise_linear 4", false), std::pair("periodic 2", false),
        std::pair("standard", true)}) {
    SCOPED_TRACE(fmt::format("'{}'{}", numbers, embed ? " embed" : ""));
    const std::string path = mixed();
    const Dataset raw = csv_table(path, {.target = "kind"});
    const Dataset part = raw.subset({1, 3, 4, 7, 8, 13, 22, 33, 34, 50, 61});
    const Recipe recipe =
        table_recipe(raw.source().schema(), {.numbers = numbers, .embed = embed}).fitted(part);
    const Recipe again = parse_recipe(recipe.to_json(), "recipe.json");
    EXPECT_EQ(again.to_json(), recipe.to_json());
    const Dataset all = raw.with_recipe(again);
    // In a batch, prepared ahead, alone, and from the text of its row.
    std::vector<float> batched, ahead, alone, streamed;
    const auto add = [](const Dataset& data, int64_t batch, std::vector<float>& out) {
      for (const auto& [x, y] : Loader(data, {.batch_size = batch}))
        for (const double v : x.to_vector<double>())
          out.push_back(float(v));
    };
    add(all, 32, batched);
    add(all, 1, alone);
    Dataset prepared = all;
    Dataset* const parts[] = {&prepared};
    prepare(parts);
    EXPECT_EQ(table_of(prepared), nullptr);
    EXPECT_EQ(prepared.hash(), all.hash());
    add(prepared, 7, ahead);
    const std::string text = read_file(path);
    size_t at = 0;
    CsvRows rows(
        [&](char* to, size_t most) {
          const size_t n = text.copy(to, std::min<size_t>(most, 13), at);
          at += n;
          return n;
        },
        "t");
    const std::vector<size_t> places = {1, 2, 3};
    while (rows.next()) {
      Record record;
      read_row(rows.cells(), places, again.input(), {}, again.fills_missing(), record);
      again.apply(record, 0, again.size(), nullptr);
      const Value& x = record.at("x");
      streamed.insert(streamed.end(), x.data<float>(), x.data<float>() + x.count());
    }
    EXPECT_EQ(batched.size(), size_t(90 * all.sample_shape()[0]));
    EXPECT_EQ(batched, alone);
    EXPECT_EQ(batched, ahead);
    EXPECT_EQ(batched, streamed);
    for (const float v : batched)
      EXPECT_TRUE(std::isfinite(v));
  }
}

// Whichever column it stands in, and whatever columns are read together.
TEST_F(Table, TheFirstLineThatCannotBeUsedIsNamed) {
  std::string text = "a,b,c,d,y\n";
  for (int i = 0; i < 700; ++i)
    text += fmt::format("{},{},{},{},{}\n", i == 600 ? "old" : "1", i, i == 555 ? "new" : "2",
                        i == 650 ? "odd" : "3", i % 2 ? "yes" : "no");
  const std::string path = write("bad.csv", text);
  const auto said = hebb::message_of([&] {
    csv_table(path, {.target = "y",
                     .reading = {.kinds = {{"a", "number"}, {"c", "number"}, {"d", "number"}}}});
  });
  EXPECT_NE(said.find("line 557: column 'c' is 'new', should be a number"), std::string::npos)
      << said;
}

TEST_F(Table, AnotherTableIsReadByTheRecipe) {
  const Dataset train = csv_table(mixed(), {.target = "kind"});
  // Other order, another column, a word never seen, 30.0 for 30, missing where nothing was.
  const std::string other = write("other.csv",
                                  "kind,since,extra,town,age\nyes,01.02.2015,1,Atlantis,30.0\n"
                                  "no,,2,NA,\n");
  const Dataset data = csv_table(
      other, {.target = "kind", .class_names = train.class_names(), .recipe = train.recipe()});
  EXPECT_EQ(data.size(), 2);
  EXPECT_EQ(data.label(0), 1);
  EXPECT_EQ(data.sample_shape(), train.sample_shape());
  for (const auto& [x, y] : Loader(data))
    for (const double v : x.to_vector<double>())
      EXPECT_TRUE(std::isfinite(v));
  const auto said = [&](const std::string& text) {
    return hebb::message_of([&] {
      csv_table(write("bad.csv", text),
                {.target = "kind", .class_names = train.class_names(), .recipe = train.recipe()});
    });
  };
  EXPECT_NE(said("kind,since,town,age\nyes,01.02.2015,Rome,old\n")
                .find("line 2: column 'age' is 'old', should be a number"),
            std::string::npos);
  EXPECT_NE(said("kind,since,town,age\nyes,2015-02-01,Rome,3\n")
                .find("line 2: column 'since' is '2015-02-01', should be a date %d.%m.%Y"),
            std::string::npos);
  EXPECT_NE(said("kind,town,age\nyes,Rome,3\n").find("unknown column 'since'"), std::string::npos);
}

TEST_F(Table, MissingCellsMayDropTheirRows) {
  const Dataset data = csv_table(mixed(), {.target = "kind", .reading = {.impute = "drop"}});
  EXPECT_EQ(data.size(), 75);  // 9 rows lack an age, 6 others a town
  EXPECT_FALSE(table_of(data)->has_missing());
  EXPECT_FALSE(data.recipe().fills_missing());
}

// Nothing can be learnt from a row without a target, nor a prediction measured.
TEST_F(Table, RowsWithoutATargetAreLeftOut) {
  const auto table = [&](const std::string& text, const TableOptions& more = {}) {
    TableOptions options = more;
    options.target = "y";
    return csv_table(write("t.csv", text), options);
  };
  const Dataset words =
      table("a,w,y\n1,1,p\n2,2,\n3,3,None\n,4,p\n5,5,\n6,6,None\n", {.weight = "w"});
  EXPECT_EQ(words.class_names(), (Strings{"None", "p"}));  // words: "None" is one of them
  EXPECT_EQ(words.labels(), (std::vector<int64_t>{1, 0, 1, 0}));
  EXPECT_EQ(words.source().info().weights, (std::vector<double>{1, 3, 4, 6}));
  ASSERT_EQ(words.notes().size(), 1u);
  EXPECT_NE(
      words.notes()[0].find("2 of 6 rows have no target ('y', first in line 3) and are left out"),
      std::string::npos)
      << words.notes()[0];
  // Whole numbers stay classes; of numbers a word for nothing is none.
  const Dataset whole = table("a,y\n1,0\n2,1\n3,NA\n4,1\n5,0\n6,None\n");
  EXPECT_EQ(whole.task(), Task::classification);
  EXPECT_EQ(whole.labels(), (std::vector<int64_t>{0, 1, 1, 0}));
  const Dataset dropped = table("a,y\n,0.5\n2,\n3,1.5\n4,2.5\n", {.reading = {.impute = "drop"}});
  EXPECT_EQ(dropped.size(), 2);
  const auto said = [&](const std::string& text, const TableOptions& more = {}) {
    return hebb::message_of([&] { table(text, more); });
  };
  EXPECT_NE(said("a,y\n1,p\n2,\n", {.reading = {.impute = "error"}})
                .find("line 3: column 'y' is empty, should be a class"),
            std::string::npos);
  EXPECT_NE(said("a,b,y\n1,2,\n2,3,\n").find("line 2: column 'y' is empty"), std::string::npos);
}

TEST_F(Table, LabelsMayEndInADot) {
  const Dataset data = csv_table(write("t.csv", "1,<=50K.\n2,>50K.\n3,<=50K.\n"),
                                 {.target = "2", .class_names = {"<=50K", ">50K"}});
  EXPECT_EQ(data.labels(), (std::vector<int64_t>{0, 1, 0}));
  ASSERT_EQ(data.notes().size(), 1u);
  EXPECT_NE(data.notes()[0].find("its labels end in a dot"), std::string::npos);
}

TEST_F(Table, OtherFormats) {
  const std::string jsonl =
      write("t.jsonl",
            "{\"a\": 1.5, \"c\": \"u\", \"y\": 0.5}\n{\"c\": \"v\", \"y\": 2.5, \"a\": null}\n");
  const Dataset rows = csv_table(jsonl, {.target = "y"});
  EXPECT_EQ(rows.feature_names(), (Strings{"a", "c"}));
  const Dataset tabs = csv_table(write("t.tsv", "a\ty\n1,5\tu\n2,5\tv\n"), {.target = "y"});
  EXPECT_EQ(tabs.sample(0).x.to_vector<double>(), std::vector<double>{1.5});
  const Dataset semicolons =
      csv_table(write("s.csv", "a;b;y\n1,5;\"2,25\";u\n2,5;7;v\n"), {.target = "y"});
  EXPECT_EQ(semicolons.sample(0).x.to_vector<double>(), (std::vector<double>{1.5, 2.25}));
  EXPECT_NE(semicolons.notes()[0].find("separated by semicolons, decimal commas"),
            std::string::npos);
}

// As many numbers come out as there are columns: what was prepared is not prepared again.
TEST_F(Table, NumbersAreScaledOnce) {
  const Dataset raw = csv_table(write("n.csv", "a,b,y\n1,10,0.5\n2,30,1.5\n3,80,2\n"));
  const Recipe recipe = table_recipe(raw.source().schema(), {.numbers = "standard"}).fitted(raw);
  Dataset data = raw.with_recipe(recipe);
  Dataset* const parts[] = {&data};
  prepare(parts);
  for (const auto& [x, y] : Loader(data, {.batch_size = 3})) {
    const std::vector<double> values = x.to_vector<double>();
    EXPECT_NEAR(values[0], -std::sqrt(1.5), 1e-6);
    EXPECT_NEAR(values[4], std::sqrt(1.5), 1e-6);
    EXPECT_NEAR(values[0] + values[2] + values[4], 0, 1e-6);
  }
}

// The last step makes f32 of f32, so that what is prepared looks like what it has not had yet.
TEST_F(Table, TheLastStepIsDoneOnceOfWhatIsPrepared) {
  const Dataset raw = csv_table(write("n.csv", "a,b,y\n1,10,0.5\n2,30,1.5\n3,80,2\n"));
  Recipe::Steps steps = raw.recipe().steps();
  steps.push_back(make_step("standardise", R"({"mean": [1, 10], "std": [2, 5]})"));
  const Dataset given = raw.with_recipe({raw.recipe().input(), steps});
  Dataset prepared = given;
  Dataset* const parts[] = {&prepared};
  prepare(parts);
  EXPECT_EQ(prepared.recipe_entry(), steps.size());
  for (const Dataset& data : {given, prepared})
    for (const auto& [x, y] : Loader(data, {.batch_size = 3}))
      EXPECT_EQ(x.to_vector<double>(), (std::vector<double>{0, 0, 0.5, 4, 1, 14}));
}

// What rows are split by stays with its row, and is learnt from only where it is named.
TEST_F(Table, KeptColumnsGoWithTheirRows) {
  const std::string path =
      write("t.csv", "who,a,town,y\n07,1,u,0.5\n007,,v,1.5\n8,3,u,2.5\n\"9\",5,,3.5\n8,4,v,1\n");
  const Dataset all = csv_table(path, {.target = "y", .kept = {"who"}});
  EXPECT_EQ(all.feature_names(), (Strings{"a", "town"}));
  EXPECT_EQ(all.kept("who"), (Strings{"07", "007", "8", "9", "8"}));
  EXPECT_EQ(all.subset({4, 0}).kept("who"), (Strings{"8", "07"}));
  const Dataset dropped =
      csv_table(path, {.target = "y", .kept = {"who"}, .reading = {.impute = "drop"}});
  EXPECT_EQ(dropped.kept("who"), (Strings{"07", "8", "8"}));
  const Dataset named =
      csv_table(path, {.target = "y", .feature_names = {"who", "a"}, .kept = {"who"}});
  EXPECT_EQ(named.feature_names(), (Strings{"who", "a"}));
  EXPECT_EQ(named.kept("who").size(), 5u);
  EXPECT_NE(hebb::message_of([&] {
              csv_table(path, {.target = "y", .kept = {"whom"}});
            }).find("unknown column 'whom'; did you mean 'who'?"),
            std::string::npos);
}

// A target is scaled by the recipe that makes x of words; also where a column has its name.
TEST_F(Table, TheTargetIsScaledBesideItsColumns) {
  const Dataset raw =
      csv_table(write("t.csv", "y,town,price\n1,u,1000\n2,v,2000\n,u,6000\n"), {.target = "price"});
  const Field target = *find_target(raw.source().schema());
  EXPECT_EQ(target.dtype, f32);
  const Recipe recipe = raw.recipe().with_fitted_target(target).fitted(raw);
  const Recipe again = parse_recipe(recipe.to_json(), "recipe.json");
  Dataset data = raw.with_recipe(again);
  const double std = std::sqrt(14e6 / 3);
  for (const bool ahead : {false, true}) {
    Dataset* const parts[] = {&data};
    if (ahead)
      prepare(parts);
    for (const Batch& batch : Loader(data, {.batch_size = 3})) {
      const std::vector<double> y = batch["y"].to_vector<double>();
      EXPECT_NEAR(y[0], (1000 - 3000) / std, 1e-6) << ahead;
      EXPECT_NEAR(y[2], (6000 - 3000) / std, 1e-6) << ahead;
      EXPECT_EQ(batch["x"].to_vector<double>(),
                (std::vector<double>{1, 0, 1, 0, 2, 0, 0, 1, 1.5, 1, 1, 0}))
          << ahead;
      const std::vector<double> back = again.undo_target(batch["y"]).to_vector<double>();
      EXPECT_NEAR(back[1], 2000, 1e-3);
    }
  }
}

// Words that are to be embedded come as a field beside x.
TEST_F(Table, CodesAreStackedBesideX) {
  const Dataset raw =
      csv_table(write("t.csv", "a,town,b,z\n1,u,p,0.5\n2,v,q,1.5\n3,u,p,2\n"), {.target = "z"});
  Schema columns = raw.source().schema();
  columns.pop_back();
  const Recipe recipe = Recipe(columns, {make_step("codes 100 rare=1"),
                                         columns_step({"a", "town", "b"}), make_step("cast")})
                            .fitted(raw);
  for (const Batch& batch : Loader(raw.with_recipe(recipe), {.batch_size = 3})) {
    EXPECT_EQ(batch["x"].to_vector<double>(), (std::vector<double>{1, 2, 3}));
    EXPECT_EQ(batch["codes"].shape(), (Dims{3, 2}));
    EXPECT_EQ(batch["codes"].to_vector<int64_t>(), (std::vector<int64_t>{1, 1, 2, 2, 1, 1}));
    EXPECT_EQ(batch["y"].to_vector<double>(), (std::vector<double>{0.5, 1.5, 2}));
  }
}

// Columns may be called as the fields of every schema are.
TEST_F(Table, ColumnsOfAnyName) {
  const Dataset data =
      csv_table(write("t.csv", "x,y,codes,t\n1,u,2,0.5\n2,v,3,1.5\n3,u,5,2\n"), {.target = "t"});
  EXPECT_EQ(data.sample_shape(), (Dims{4}));
  for (const auto& [x, y] : Loader(data, {.batch_size = 3})) {
    EXPECT_EQ(x.to_vector<double>(), (std::vector<double>{1, 1, 0, 2, 2, 0, 1, 3, 3, 1, 0, 5}));
    EXPECT_EQ(y.to_vector<double>(), (std::vector<double>{0.5, 1.5, 2}));
  }
}

}  // namespace
}  // namespace hebb::data
