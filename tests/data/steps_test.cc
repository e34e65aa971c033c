// What holds for every step: its line and state make it again, what it makes is what its schema
// says, alone and in a batch, and what can be undone gives back what came in.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <set>

#include "hebb/base/error.h"
#include "hebb/data/dataset_stats.h"
#include "hebb/data/loader.h"
#include "hebb/data/recipe.h"
#include "hebb/data/tensors.h"
#include "hebb/formats/image.h"
#include "hebb/ops/create.h"

namespace hebb::data {
namespace {

Field field(FieldKind kind, DType dtype, Dims shape, std::string name = "x") {
  return {.name = std::move(name),
          .kind = kind,
          .dtype = dtype,
          .shape = std::move(shape),
          .labels = {}};
}

const Image& coloured() {  // 5 x 4, no two pixels alike
  static const Image image = [] {
    Image out{5, 4, 3, std::vector<uint8_t>(60)};
    for (size_t i = 0; i < 60; ++i)
      out.pixels[i] = uint8_t(4 * i + 3);
    return out;
  }();
  return image;
}

// A step of each kind with something that it takes.
struct StepSample {
  std::string line, state;
  Field in;
  std::string bytes;
};

template <class T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::vector<StepSample> step_samples() {
  const std::string png = encode_png(coloured());
  const std::vector<uint8_t> levels = {0, 1, 100, 128, 254, 255};
  const std::vector<float> units = {0, 0.25f, 0.5f, 0.75f, 1, 0.1f};
  const std::vector<double> far = {1e8 + 0.125, 1e8 + 0.5, -3, 4};
  return {
      {"decode 3", "", field(FieldKind::picture, u8, {-1}), png},
      {"decode 1", "", field(FieldKind::picture, u8, {-1}), png},
      {"resize 2x3", "", field(FieldKind::picture, u8, {1, 2, 3}), bytes_of(levels)},
      {"resize 4", "", field(FieldKind::picture, u8, {1, 2, 3}), bytes_of(levels)},
      {"scale", "", field(FieldKind::picture, u8, {1, 2, 3}), bytes_of(levels)},
      {"normalize", R"({"mean":[0.25],"std":[0.5]})", field(FieldKind::picture, f32, {1, 2, 3}),
       bytes_of(units)},
      {"normalize", R"({"mean":[0.1,0.2,0.3],"std":[1,2,4]})",
       field(FieldKind::picture, f32, {3, 1, 2}), bytes_of(units)},
      {"standardise", R"({"mean":[1e8,1],"std":[0.25,3]})", field(FieldKind::number, f64, {2, 2}),
       bytes_of(far)},
      {"standardise axis=-1", R"({"mean":[1e8,1],"std":[0.25,3]})",
       field(FieldKind::number, f64, {2, 2}), bytes_of<double>({1e8 + 0.125, -3, 1e8 + 0.5, 4})},
      {"standardise", R"({"mean":[0.5],"std":[0.25]})", field(FieldKind::number, f32, {6}),
       bytes_of(units)},
      {"cast", "", field(FieldKind::number, f64, {4}), bytes_of(far)},
      {"cast", "", field(FieldKind::number, f32, {6}), bytes_of(units)},
      {"standardise_target", R"({"mean":[200000,1],"std":[0.0625,2]})",
       field(FieldKind::number, f64, {2}, "y"), bytes_of<double>({200000.125, -3})},
      {"standardise_target", R"({"mean":[1e8],"std":[0.25]})",
       field(FieldKind::number, f64, {2, 1}, "y"), bytes_of<double>({1e8 + 0.125, 1e8 - 1.5})},
      {"standardise_target", R"({"mean":[0.5],"std":[0.25]})",
       field(FieldKind::number, f32, {6}, "y"), bytes_of(units)},
      {"random_crop 2x3 padding=1", "", field(FieldKind::picture, u8, {1, 2, 3}), bytes_of(levels)},
      {"noise 0.1", "", field(FieldKind::picture, u8, {1, 2, 3}), bytes_of(levels)},
  };
}

Record record_of(const StepSample& sample) {
  Record record;
  record.where = "sample";
  Dims shape = sample.in.shape;
  if (shape == Dims{-1})
    shape = {int64_t(sample.bytes.size())};
  record.add(sample.in.name).refer(sample.in.dtype, shape, sample.bytes.data());
  return record;
}

std::string held(const Record& record) {
  const Value& x = record.values[0].second;
  return {x.data<char>(), size_t(x.count() * item_size(x.dtype()))};
}

std::string applied(const Step& step, const StepSample& sample) {
  Record record = record_of(sample);
  Philox random(7);
  step.apply(record, random);
  return held(record);
}

std::string said_by(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// Those of single fields: table_steps_test.cc.
bool table_step_has_a_test(const std::string& name) {
  static const std::set<std::string> all = {
      "impute",   "date_parts", "one_hot",          "codes",
      "standard", "quantile",   "piecewise_linear", "periodic"};
  return all.contains(name);
}

TEST(Steps, EveryBuiltInOneHasASample) {
  const auto all = step_samples();
  for (const std::string name : {
#define STEP(name) #name,
#include "hebb/data/steps.def"
#undef STEP
       })
    EXPECT_TRUE(name == "columns" ||  // below: it takes several fields
                table_step_has_a_test(name) ||
                std::any_of(all.begin(), all.end(),
                            [&](const StepSample& sample) {
                              return SpecLine::parse(sample.line).name == name;
                            }))
        << name;
}

TEST(Steps, AreMadeAgainFromTheirLineAndState) {
  for (const StepSample& sample : step_samples()) {
    const auto step = make_step(sample.line, sample.state);
    const auto again = make_step(step->line(), step->state());
    EXPECT_EQ(again->line(), step->line());
    EXPECT_EQ(again->state(), step->state());
    EXPECT_EQ(again->keyed(), step->keyed());
    EXPECT_EQ(applied(*again, sample), applied(*step, sample)) << sample.line;
    EXPECT_FALSE(applied(*step, sample).empty()) << sample.line;
  }
}

TEST(Steps, MakeWhatTheirSchemaSays) {
  for (const StepSample& sample : step_samples()) {
    const auto step = make_step(sample.line, sample.state);
    Record record = record_of(sample);
    Philox random(7);
    step->apply(record, random);
    const Schema made = step->map({sample.in});
    const Value& x = record.at(sample.in.name);
    EXPECT_TRUE(fits(field(made[0].kind, x.dtype(), x.shape()), made[0])) << sample.line;
    EXPECT_EQ(x.dtype(), made[0].dtype) << sample.line;
  }
}

TEST(Steps, UndoGivesBackWhatCameIn) {
  int undone = 0;
  for (const StepSample& sample : step_samples()) {
    const auto step = make_step(sample.line, sample.state);
    Record record = record_of(sample);
    Philox random(7);
    step->apply(record, random);
    if (!step->can_undo()) {
      EXPECT_NE(said_by([&] { step->undo(record); }).find("cannot be undone"), std::string::npos)
          << sample.line;
      continue;
    }
    ++undone;
    step->undo(record);
    const Value& x = record.at(sample.in.name);
    EXPECT_EQ(x.shape(), sample.in.shape);
    const auto at = [&](const void* bytes, DType dtype, int64_t i) {
      return dtype == u8    ? double(static_cast<const uint8_t*>(bytes)[i])
             : dtype == f64 ? static_cast<const double*>(bytes)[i]
                            : double(static_cast<const float*>(bytes)[i]);
    };
    for (int64_t i = 0; i < x.count(); ++i) {
      const double was = at(sample.bytes.data(), sample.in.dtype, i);
      EXPECT_NEAR(at(x.bytes(), x.dtype(), i), was, 1e-6) << sample.line << " " << i;
    }
  }
  EXPECT_EQ(undone, 9);
}

TEST(Steps, DecodeAndResizeAreTheLibrarysOwn) {
  const std::string png = encode_png(coloured());
  for (int channels : {1, 3})
    for (auto [height, width] : {std::pair(4, 5), {2, 2}, {9, 7}}) {
      const Recipe recipe = picture_recipe({channels, height, width});
      Record record;
      record.add("x").refer(u8, {int64_t(png.size())}, png.data());
      recipe.apply(record, 0, recipe.picture_steps(), nullptr);
      const Image sized =
          resize(channels == 1 ? to_grey(coloured()) : to_rgb(coloured()), width, height);
      const auto* made = record.at("x").data<uint8_t>();
      for (int c = 0; c < channels; ++c)
        for (int i = 0; i < height * width; ++i)
          EXPECT_EQ(*made++, sized.pixels[size_t(i * channels + c)]);
    }
  EXPECT_EQ(picture_recipe({1, 28, 28}).words(),
            (std::vector<std::string>{"decode", "grey", "resize 28x28 bilinear antialias",
                                      "channels first", "scale to 0..1"}));
}

TEST(Steps, ScaleAndNormalizeHaveTheirFormulasBits) {
  StepSample levels{"scale", "", field(FieldKind::picture, u8, {1, 16, 16}),
                    std::string(256, '\0')};
  for (int i = 0; i < 256; ++i)
    levels.bytes[size_t(i)] = char(i);
  const std::string units = applied(*make_step("scale"), levels);
  const std::string normal = applied(*make_step("normalize", R"({"mean":[0.3],"std":[0.7]})"),
                                     {"", "", field(FieldKind::picture, f32, {1, 16, 16}), units});
  for (int i = 0; i < 256; ++i) {
    const float unit = float(i) / 255.0f, wanted = (unit - 0.3f) / 0.7f;
    EXPECT_EQ(std::memcmp(units.data() + 4 * i, &unit, 4), 0) << i;
    EXPECT_EQ(std::memcmp(normal.data() + 4 * i, &wanted, 4), 0) << i;
  }
}

TEST(Steps, ColumnsTakeTheirFieldsInAnyOrder) {
  const auto step = columns_step({"b", "a"});
  Record record;
  for (auto [name, value] : {std::pair("a", 1.0), {"other", 5.0}, {"b", 2.0}})
    *static_cast<double*>(record.add(name).make(f64, {})) = value;
  Philox random(0);
  step->apply(record, random);
  ASSERT_EQ(record.values.size(), 1u);
  EXPECT_EQ(record.at("x").data<double>()[0], 2);
  EXPECT_EQ(record.at("x").data<double>()[1], 1);
  EXPECT_EQ(make_step(step->line(), step->state())->state(), step->state());
}

TEST(Steps, RefuseWhatTheyCannotTake) {
  const Field picture = field(FieldKind::picture, u8, {3, 4, 4}),
              numbers = field(FieldKind::number, i64, {4}),
              file = field(FieldKind::picture, u8, {-1});
  const auto refuses = [](const std::string& line, const std::string& state, const Field& in,
                          const std::string& words) {
    const std::string said = said_by([&] { make_step(line, state)->map({in}); });
    EXPECT_NE(said.find(words), std::string::npos) << line << ": " << said;
  };
  refuses("decode 3", "", picture, "decode: takes the bytes of a picture's file");
  refuses("decode 2", "", file, "grey) or 3 (RGB), not 2");
  refuses("decode 4", "", file, "at most 3");
  refuses("resize 0", "", picture, "at least 1");
  refuses("resize 100000", "", picture, "at most 32768");
  refuses("resize 4", "", file, "resize: takes a picture u8 [C, H, W]");
  refuses("scale", "", numbers, "scale: takes the levels of a picture");
  refuses("cast", "", numbers, "cast: takes numbers, f32 or f64");
  refuses("standardise", R"({"mean":[1],"std":[1]})", numbers, "samples of i64 stay as they are");
  const Field four = field(FieldKind::number, f32, {4});
  refuses("standardise", R"({"mean":[1,2],"std":[1,2]})", four, "2 means and 2 deviations");
  refuses("standardise", R"({"mean":[1,2],"std":[1]})", four, "2 means and 1 deviations");
  refuses("standardise", R"({"mean":[1],"std":[0]})", four, "the deviation above 0");
  refuses("standardise", R"({"mean":[1],"std":[-1]})", four, "the deviation above 0");
  refuses("standardise", R"({"mean":[null],"std":[1]})", four, "should be finite");
  refuses("standardise", R"({"mean":"far","std":[1]})", four, "state cannot be read");
  refuses("standardise", R"([1])", four, "state cannot be read");
  refuses("standardise", R"({})", four, "state.mean: is missing");
  refuses("standardise", R"({"mean":[],"std":[]})", four, "its state has no means");
  refuses("standardise", "{", four, "its state is no JSON");
  refuses("scale", R"({"mean":[1]})", picture, "has no state, but one is given");
  refuses("noise 0.1", R"({"mean":[1]})", picture, "has no state, but one is given");
  refuses("noise 0.1", "", numbers, "changes pictures u8 [C, H, W]");
  refuses("columns", "", four, "its state names no columns");
  refuses("columns", R"({"names":["a","a"]})", four, "column 'a' is named twice");
  refuses("columns", R"({"names":["a"]})", four, "there is no field 'a'");
  refuses("columns", R"({"names":["x"]})", four, "takes numbers, f64, and codes");
  const Field target = field(FieldKind::number, f32, {2}, "y");
  refuses("standardise_target", R"({"mean":[1,2,3],"std":[1,2,3]})", target,
          "has 3 means, should have one, or 2 for targets [2]");
  refuses("standardise_target", "", field(FieldKind::category, i64, {}, "y"),
          "takes numbers, f32 or f64");
  refuses("standardise_target", "", four, "there is no field 'y' to change");
  refuses("scalee", "", picture, "scale");
  const std::string text = "this is no picture";
  Record record;
  record.where = "a.png";
  record.add("x").refer(u8, {int64_t(text.size())}, text.data());
  Philox random(0);
  EXPECT_NE(said_by([&] { make_step("decode 1")->apply(record, random); }).find("a.png"),
            std::string::npos);
}

Tensor many_numbers(int64_t rows, int64_t columns) {
  const Tensor x = Tensor::empty({rows, columns}, f64);
  for (int64_t i = 0; i < rows * columns; ++i)
    x.data<double>()[i] = 1e7 + std::sin(double(i)) * double(1 + i % columns);
  return x;
}

Dataset table_of(int64_t rows) {
  return from_tensors(many_numbers(rows, 3),
                      Tensor::from(std::vector<int64_t>(size_t(rows), 0), {rows}),
                      {.class_names = {"no", "yes"}, .feature_names = {"a", "b", "c"}});
}

std::string batches(const Dataset& data, int64_t batch_size) {
  std::string out;
  for (const auto& [x, y] : Loader(data, {.batch_size = batch_size, .augment = false}))
    out.append(static_cast<const char*>(x.raw_data()), size_t(x.nbytes()));
  return out;
}

// A row by its columns, as prediction has it.
std::string alone(const Recipe& recipe, const Dataset& data, int64_t row) {
  Record record;
  for (size_t c = 0; c < recipe.input().size(); ++c)
    *static_cast<double*>(record.add(recipe.input()[c].name).make(f64, {})) =
        data.source().in_f64(row)[c];
  recipe.apply(record, 0, recipe.size(), nullptr);
  return held(record);
}

TEST(Recipes, OfARowAloneAndInABatchGiveTheSameBits) {
  const Dataset plain = table_of(37);
  const Recipe recipe = plain.recipe().with_fitted_normalize().fitted(plain);
  const Dataset data = plain.with_recipe(recipe);
  const std::string whole = batches(data, 37);
  EXPECT_EQ(batches(data, 5), whole);
  EXPECT_EQ(batches(data, 1), whole);
  std::string rows;
  for (int64_t i = 0; i < 37; ++i)
    rows += alone(recipe, data, i);
  EXPECT_EQ(rows, whole);
  EXPECT_NE(batches(plain, 37), whole);
}

// Features of their own units, and garbage behind the end of the second sequence.
TEST(Recipes, OfSequencesNormaliseEachFeatureOverTheTimesThatThereAre) {
  const Tensor x =
      tensor({1.0, 100.0, 3.0, 300.0, 5.0, 500.0, 7.0, 900.0, 1e6, 1e6, 1e6, 1e6}, {2, 3, 2});
  const Dataset data =
      from_tensors({{"x", x}, {"lengths", tensor({3, 1})}}, {{"y", tensor({0, 1})}});
  EXPECT_EQ(features_axis(data), -1);
  const DatasetStats stats = statistics(data, -1);
  EXPECT_EQ(stats.mean, (std::vector<double>{4, 450}));
  EXPECT_EQ(stats.max, (std::vector<double>{7, 900}));
  const Recipe recipe = normalize_like(data, stats).recipe();
  EXPECT_EQ(recipe.steps().back()->line(), "standardise axis=-1");
  Loader loader(data.with_recipe(recipe), {.batch_size = 2});
  const Tensor made = (*loader.begin()).inputs[input_field][0];
  const double first = std::sqrt(5.0),
               second = std::sqrt((350 * 350 + 150 * 150 + 50 * 50 + 450 * 450) / 4.0);
  const std::vector<double> expected = {-3 / first,    -350 / second, -1 / first,
                                        -150 / second, 1 / first,     50 / second};
  for (size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(made.to_vector<double>()[i], expected[i], 1e-6) << i;
  EXPECT_EQ(statistics(data).mean.size(), 3u) << "of what is no sequence, by the first axis";
}

TEST(Recipes, AreFittedInF64OnTheTrainingPart) {
  const Dataset all = table_of(50), part = all.subset({3, 1, 4, 9, 20, 33});
  const Recipe recipe = part.recipe().with_fitted_normalize().fitted(part);
  std::vector<double> mean, std;
  for (int c = 0; c < 3; ++c) {
    long double sum = 0, squares = 0;
    for (int64_t i : {3, 1, 4, 9, 20, 33})
      sum += all.source().in_f64(i)[c];
    const long double centre = sum / 6;
    for (int64_t i : {3, 1, 4, 9, 20, 33})
      squares += (all.source().in_f64(i)[c] - centre) * (all.source().in_f64(i)[c] - centre);
    mean.push_back(double(centre));
    std.push_back(double(std::sqrt(squares / 6)));
  }
  const Recipe given = part.recipe().with_normalize(mean, std);
  const std::string fitted = batches(all.with_recipe(recipe), 50),
                    wanted = batches(all.with_recipe(given), 50);
  for (size_t i = 0; i < fitted.size(); i += 4) {
    float a = 0, b = 0;
    std::memcpy(&a, fitted.data() + i, 4);
    std::memcpy(&b, wanted.data() + i, 4);
    EXPECT_NEAR(a, b, 1e-5);
  }
  EXPECT_TRUE(part.recipe().with_fitted_normalize().needs_fit());
  EXPECT_FALSE(recipe.needs_fit());
}

TEST(Recipes, UndoGivesBackTheRow) {
  const Dataset data = table_of(8);
  const Recipe recipe = data.recipe().with_fitted_normalize().fitted(data);
  Record record;
  read_sample(data.source(), 5, record.add("x"));
  const size_t entry = data.with_recipe(recipe).recipe_entry();
  EXPECT_EQ(entry, 1u);  // its columns are joined
  recipe.apply(record, entry, recipe.size(), nullptr);
  recipe.undo(record, entry);
  for (int c = 0; c < 3; ++c)
    EXPECT_NEAR(record.at("x").data<double>()[c], data.source().in_f64(5)[c], 1e-6);
}

TEST(Recipes, AreWrittenAndReadTheSame) {
  const Dataset rows = table_of(9);
  const std::vector<Recipe> all = {
      rows.recipe(), rows.recipe().with_fitted_normalize().fitted(rows),
      picture_recipe({3, 20, 24}).with_normalize({0.1, 1.0 / 3, 0.7}, {0.2, 0.3, 0.4}),
      picture_recipe({1, 28, 28}).with_augment({"random_crop 28 padding=2", "noise 0.02"})};
  for (const Recipe& recipe : all) {
    const Recipe again = parse_recipe(recipe.to_json(), "recipe.json");
    EXPECT_EQ(again.to_json(), recipe.to_json());
    EXPECT_EQ(again.input(), recipe.input());
    EXPECT_EQ(again.words(), recipe.words());
  }
  EXPECT_EQ(batches(rows.with_recipe(parse_recipe(all[1].to_json(), "")), 9),
            batches(rows.with_recipe(all[1]), 9));
}

TEST(Recipes, HostileOnesAreRefusedInOneLine) {
  const std::string good = picture_recipe({1, 8, 8}).with_normalize({0.5}, {0.25}).to_json();
  const auto without_sum = [&] {
    const size_t at = good.find(",\n \"sha256\"");
    return good.substr(0, at) + "\n}\n";
  }();
  EXPECT_EQ(parse_recipe(without_sum, "r.json").to_json(), good);  // a person's own is taken
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = without_sum;
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const auto of_date = [](const std::string& labels) {
    return R"({"format":1,"input":[{"name":"x","kind":"time","dtype":"f64","shape":[])" +
           (labels.empty() ? "" : "," + labels) + R"(}],"steps":[]})";
  };
  std::string changed = good;
  changed.replace(changed.find("resize 8"), 8, "resize 9");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {changed, "is damaged: its checksum is not the one that it holds"},
      {"", "is no recipe"},
      {"[]", "is no recipe"},
      {"{}", "format"},
      {"{\"format\": 1}", "input: is missing, should be a list of fields"},
      {std::string(100'000, '['), "nested deeper than 64 levels"},
      {with("\"format\": 1", "\"format\": 2"), "format: is 2, should be 1"},
      {with("resize 8", "resize 2000000000"), "resize"},
      {with("resize 8", "resize -1"), "resize"},
      {with("resize 8", "resise 8"), "steps[1]: unknown step 'resise'; did you mean 'resize'?"},
      {with("decode 1", "decode"), "decode"},
      {with("\"decode 1\"", "7"), "steps[0].step: should be a text, is 7"},
      {with("0.25", "0"), "the deviation above 0"},
      {with("0.25", "1e999"), "is no recipe"},
      {with("0.5", "null"), "should be finite"},
      {with("\"picture\"", "\"painting\""),
       "input[0].kind: there is no kind of field 'painting'; there are number, category"},
      {with("\"u8\"", "\"u7\""), "input[0].dtype: there is no dtype 'u7'; there are "},
      {with("\"x\"", "\"z\""), "there is no field 'x'"},
      {with("-1", "-2"), "is larger than can be"},
      {with("-1", "1.5"), "input[0].shape[0]: should be a whole number, is 1.5"},
      {with("\"state\"", "\"stat\""), "steps[3]: unknown key 'stat'; did you mean 'state'?"},
      {with("\"std\"", "\"stdd\""), "steps[3].state: unknown key 'stdd'; did you mean 'std'?"},
      {with("\"mean\"", "\"means\""), "unknown key 'means'"},
      {with("0.5", "\"half\""), "steps[3].state.mean[0]: should be a number, is \"half\""},
      {with("\"input\"", "\"inputs\""), "unknown key 'inputs'; did you mean 'input'?"},
      {with("\"format\": 1", "\"format\": 1, \"missing\": [7]"),
       "missing[0]: should be a text, is 7"},
      {with("\"format\": 1", "\"format\": 1, \"missing\": [\"\"]"),
       "missing: holds \"\", should hold words"},
      {with("\"format\": 1", "\"format\": 1, \"sha256\": 5"), "sha256: should be a text, is 5"},
      {R"({"format":1,"input":[{"name":"x","kind":"number","dtype":"f32","shape":[1048576,1048576]}],"steps":[]})",
       "is larger than can be"},
      {R"({"format":1,"input":[{"name":"x","kind":"number","dtype":"f32","shape":[1]},{"name":"x","kind":"number","dtype":"f32","shape":[1]}],"steps":[]})",
       "input[1].name: two fields are named 'x', this one and [0]"},
      {R"({"format":1,"input":[],"steps":[]})", "give no field 'x'"},
      {of_date(R"("labels":["%Q"])"),
       "is no recipe: input[0].labels: is \"%Q\", should be one form of dates, such as "
       "[\"%Y-%m-%d\"]"},
      {of_date(R"("labels":["%Y","%Y-%m-%d"])"),
       "input[0].labels: has 2 texts, should be one form"},
      {of_date(R"("labels":[])"), "input[0].labels: has 0 texts, should be one form"},
      {of_date(""), "input[0].labels: is missing, should be one form"},
      {of_date(R"("labels":["%Y-%m-%d                                          "])"),
       "input[0].labels: is \"%Y-%m-%d "},
  };
  for (const auto& [text, words] : cases) {
    try {
      parse_recipe(text, "r.json");
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data) << error.what();
      EXPECT_EQ(error.where(), "r.json");
      EXPECT_NE(std::string(error.what()).find(words), std::string::npos)
          << error.what() << "\nshould say " << words;
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
  }
}

TEST(Recipes, AreRefusedForOtherSamples) {
  const Dataset rows = table_of(4);
  const std::string said = said_by([&] { rows.with_recipe(picture_recipe({1, 8, 8})); });
  EXPECT_NE(said.find("the recipe is for samples x: picture u8[-1], and gets x: number"),
            std::string::npos)
      << said;
  const std::string other = said_by([&] {
    rows.with_recipe(Recipe({{.name = "x",
                              .kind = FieldKind::number,
                              .dtype = f32,
                              .shape = {3},
                              .labels = {"a", "c", "b"}}},
                            {}));
  });
  EXPECT_NE(other.find("the recipe is for samples"), std::string::npos) << other;
}

}  // namespace
}  // namespace hebb::data
